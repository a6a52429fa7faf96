//! What travels in streams: bytes in aws-chunked framing, and events in frames, signed where a client sends them.

use bytes::Bytes;
use http::Response;
use standin_model::{Document, Member, Protocol, ServiceError, Timestamp};
use standin_protocol::Call;
use standin_protocol::eventstream::{Direction, Event, FrameDecoder, HeaderValue, Message, Signed};
use standin_sigv4::{ChunkDecoder, ChunkLimits, ContentHasher, Credentials, EventChain, Piece};

use crate::difference::Difference;
use crate::round_trip::{MESSAGE, Outcome, own_members, refused};
use crate::{Fault, Part};

/// When the messages of clients are signed, in milliseconds since 1970.
const DATE: i64 = 1_764_000_000_123;

/// What a codec read, with the bytes that it leaves to a stream.
pub(crate) fn with_bytes(
    member: Option<&'static Member>,
    mut found: Document,
    bytes: Bytes,
) -> Document {
    if let (Some(member), Document::Object(fields), false) = (member, &mut found, bytes.is_empty())
    {
        fields.push(member.name, Document::blob(bytes));
    }
    found
}

/// A body once it was put into chunks and taken out again, in parts; both lengths come from the body.
pub(crate) fn framed(body: &Bytes) -> Result<Bytes, Fault> {
    let sizes = ContentHasher::of(body);
    let size = |at| usize::from(sizes.as_bytes()[at] % 32) + 1;
    let mut wire = Vec::new();
    for chunk in body.chunks(size(0)) {
        wire.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        wire.extend_from_slice(chunk);
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b"0\r\n\r\n");
    let mut decoder = ChunkDecoder::new(ChunkLimits::default(), Some(body.len() as u64));
    let mut found = Vec::with_capacity(body.len());
    for mut part in wire.chunks(size(1)) {
        while let Some(piece) = decoder.next(&mut part).map_err(|e| refused("our framing", &e))? {
            if let Piece::Data(data) = piece {
                found.extend_from_slice(data);
            }
        }
    }
    decoder.finish().map_err(|error| refused("our framing", &error))?;
    Ok(found.into())
}

/// The members besides a stream of events, which RPC protocols send as its first message, come back; and a reader
/// that goes on only with all of them goes on where they were.
pub(crate) fn begins(
    call: &Call,
    direction: Direction,
    found: &Document,
    sent: &Document,
) -> Outcome {
    if Part::events(call).all(|part| part != Part::Event(direction)) {
        return Ok(());
    }
    let whole = |initial| call.check_initial(direction, initial).is_ok();
    if whole(found) != whole(sent) {
        return Err(Fault::Refused("our reader: misses what was sent".to_owned()));
    }
    if matches!(call.protocol, Protocol::RestJson | Protocol::RestXml) {
        return Ok(());
    }
    same(call, direction, &Event::Initial(sent.clone()))
}

/// Sends a message of a stream, and reads it.
pub(crate) fn event(call: &Call, direction: Direction, value: &Document) -> Outcome {
    let Some(event) = of(call, direction, value) else { return Ok(()) };
    same(call, direction, &event)
}

/// The body with a message of an answer's stream; none of an exception, and of what can't be written.
pub(crate) fn stream(
    call: &Call,
    direction: Direction,
    value: &Document,
) -> Option<Response<Bytes>> {
    let event @ Event::Event(_) = of(call, direction, value)? else { return None };
    let message = with_headers(call.encode_event(direction, &event).ok()?);
    Some(Response::new(message.encode().ok()?))
}

/// The event that a value says: an error where its member is one.
fn of(call: &Call, direction: Direction, value: &Document) -> Option<Event> {
    let stream = Part::Event(direction).shape(call)?.structure()?;
    let (name, inner) = value.as_object()?.iter().next()?;
    let shape = call.service.shape(stream.member(name)?.shape);
    let Some(error) = shape.error() else { return Some(Event::Event(value.clone())) };
    let has_text = shape.structure()?.members.iter().any(|member| is_message(member.name));
    let status = error.http_status();
    let members = own_members(call, shape, inner.as_object().cloned().unwrap_or_default());
    Some(Event::Error(ServiceError {
        code: shape.name.into(),
        message: has_text.then(|| MESSAGE.to_owned()),
        status,
        sender_fault: status < 500,
        members,
    }))
}

fn is_message(name: &str) -> bool {
    name.eq_ignore_ascii_case("message")
}

