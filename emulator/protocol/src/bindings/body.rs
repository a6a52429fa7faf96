//! The body of a message with HTTP bindings: one payload member, or all members without another place.

use bytes::Bytes;
use standin_model::{Document, Fields, Member, Shape, ShapeKind, Structure};

use super::{Format, Side};
use crate::codec::Strictness;
use crate::{Call, ParseError, SerializeError};

/// A body and the media type that it has of itself.
pub(super) struct Body {
    pub(super) bytes: Bytes,
    pub(super) media_type: Option<&'static str>,
}

const NOTHING: Body = Body { bytes: Bytes::new(), media_type: None };

/// Reads the body into fields; streams are left to whoever holds the body.
pub(super) fn parse<F: Format>(
    call: &Call,
    side: Side,
    structure: &'static Structure,
    body: &Bytes,
    fields: &mut Fields,
) -> Result<(), ParseError> {
    let Some(member) = structure.payload_member() else {
        if side.has_body(structure) && !body.is_empty() {
            let members = F::parse_members(call, side, structure, body)?;
            for (name, value) in members {
                fields.push(name, value);
            }
        }
        return Ok(());
    };
    let shape = call.service.shape(member.shape);
    if is_stream(member, shape) {
        return Ok(());
    }
    let value = match &shape.kind {
        ShapeKind::Blob => (!body.is_empty()).then(|| Document::blob(body.clone())),
        ShapeKind::String => text(body, side.strictness())?,
        _ if body.is_empty() => None,
        _ => F::parse_payload(call, side, member, body)?,
    };
    fields_push(fields, member, value);
    Ok(())
}

/// Writes the body.
pub(super) fn serialize<F: Format>(
    call: &Call,
    side: Side,
    shape: &'static Shape,
    fields: &Fields,
) -> Result<Body, SerializeError> {
    let Some(structure) = shape.structure() else { return Ok(NOTHING) };
    let formatted =
        |bytes: Bytes| Body { media_type: (!bytes.is_empty()).then_some(F::MEDIA_TYPE), bytes };
    let Some(member) = structure.payload_member() else {
        if !side.has_body(structure) {
            return Ok(formatted(F::empty(call, side, structure)));
        }
        return F::write_members(call, side, shape, fields).map(formatted);
    };
    let value = fields.get(member.name).filter(|value| **value != Document::Null);
    let target = call.service.shape(member.shape);
    if target.event_stream {
        let media_type = Some("application/vnd.amazon.eventstream");
        return Ok(Body { bytes: Bytes::new(), media_type });
    }
    match (&target.kind, value) {
        (ShapeKind::Blob, Some(Document::Blob(bytes))) => {
            Ok(Body { bytes: Bytes::clone(bytes), media_type: Some("application/octet-stream") })
        }
        (ShapeKind::String, Some(Document::String(text))) => {
            let bytes = Bytes::copy_from_slice(text.as_bytes());
            Ok(Body { bytes, media_type: Some("text/plain") })
        }
        (ShapeKind::Blob | ShapeKind::String, Some(value)) => {
            Err(SerializeError::mismatch("blob or string", value).within(member.name))
        }
        // botocore names the type of a blob even where it sends none.
        (ShapeKind::Blob, None) if side == Side::Request => {
            Ok(Body { media_type: Some("application/octet-stream"), ..NOTHING })
        }
        (ShapeKind::Blob | ShapeKind::String, None) => Ok(NOTHING),
        (_, Some(value)) => F::write_payload(call, side, member, value)
            .map_err(|error| error.within(member.name))
            .map(formatted),
        (_, None) => Ok(formatted(F::empty(call, side, structure))),
    }
}

/// Whether the body belongs to its caller: a stream of bytes or of events.
fn is_stream(member: &Member, shape: &Shape) -> bool {
    member.streaming || shape.streaming || shape.event_stream
}

fn fields_push(fields: &mut Fields, member: &'static Member, value: Option<Document>) {
    if let Some(value) = value {
        fields.push(member.name, value);
    }
}

fn text(body: &Bytes, strictness: Strictness) -> Result<Option<Document>, ParseError> {
    if body.is_empty() {
        return Ok(None);
    }
    match (std::str::from_utf8(body), strictness) {
        (Ok(text), _) => Ok(Some(Document::from(text))),
        (Err(_), Strictness::Lenient) => Ok(Some(Document::blob(body.clone()))),
        (Err(error), Strictness::Strict) => Err(ParseError::malformed("text", error.to_string())),
    }
}
