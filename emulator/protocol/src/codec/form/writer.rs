//! Documents to form parameters, led by shapes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use standin_model::{
    Document, Fields, Member, Service, Shape, ShapeKind, Structure, TimestampFormat,
};

use super::{Capital, Dialect, flat_element_name, is_flat};
use crate::SerializeError;
use crate::codec::position;
use crate::codec::text::{Scalar, kind_name};

/// What stands for itself in a form.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes parameters of a service's operation.
pub(crate) struct Writer {
    service: &'static Service,
    dialect: Dialect,
    out: String,
    /// The path of the value being written.
    path: String,
}

/// A name with a capital first letter.
pub(super) fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

impl Writer {
    /// Begins a form with the operation's name and the version of the API.
    pub(crate) fn new(service: &'static Service, dialect: Dialect, action: &str) -> Self {
        let mut writer = Self { service, dialect, out: String::new(), path: String::new() };
        writer.pair("Action", action);
        writer.pair("Version", service.metadata.api_version);
        writer
    }

    /// What has been written.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Writes the members of a structure at the path reached.
    pub(crate) fn structure(
        &mut self,
        structure: &'static Structure,
        fields: &Fields,
    ) -> Result<(), SerializeError> {
        let mut next = 0;
        for (key, value) in fields.iter() {
            let index = position(structure, next, key)
                .ok_or_else(|| SerializeError::UnknownMember { at: key.to_string() })?;
            next = index + 1;
            let member = &structure.members[index];
            if *value == Document::Null {
                continue;
            }
            let name = match self.dialect.member(member) {
                (name, Capital::AsIs) => name.to_owned(),
                (name, Capital::First) => capitalised(name),
            };
            self.step(&name, |writer| writer.member(member, value))
                .map_err(|error| error.within(member.name))?;
        }
        Ok(())
    }

    fn member(&mut self, member: &'static Member, value: &Document) -> Result<(), SerializeError> {
        let shape = self.service.shape(member.shape);
        match (&shape.kind, value) {
            (ShapeKind::Structure(structure), Document::Object(fields)) => {
                self.structure(structure, fields)
            }
            (ShapeKind::List(element), Document::List(items)) => {
                self.list(member, shape, element, items)
            }
            (ShapeKind::Map(key, element), Document::Object(fields)) => {
                if is_flat(member, shape) {
                    self.entries(key, element, fields)
                } else {
                    self.step("entry", |writer| writer.entries(key, element, fields))
                }
            }
            (
                kind @ (ShapeKind::Structure(_)
                | ShapeKind::List(_)
                | ShapeKind::Map(..)
                | ShapeKind::Document),
                value,
            ) => Err(SerializeError::mismatch(kind_name(kind), value)),
            _ => {
                let scalar = Scalar::of(self.service, member, TimestampFormat::Iso8601);
                let text = scalar.format(value)?;
                let path = std::mem::take(&mut self.path);
                self.pair(&path, &text);
                self.path = path;
                Ok(())
            }
        }
    }

    fn list(
        &mut self,
        member: &Member,
        shape: &Shape,
        element: &'static Member,
        items: &[Document],
    ) -> Result<(), SerializeError> {
        match self.dialect {
            Dialect::Ec2 => self.elements(element, items),
            Dialect::Query if items.is_empty() => {
                let path = self.path.clone();
                self.pair(&path, "");
                Ok(())
            }
            Dialect::Query if is_flat(member, shape) => {
                let own = self.path.clone();
                if let Some(name) = flat_element_name(member, shape) {
                    let parent = own.rfind('.').map_or(0, |dot| dot + 1);
                    self.path.replace_range(parent.., name);
                }
                let written = self.elements(element, items);
                self.path = own;
                written
            }
            Dialect::Query => {
                let name = element.location_name.unwrap_or("member");
                self.step(name, |writer| writer.elements(element, items))
            }
        }
    }

    fn elements(
        &mut self,
        element: &'static Member,
        items: &[Document],
    ) -> Result<(), SerializeError> {
        for (item, number) in items.iter().zip(1_usize..) {
            let number = number.to_string();
            self.step(&number, |writer| writer.member(element, item))
                .map_err(|error| error.within(&number))?;
        }
        Ok(())
    }

    fn entries(
        &mut self,
        key: &'static Member,
        element: &'static Member,
        fields: &Fields,
    ) -> Result<(), SerializeError> {
        let key_name = key.location_name.unwrap_or("key");
        let value_name = element.location_name.unwrap_or("value");
        for ((name, value), number) in fields.iter().zip(1_usize..) {
            self.step(&number.to_string(), |writer| {
                let path = format!("{}.{key_name}", writer.path);
                writer.pair(&path, name);
                writer.step(value_name, |writer| writer.member(element, value))
            })
            .map_err(|error| error.within(name))?;
        }
        Ok(())
    }

    /// Goes one step down the path for as long as `write` lasts.
    fn step(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Self) -> Result<(), SerializeError>,
    ) -> Result<(), SerializeError> {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        let written = write(self);
        self.path.truncate(length);
        written
    }

    fn pair(&mut self, name: &str, value: &str) {
        if !self.out.is_empty() {
            self.out.push('&');
        }
        self.out.extend(utf8_percent_encode(name, RESERVED));
        self.out.push('=');
        self.out.extend(utf8_percent_encode(value, RESERVED));
    }
}