fn same(call: &Call, direction: Direction, event: &Event) -> Outcome {
    let writer = |error: &dyn std::fmt::Display| refused("our writer of events", &error);
    let reader = |error: &dyn std::fmt::Display| refused("our reader of events", &error);
    let message = call.encode_event(direction, event).map_err(|error| writer(&error))?;
    let message = with_headers(message);
    let frame = message.encode().map_err(|error| writer(&error))?;
    let read = match direction {
        Direction::Input => unwrapped(&one(&wrapped(frame)?)?)?,
        Direction::Output => one(&frame)?,
    };
    let found = call.decode_event(direction, &read).map_err(|error| reader(&error))?;
    if read != message {
        return Err(Fault::Refused("our frames: another message came back".to_owned()));
    }
    if found == *event {
        return Ok(());
    }
    Err(Fault::Differs(match (found, event) {
        (Event::Initial(found), Event::Initial(sent))
        | (Event::Event(found), Event::Event(sent)) => crate::differences(&found, sent),
        (found, sent) => vec![Difference {
            path: "event".to_owned(),
            found: Some(format!("{found:?}").into()),
            expected: Some(format!("{sent:?}").into()),
        }],
    }))
}

/// A message with a header of each type, which no model has a member for; their values come from the payload.
fn with_headers(mut message: Message) -> Message {
    let hash = ContentHasher::of(&message.payload);
    let number = |at: usize| i64::from_str_radix(&hash[at..at + 8], 16).unwrap_or_default();
    let signed = |at| number(at).wrapping_mul(0x1_0000_0001) - 0x7fff_ffff_ffff;
    let few = |at| i8::try_from(number(at) % 64).unwrap_or_default();
    let timestamp = Timestamp::from_millis(number(0)).expect("within this century");
    let values = [
        HeaderValue::Boolean(true),
        HeaderValue::Boolean(false),
        HeaderValue::Byte(-few(8)),
        HeaderValue::Short(-300 * i16::from(few(8))),
        HeaderValue::Integer(-70_000 * i32::from(few(16))),
        HeaderValue::Long(signed(16)),
        HeaderValue::Blob(Bytes::copy_from_slice(
            &hash.as_bytes()[..few(24).unsigned_abs().into()][..],
        )),
        HeaderValue::String("é".repeat(few(32).unsigned_abs().into())),
        HeaderValue::Timestamp(timestamp),
        HeaderValue::Uuid(hash.as_bytes()[..16].try_into().expect("sixteen of sixty-four")),
    ];
    let named = values.into_iter().zip(b'a'..);
    message.headers.extend(named.map(|(value, name)| (format!("x-{}", char::from(name)), value)));
    message
}

fn chain() -> EventChain {
    let credentials = Credentials::from_keys("AKID", "secret", None);
    EventChain::new(&credentials, "us-east-1", "service", &ContentHasher::of(b"the head"))
}

/// The frame of the signed message that carries another.
fn wrapped(frame: Bytes) -> Result<Bytes, Fault> {
    let failed = |error: &dyn std::fmt::Display| refused("our signer of events", &error);
    let signature = chain().sign(DATE, &frame).map_err(|error| failed(&error))?;
    let date = Timestamp::from_millis(DATE).expect("in range");
    let signature = Bytes::copy_from_slice(&signature);
    let mut signed = Signed { date, signature, message: None }.wrap().map_err(|e| failed(&e))?;
    signed.payload = frame;
    signed.encode().map_err(|error| failed(&error))
}

/// The message that a signed one carries, whose signature must hold.
fn unwrapped(message: &Message) -> Result<Message, Fault> {
    let failed = |error: &dyn std::fmt::Display| refused("our verifier of events", &error);
    let signed = Signed::of(message).map_err(|error| failed(&error))?;
    let signed = signed.ok_or_else(|| failed(&"it is not signed"))?;
    let date = signed.date.millis();
    let verified = chain().verify(date, &message.payload, &signed.signature);
    verified.map_err(|error| failed(&error))?;
    signed.message.ok_or_else(|| failed(&"it carries nothing"))
}

/// The one message of a frame that comes in parts.
fn one(frame: &Bytes) -> Result<Message, Fault> {
    let failed = |error: &dyn std::fmt::Display| refused("our frames", &error);
    let mut decoder = FrameDecoder::default();
    let mut found = Vec::new();
    for mut part in frame.chunks(frame.len() % 61 + 1) {
        while let Some(message) = decoder.next(&mut part).map_err(|error| failed(&error))? {
            found.push(message);
        }
    }
    decoder.finish().map_err(|error| failed(&error))?;
    match (found.pop(), found.pop()) {
        (Some(message), None) => Ok(message),
        _ => Err(failed(&"not one message")),
    }
}
