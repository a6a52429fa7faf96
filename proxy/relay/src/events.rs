//! Streams of events as recordings hold them, and as bodies.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use standin_model::{Document, Fields, Member, Protocol, ServiceError};
use standin_protocol::eventstream::{
    Direction, Event as Sent, FrameDecoder, FrameError, HeaderValue as Value, MAX_FRAME, Message,
};
use standin_protocol::{Call, ParseError, SerializeError};
use standin_tape::{Event, EventKind, Events};

/// A body that is no stream of the operation's events.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventsError {
    /// It isn't made of messages.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A message is none of the stream's.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// An event can't be written.
    #[error(transparent)]
    Serialize(#[from] SerializeError),
}

/// Where the messages of a body end, so that each is sent by itself.
#[derive(Clone, Debug)]
pub(crate) struct Boundaries(pub(crate) Vec<usize>);

/// Headers of messages that say how the rest is to be read, and follow from it.
const FRAMING: [&str; 5] =
    [":message-type", ":event-type", ":exception-type", ":content-type", ":error-code"];

/// What the body of an answer streams, with what its first message says of the other members.
pub(crate) fn read(call: Call, body: &[u8]) -> Result<(Fields, Events), EventsError> {
    let mut decoder = FrameDecoder::new(MAX_FRAME);
    let (mut rest, mut initial, mut events) = (body, Fields::default(), Events::default());
    while let Some(message) = decoder.next(&mut rest)? {
        match call.decode_event(Direction::Output, &message)? {
            Sent::Initial(Document::Object(members)) => initial = members,
            Sent::Event(Document::Object(union)) => {
                for (name, payload) in union {
                    let kind = EventKind::Event(name.into_owned());
                    events.0.push(Event { kind, headers: further(call, &message), payload });
                }
            }
            Sent::Initial(_) | Sent::Event(_) => {}
            Sent::Error(error) => events.0.push(exception(error)),
        }
    }
    decoder.finish()?;
    Ok((initial, events))
}

/// The headers of a message that no member carries.
fn further(call: Call, message: &Message) -> Vec<(String, String)> {
    let stream = call.event_stream_output().and_then(|it| call.service.structure(it.shape));
    let event = message.text(":event-type").and_then(|name| stream?.member(name));
    let event = event.and_then(|event| call.service.structure(event.shape));
    let carried: BTreeSet<&str> = event.map_or_else(BTreeSet::new, |event| {
        event.members.iter().filter(|it| it.event_header).map(Member::wire_name).collect()
    });
    let further = message.headers.iter().filter_map(|(name, value)| {
        let is_known = FRAMING.contains(&name.as_str()) || carried.contains(name.as_str());
        (!is_known).then(|| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())))?
    });
    further.collect()
}

fn exception(error: ServiceError) -> Event {
    let mut members = error.members;
    if let Some(message) = error.message {
        members.insert("message", Document::String(message));
    }
    Event {
        kind: EventKind::Exception(error.code.into_owned()),
        headers: Vec::new(),
        payload: Document::Object(members),
    }
}

/// Puts events into a response whose other members are in its head, or go first.
pub(crate) fn write(
    call: Call,
    (head, members): (Response<Bytes>, &Document),
    events: Events,
) -> Result<Response<Bytes>, EventsError> {
    let mut body = Vec::new();
    let mut ends = Vec::new();
    let mut add = |message: &Message| {
        body.extend_from_slice(&message.encode()?);
        ends.push(body.len());
        Ok::<_, EventsError>(())
    };
    if matches!(call.protocol, Protocol::Json | Protocol::RpcV2Cbor) {
        let initial = Sent::Initial(members.clone());
        add(&call.encode_event(Direction::Output, &initial)?)?;
    }
    for Event { kind, headers, payload } in events.0 {
        let sent = match kind {
            EventKind::Event(name) => {
                Sent::Event(Document::Object([(name.into(), payload)].into_iter().collect()))
            }
            EventKind::Exception(code) => Sent::Error(error(code, payload)),
        };
        let mut message = call.encode_event(Direction::Output, &sent)?;
        let further = headers.into_iter().map(|(name, value)| (name, Value::String(value)));
        message.headers.extend(further);
        add(&message)?;
    }
    let (mut parts, _) = head.into_parts();
    let kind = HeaderValue::from_static("application/vnd.amazon.eventstream");
    parts.headers.insert(header::CONTENT_TYPE, kind);
    parts.extensions.insert(Boundaries(ends));
    Ok(Response::from_parts(parts, body.into()))
}

fn error(code: String, payload: Document) -> ServiceError {
    let mut members = match payload {
        Document::Object(members) => members,
        _ => Fields::default(),
    };
    let message = members.remove("message");
    let message = message.as_ref().and_then(Document::as_str).unwrap_or_default();
    ServiceError { members, ..ServiceError::fault(code, message) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use standin_model::Catalog;

    use super::*;

    fn select() -> Call {
        let service = Catalog::embedded().service("s3").expect("there is S3");
        let operation = service.operation("SelectObjectContent").expect("an operation");
        Call { service, operation, protocol: Protocol::RestXml }
    }

    fn object(name: &'static str, value: Document) -> Document {
        Document::Object([(name.into(), value)].into_iter().collect())
    }

    fn events() -> Events {
        let stats = object("BytesScanned", 12_i64.into());
        Events(vec![
            Event::new("Records", object("Payload", Document::blob("1,2\n"))),
            Event::new("Stats", object("Details", stats)),
            Event::new("End", Document::empty()),
        ])
    }

    #[test]
    fn events_are_written_as_they_were_read() {
        let head = (Response::new(Bytes::new()), &Document::empty());
        let response = write(select(), head, events()).expect("they are the stream's");
        let Boundaries(ends) = response.extensions().get().expect("of three messages");
        assert_eq!(ends.len(), 3);
        assert_eq!(ends.last(), Some(&response.body().len()));
        let (members, read) = read(select(), response.body()).expect("well-formed");
        assert!(members.is_empty());
        assert_eq!(read, events());
    }

    #[test]
    fn an_error_ends_a_stream() {
        let failed = Event {
            kind: EventKind::Exception("InternalError".to_owned()),
            headers: Vec::new(),
            payload: object("message", "no".into()),
        };
        let head = (Response::new(Bytes::new()), &Document::empty());
        let response = write(select(), head, Events(vec![failed.clone()])).expect("written");
        let (_, read) = read(select(), response.body()).expect("well-formed");
        assert_eq!(read, Events(vec![failed]));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(cut in 0_usize..300, at in 0_usize..300, byte: u8) {
            let head = (Response::new(Bytes::new()), &Document::empty());
            let response = write(select(), head, events()).expect("they are the stream's");
            let mut body = response.body().to_vec();
            body.truncate(body.len().saturating_sub(cut));
            if let Some(old) = body.get_mut(at) {
                *old = byte;
            }
            let _ = read(select(), &body);
        }
    }
}
