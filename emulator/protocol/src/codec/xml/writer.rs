//! Documents to XML elements, led by shapes.

use standin_model::{
    Document, Fields, Member, Number, Service, Shape, ShapeKind, Structure, TimestampFormat,
    XmlNamespace,
};

use super::{Naming, Text, flat_name};
use crate::SerializeError;
use crate::codec::iso8601::Fraction;
use crate::codec::position;
use crate::codec::text::{Scalar, is_scalar, kind_name};

/// Writes XML bodies of a service. Elements stand in the document's order.
pub(crate) struct Writer {
    service: &'static Service,
    naming: Naming,
    fraction: Fraction,
    pub(crate) text: Text,
}

impl Writer {
    /// Goes on writing where text stands already.
    pub(crate) fn new(service: &'static Service, text: Text) -> Self {
        Self { service, naming: Naming::Plain, fraction: Fraction::WhereSet, text }
    }

    /// The same writer with another choice of names.
    pub(crate) fn named(self, naming: Naming) -> Self {
        Self { naming, ..self }
    }

    /// The same writer with another way of writing timestamps.
    pub(crate) fn with_fraction(self, fraction: Fraction) -> Self {
        Self { fraction, ..self }
    }

    /// Writes those members of a structure that `select` takes and that are no attributes.
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
            if !member.xml_attribute && select(member) && !matches!(value, Document::Null) {
                self.member(member, value).map_err(|error| error.within(member.name))?;
            }
        }
        Ok(())
    }

    /// Writes the members of a structure that are attributes of the tag just opened.
    pub(crate) fn attributes(
        &mut self,
        structure: &'static Structure,
        fields: &Fields,
    ) -> Result<(), SerializeError> {
        for member in structure.members.iter().filter(|member| member.xml_attribute) {
            if let Some(value) = fields.get(member.name) {
                let scalar = Scalar::of(self.service, member, TimestampFormat::Iso8601);
                let text = scalar.format(value).map_err(|error| error.within(member.name))?;
                self.text.attribute(member.wire_name(), &text);
            }
        }
        Ok(())
    }

    fn member(&mut self, member: &'static Member, value: &Document) -> Result<(), SerializeError> {
        let shape = self.service.shape(member.shape);
        let name = self.naming.of(member);
        let flat = member.flattened || shape.flattened;
        match (&shape.kind, value) {
            (ShapeKind::List(element), Document::List(items)) if flat => {
                let namespace = member.xml_namespace.or(element.xml_namespace);
                // Where only the list's shape has a name, it is the elements' in query, as SimpleDB's `Item`.
                let own = member.location_name.is_some() || member.query_name.is_some();
                let shapes = flat_name(shape, member).filter(|_| !own);
                let name = shapes.filter(|_| self.naming == Naming::Query).unwrap_or(name);
                self.elements(name, namespace, element, items)
            }
            (ShapeKind::Map(key, element), Document::Object(fields)) if flat => {
                self.entries((name, member.xml_namespace), (key, element), fields)
            }
            _ => self.shaped_element(name, member.xml_namespace, (member, shape), value),
        }
    }

    /// Writes a member's value as an element.
    pub(crate) fn element(
        &mut self,
        name: &str,
        namespace: Option<XmlNamespace>,
        member: &'static Member,
        value: &Document,
    ) -> Result<(), SerializeError> {
        let shape = self.service.shape(member.shape);
        self.shaped_element(name, namespace, (member, shape), value)
    }

    fn shaped_element(
        &mut self,
        name: &str,
        namespace: Option<XmlNamespace>,
        (member, shape): (&'static Member, &'static Shape),
        value: &Document,
    ) -> Result<(), SerializeError> {
        self.text.open_tag(name);
        self.text.namespace(namespace.or(shape.xml_namespace));
        if let (ShapeKind::Structure(structure), Document::Object(fields)) = (&shape.kind, value) {
            self.attributes(structure, fields)?;
        }
        self.text.close_tag();
        self.content(shape, member, value)?;
        self.text.end(name);
        Ok(())
    }

    fn content(
        &mut self,
        shape: &'static Shape,
        member: &'static Member,
        value: &Document,
    ) -> Result<(), SerializeError> {
        match (&shape.kind, value) {
            (ShapeKind::Structure(structure), Document::Object(fields)) => {
                self.fields(structure, fields, |_| true)
            }
            (ShapeKind::List(element), Document::List(items)) => {
                let name = element.location_name.unwrap_or("member");
                self.elements(name, element.xml_namespace, element, items)
            }
            (ShapeKind::Map(key, element), Document::Object(fields)) => {
                self.entries(("entry", None), (key, element), fields)
            }
            (ShapeKind::String, Document::String(text)) => {
                self.text.escaped(text);
                Ok(())
            }
            (ShapeKind::Integer | ShapeKind::Long, Document::Number(Number::Integer(number))) => {
                self.text.integer(*number);
                Ok(())
            }
            (ShapeKind::Timestamp, Document::Timestamp(timestamp))
                if matches!(
                    member.timestamp_format.or(shape.timestamp_format),
                    None | Some(TimestampFormat::Iso8601)
                ) =>
            {
                self.text.timestamp(*timestamp, self.fraction);
                Ok(())
            }
            (kind, _) if is_scalar(kind) => {
                let scalar = Scalar::of(self.service, member, TimestampFormat::Iso8601);
                self.text.escaped(&scalar.format(value)?);
                Ok(())
            }
            (kind, value) => Err(SerializeError::mismatch(kind_name(kind), value)),
        }
    }

    fn elements(
        &mut self,
        name: &str,
        namespace: Option<XmlNamespace>,
        element: &'static Member,
        items: &[Document],
    ) -> Result<(), SerializeError> {
        for (index, item) in items.iter().enumerate() {
            if !matches!(item, Document::Null) {
                self.element(name, namespace, element, item)
                    .map_err(|error| error.within(&index.to_string()))?;
            }
        }
        Ok(())
    }

    fn entries(
        &mut self,
        (name, namespace): (&str, Option<XmlNamespace>),
        (key, element): (&'static Member, &'static Member),
        fields: &Fields,
    ) -> Result<(), SerializeError> {
        for (entry, value) in fields.iter() {
            let key_name = key.location_name.unwrap_or("key");
            self.text.open_tag(name);
            self.text.namespace(namespace);
            self.text.close_tag();
            self.text.open_tag(key_name);
            self.text.namespace(key.xml_namespace);
            self.text.close_tag();
            self.text.escaped(entry);
            self.text.end(key_name);
            let value_name = element.location_name.unwrap_or("value");
            self.element(value_name, element.xml_namespace, element, value)
                .map_err(|error| error.within(entry))?;
            self.text.end(name);
        }
        Ok(())
    }
}
