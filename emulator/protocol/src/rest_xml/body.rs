//! XML bodies of messages with HTTP bindings.

use bytes::Bytes;
use standin_model::{Document, Fields, Member, Name, Service, Shape, Structure, XmlNamespace};

use super::quirks;
use crate::bindings::{Format, Side};
use crate::codec::xml::{Reader, Text, Writer};
use crate::{Call, ParseError, SerializeError};

/// The format of REST-XML's bodies.
pub(super) struct Xml;

impl Format for Xml {
    const MEDIA_TYPE: &'static str = "application/xml";

    fn parse_members(
        call: &Call,
        side: Side,
        structure: &'static Structure,
        body: &[u8],
    ) -> Result<Fields, ParseError> {
        let mut reader = Reader::new(call.service, side.strictness(), body)?;
        let mut fields = Fields::default();
        let Some(start) = reader.root()? else { return Ok(fields) };
        if let Some(member) = root_text(call, side, structure) {
            let text = reader.text()?;
            if !text.is_empty() {
                fields.push(member.name, text.into_owned().into());
            }
            reader.finish()?;
        } else {
            reader.attributes(structure, &start, &mut fields)?;
            reader.fields(structure, side.scope(), &mut fields)?;
            reader.finish()?;
        }
        Ok(fields)
    }

    fn parse_payload(
        call: &Call,
        side: Side,
        member: &'static Member,
        body: &[u8],
    ) -> Result<Option<Document>, ParseError> {
        let mut reader = Reader::new(call.service, side.strictness(), body)?;
        let Some(start) = reader.root()? else { return Ok(None) };
        let value = reader.value(member, &start)?;
        reader.finish()?;
        Ok(Some(value))
    }

    fn write_members(
        call: &Call,
        side: Side,
        shape: &'static Shape,
        fields: &Fields,
    ) -> Result<Bytes, SerializeError> {
        let Some(structure) = shape.structure() else { return Ok(Bytes::new()) };
        let in_body = |member: &Member| side.scope().holds(member);
        let set = |member: &Member| in_body(member) && fields.get(member.name).is_some();
        if side == Side::Request && !structure.members.iter().any(set) {
            return Ok(Bytes::new());
        }
        let (name, namespace) = root(call, side, shape);
        let mut writer = writer(call, side);
        writer.text.open_tag(name);
        writer.text.namespace(namespace);
        writer.attributes(structure, fields)?;
        writer.text.close_tag();
        match root_text(call, side, structure) {
            Some(member) => {
                let text = fields.get(member.name).and_then(Document::as_str);
                writer.text.escaped(text.unwrap_or_default());
            }
            None => writer.fields(structure, fields, in_body)?,
        }
        writer.text.end(name);
        Ok(writer.text.finish().into())
    }

    fn write_payload(
        call: &Call,
        side: Side,
        member: &'static Member,
        value: &Document,
    ) -> Result<Bytes, SerializeError> {
        let shape = call.service.shape(member.shape);
        let mut writer = writer(call, side);
        let namespace = match side {
            Side::Request => member.xml_namespace.or(shape.xml_namespace),
            Side::Response => {
                member.xml_namespace.or(shape.xml_namespace).or_else(|| default(call.service))
            }
        };
        let quirk = match side {
            Side::Request => None,
            Side::Response => quirks::root(call.service, call.operation.name),
        };
        let root = quirk.unwrap_or_else(|| payload_root(member, shape));
        writer.element(root, namespace, member, value)?;
        Ok(writer.text.finish().into())
    }

    fn empty(_: &Call, _: Side, _: &Structure) -> Bytes {
        Bytes::new()
    }
}

/// The member whose text is all that the root holds, where a service has it so.
fn root_text(call: &Call, side: Side, structure: &'static Structure) -> Option<&'static Member> {
    let quirk = || quirks::root_text(call.service, call.operation.name);
    (side == Side::Response).then(quirk).flatten().and_then(|name| structure.member(name))
}

fn writer(call: &Call, side: Side) -> Writer {
    let writer = Writer::new(call.service, Text::declared());
    match quirks::of(Some(call.service)) {
        Some(quirks) if side == Side::Response => writer.with_fraction(quirks.fraction),
        _ => writer,
    }
}

/// The root element of a body made of members.
fn root(call: &Call, side: Side, shape: &'static Shape) -> (Name, Option<XmlNamespace>) {
    let operation = call.operation;
    match side {
        Side::Request => {
            let name = shape.location_name.or(operation.input_root).unwrap_or(shape.name);
            let own = operation.input_namespace.map(|uri| XmlNamespace { uri, prefix: None });
            (name, own.or(shape.xml_namespace))
        }
        Side::Response => {
            let quirk = || quirks::root(call.service, operation.name);
            let name = shape.location_name.or_else(quirk).unwrap_or(shape.name);
            (name, shape.xml_namespace.or_else(|| default(call.service)))
        }
    }
}

/// The root element of a body that is one member. Where the model binds a namespace to the member, it
/// means the member to be the root.
fn payload_root(member: &'static Member, shape: &'static Shape) -> Name {
    let renamed = member.location_name.filter(|name| *name != member.name);
    let bound = member.xml_namespace.map(|_| member.wire_name());
    renamed.or(bound).or(shape.location_name).unwrap_or(shape.name)
}

/// The namespace of a service's answers: its metadata's, or the one that its requests carry.
fn default(service: &'static Service) -> Option<XmlNamespace> {
    let plain = |uri| XmlNamespace { uri, prefix: None };
    service.metadata.xml_namespace.map(plain).or_else(|| {
        service.operations.iter().find_map(|operation| {
            let payload = || service.structure(operation.input?)?.payload_member()?.xml_namespace;
            operation.input_namespace.map(plain).or_else(payload)
        })
    })
}
