//! Documents to JSON text, led by shapes, straight to bytes.

use standin_model::{
    Document, Fields, Member, Service, Shape, ShapeKind, Structure, TimestampFormat,
};

use super::Text;
use crate::SerializeError;
use crate::codec::position;
use crate::codec::text::{is_number, kind_name};

/// Writes JSON bodies of a service. Fields stand in the document's order.
pub(crate) struct Writer {
    service: &'static Service,
    text: Text,
}

impl Writer {
    pub(crate) fn new(service: &'static Service) -> Self {
        Self { service, text: Text::new() }
    }

    /// Goes on writing where text stands already.
    pub(crate) fn within(service: &'static Service, text: Text) -> Self {
        Self { service, text }
    }

    /// The text as far as it is written.
    pub(crate) fn into_text(self) -> Text {
        self.text
    }

    /// What has been written.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.text.finish()
    }

    /// Writes a value of a shape.
    pub(crate) fn shape(
        &mut self,
        shape: &'static Shape,
        value: &Document,
    ) -> Result<(), SerializeError> {
        self.value(shape, shape.timestamp_format, value)
    }

    /// Writes some members of a structure, those in `fields` that `select` takes.
    pub(crate) fn members(
        &mut self,
        structure: &'static Structure,
        fields: &Fields,
        select: impl Fn(&Member) -> bool,
    ) -> Result<(), SerializeError> {
        self.text.begin();
        self.fields(structure, fields, select)?;
        self.text.end();
        Ok(())
    }

    /// Writes those members of a structure that `select` takes into the open object.
    pub(crate) fn fields(
        &mut self,
        structure: &'static Structure,
        fields: &Fields,
        select: impl Fn(&Member) -> bool,
    ) -> Result<(), SerializeError> {
        let mut next = 0;
        for (key, value) in fields.iter() {
            let index = position(structure, next, key)
                .ok_or_else(|| SerializeError::UnknownMember { at: key.to_string() })?;
            next = index + 1;
            let member = &structure.members[index];
            let document = matches!(self.service.shape(member.shape).kind, ShapeKind::Document);
            if !select(member) || (*value == Document::Null && !document) {
                continue;
            }
            self.text.key(member.wire_name());
            self.member(member, value).map_err(|error| error.within(member.name))?;
        }
        Ok(())
    }

    fn member(&mut self, member: &'static Member, value: &Document) -> Result<(), SerializeError> {
        let shape = self.service.shape(member.shape);
        self.value(shape, member.timestamp_format.or(shape.timestamp_format), value)
    }

    fn value(
        &mut self,
        shape: &'static Shape,
        format: Option<TimestampFormat>,
        value: &Document,
    ) -> Result<(), SerializeError> {
        match (&shape.kind, value) {
            (ShapeKind::Structure(structure), Document::Object(fields)) => {
                self.members(structure, fields, |_| true)?;
            }
            (ShapeKind::List(element), Document::List(items)) => {
                self.list(element, items)?;
            }
            (ShapeKind::Map(_, element), Document::Object(fields)) => {
                self.map(shape, element, fields)?;
            }
            (ShapeKind::Document, value) => self.text.untyped(value),
            (ShapeKind::String, Document::String(text)) => self.text.string(text),
            (ShapeKind::Blob, Document::Blob(bytes)) => self.text.blob(bytes),
            (ShapeKind::Boolean, Document::Boolean(value)) => {
                self.text.literal(if *value { "true" } else { "false" });
            }
            (ShapeKind::Timestamp, Document::Timestamp(timestamp)) => {
                self.text.timestamp(*timestamp, format.unwrap_or(TimestampFormat::UnixTimestamp));
            }
            (kind, Document::Number(number)) if is_number(kind) => self.text.number(number),
            (kind, value) => return Err(SerializeError::mismatch(kind_name(kind), value)),
        }
        Ok(())
    }

    fn list(&mut self, element: &'static Member, items: &[Document]) -> Result<(), SerializeError> {
        self.text.out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            self.text.separate();
            self.element(element, item).map_err(|error| error.within(&index.to_string()))?;
        }
        self.text.out.push(b']');
        Ok(())
    }

    fn map(
        &mut self,
        shape: &'static Shape,
        element: &'static Member,
        fields: &Fields,
    ) -> Result<(), SerializeError> {
        self.text.out.push(b'{');
        for (key, value) in fields.iter() {
            if *value == Document::Null && !shape.sparse && !self.takes_null(element) {
                continue;
            }
            self.text.key(key);
            self.element(element, value).map_err(|error| error.within(key))?;
        }
        self.text.out.push(b'}');
        Ok(())
    }

    fn element(
        &mut self,
        element: &'static Member,
        value: &Document,
    ) -> Result<(), SerializeError> {
        match value {
            Document::Null => self.text.literal("null"),
            value => return self.member(element, value),
        }
        Ok(())
    }

    fn takes_null(&self, element: &Member) -> bool {
        matches!(self.service.shape(element.shape).kind, ShapeKind::Document)
    }
}
