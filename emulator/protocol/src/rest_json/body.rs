//! JSON bodies of messages with HTTP bindings.

use bytes::Bytes;
use standin_model::{Document, Fields, Member, Shape, Structure};

use crate::bindings::{Format, Side};
use crate::codec::json::{Reader, Text, Writer};
use crate::{Call, ParseError, SerializeError};

/// The format of REST-JSON's bodies.
pub(super) struct Json;

impl Format for Json {
    const MEDIA_TYPE: &'static str = "application/json";

    fn parse_members(
        call: &Call,
        side: Side,
        structure: &'static Structure,
        body: &[u8],
    ) -> Result<Fields, ParseError> {
        let reader = Reader { service: call.service, strictness: side.strictness() };
        reader.parse_members(structure, side.scope(), body)
    }

    fn parse_payload(
        call: &Call,
        side: Side,
        member: &'static Member,
        body: &[u8],
    ) -> Result<Option<Document>, ParseError> {
        let reader = Reader { service: call.service, strictness: side.strictness() };
        reader.parse(call.service.shape(member.shape), body)
    }

    fn write_members(
        call: &Call,
        side: Side,
        shape: &'static Shape,
        fields: &Fields,
    ) -> Result<Bytes, SerializeError> {
        let mut writer = Writer::new(call.service);
        if let Some(structure) = shape.structure() {
            writer.members(structure, fields, |member| side.scope().holds(member))?;
        }
        Ok(writer.finish().into())
    }

    fn write_payload(
        call: &Call,
        _: Side,
        member: &'static Member,
        value: &Document,
    ) -> Result<Bytes, SerializeError> {
        let mut writer = Writer::within(call.service, Text::new());
        writer.shape(call.service.shape(member.shape), value)?;
        Ok(writer.finish().into())
    }

    fn empty(call: &Call, side: Side, structure: &Structure) -> Bytes {
        let object = match (side, structure.payload_member()) {
            (Side::Response, payload) => payload.is_none(),
            // A structure can be empty, a union can't.
            (Side::Request, Some(member)) => {
                call.service.structure(member.shape).is_some_and(|payload| !payload.union)
            }
            (Side::Request, None) => side.has_body(structure),
        };
        if object { Bytes::from_static(b"{}") } else { Bytes::new() }
    }
}
