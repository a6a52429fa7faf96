//! Smithy's tests of event streams, and frames that lie.

mod initial;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use standin_model::{Catalog, Document, Protocol, ServiceError, Timestamp, TimestampFormat};

use super::ledger::{Suite, conformance, fail_on};
use super::values::document;
use super::{model, wire};
use crate::Call;
use crate::eventstream::{
    Direction, Event, FrameDecoder, FrameError, HeaderValue, Message, Signed,
};

const LEDGER: &str = include_str!("ledger/eventstream.txt");

type Outcome = Result<(), String>;

#[test]
fn frames_are_read_and_written() {
    run("frames", frames);
}

#[test]
fn events_are_read_and_written() {
    run("events", events);
}

fn run(name: &str, check: fn(&Value) -> Outcome) {
    let Some(root) = conformance() else { return };
    let file = std::fs::read(root.join("smithy/aws.protocoltests.restjson.json")).expect("a file");
    let tests: Value = serde_json::from_slice(&file).expect("JSON");
    let mut suite = Suite::new(&format!("eventstream {name}"), LEDGER);
    let listed = suite.listed();
    for case in tests["eventStreamTests"].as_array().expect("cases") {
        suite.record(case["id"].as_str().expect("an id"), check(case));
    }
    fail_on(&suite.finish(listed));
}

fn frames(case: &Value) -> Outcome {
    for event in events_of(case) {
        let (bytes, message) = message_of(event)?;
        for (name, value) in event["headers"].as_object().into_iter().flatten() {
            same(name, &message.header(name), &Some(&header(value)))?;
        }
        // Some frames carry what their case does not list, to be malformed; so they are compared whole.
        same("frame", &message.encode().map_err(|error| error.to_string())?, &bytes)?;
    }
    Ok(())
}

fn events(case: &Value) -> Outcome {
    let call = stream_call();
    let fails = !case["expectation"]["failure"].is_null();
    let begins = initial::check(case)?;
    for event in events_of(case) {
        let direction = match event["type"].as_str() {
            Some("request") => Direction::Input,
            _ => Direction::Output,
        };
        let (_, message) = message_of(event)?;
        match (begins.clone().and_then(|()| call.decode_event(direction, &message)), fails) {
            (Ok(Event::Error(_)) | Err(_), true) => {}
            (Ok(found), false) => {
                let expected = expected(&call, &event["params"]);
                same("event", &found, &expected)?;
                let written = call.encode_event(direction, &found).map_err(|e| e.to_string())?;
                same_message(event, &written)?;
            }
            (found, _) => return Err(format!("{found:?}, failure expected: {fails}")),
        }
    }
    Ok(())
}

/// A written message says the same in its headers and its payload, numbers in whatever width.
fn same_message(event: &Value, written: &Message) -> Outcome {
    for (name, value) in event["headers"].as_object().into_iter().flatten() {
        let narrow = ["byte", "short", "long"].iter().any(|kind| !value[kind].is_null());
        if !narrow {
            same(name, &written.header(name), &Some(&header(value)))?;
        }
    }
    let body = event["body"].as_str().unwrap_or_default();
    let media_type = event["bodyMediaType"].as_str().unwrap_or_default();
    wire::same_body(media_type, &written.payload, body.as_bytes())
}

fn expected(call: &Call, params: &Value) -> Event {
    let stream = call.service.shape_named("EventStream").expect("declared below");
    if let Some(error) = params.get("error") {
        let error =
            ServiceError::sender("ErrorEvent", error["message"].as_str().unwrap_or_default());
        return Event::Error(error);
    }
    Event::Event(document(call.service, stream, params))
}

fn events_of(case: &Value) -> impl Iterator<Item = &Value> {
    case["events"].as_array().into_iter().flatten().filter(|event| event["bytes"].is_string())
}

fn message_of(event: &Value) -> Result<(Bytes, Message), String> {
    let bytes = STANDARD.decode(event["bytes"].as_str().unwrap_or_default()).expect("base64");
    match Message::decode(&bytes).map_err(|error| error.to_string())? {
        Some((message, length)) if length == bytes.len() => Ok((bytes.into(), message)),
        other => Err(format!("{other:?}")),
    }
}

fn header(value: &Value) -> HeaderValue {
    let (kind, value) = value.as_object().and_then(|map| map.iter().next()).expect("a header");
    let number = || value.as_i64().expect("a number");
    let text = || value.as_str().expect("text");
    match kind.as_str() {
        "boolean" => HeaderValue::Boolean(value.as_bool().expect("a boolean")),
        "byte" => HeaderValue::Byte(number().try_into().expect("small")),
        "short" => HeaderValue::Short(number().try_into().expect("small")),
        "integer" => HeaderValue::Integer(number().try_into().expect("small")),
        "long" => HeaderValue::Long(number()),
        "blob" => HeaderValue::Blob(STANDARD.decode(text()).expect("base64").into()),
        "string" => HeaderValue::String(text().to_owned()),
        "timestamp" => HeaderValue::Timestamp(
            Timestamp::parse(text(), TimestampFormat::Iso8601).expect("a timestamp"),
        ),
        other => panic!("unknown header type {other}"),
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Outcome {
    if found == expected { Ok(()) } else { Err(format!("{what} {found:?}, expected {expected:?}")) }
}

/// The stream of Smithy's tests in botocore's form, as input and output of one operation.
fn stream_call() -> Call {
    let event = |members: Value| json!({"type": "structure", "event": true, "members": members});
    let of = |shape: &str| json!({"shape": shape});
    let header = |shape: &str| json!({"shape": shape, "eventheader": true});
    let payload = |shape: &str| json!({"shape": shape, "eventpayload": true});
    let suite = json!({
        "metadata": {"protocol": "rest-json"},
        "shapes": {
            "Stream": {"type": "structure", "payload": "stream", "members": {"stream": of("EventStream")}},
            "EventStream": {"type": "structure", "eventstream": true, "members": {
                "headers": of("HeadersEvent"), "blobPayload": of("BlobPayloadEvent"),
                "stringPayload": of("StringPayloadEvent"), "structurePayload": of("StructurePayloadEvent"),
                "unionPayload": of("UnionPayloadEvent"),
                "headersAndExplicitPayload": of("HeadersAndExplicitPayloadEvent"),
                "headersAndImplicitPayload": of("HeadersAndImplicitPayloadEvent"),
                "error": of("ErrorEvent"),
            }},
            "HeadersEvent": event(json!({
                "booleanHeader": header("Boolean"), "byteHeader": header("Integer"),
                "shortHeader": header("Integer"), "intHeader": header("Integer"),
                "longHeader": header("Long"), "blobHeader": header("Blob"),
                "stringHeader": header("String"), "timestampHeader": header("Timestamp"),
            })),
            "BlobPayloadEvent": event(json!({"payload": payload("Blob")})),
            "StringPayloadEvent": event(json!({"payload": payload("String")})),
            "StructurePayloadEvent": event(json!({"payload": payload("PayloadStructure")})),
            "UnionPayloadEvent": event(json!({"payload": payload("PayloadUnion")})),
            "HeadersAndExplicitPayloadEvent":
                event(json!({"header": header("String"), "payload": payload("PayloadStructure")})),
            "HeadersAndImplicitPayloadEvent":
                event(json!({"header": header("String"), "payload": of("String")})),
            "ErrorEvent": {"type": "structure", "exception": true, "members": {"message": of("String")}},
            "PayloadStructure": {"type": "structure", "members": {"structureMember": of("String")}},
            "PayloadUnion": {"type": "structure", "union": true, "members": {"unionMember": of("String")}},
            "Boolean": {"type": "boolean"}, "Integer": {"type": "integer"}, "Long": {"type": "long"},
            "Blob": {"type": "blob"}, "String": {"type": "string"}, "Timestamp": {"type": "timestamp"},
        },
    });
    let given = json!({"name": "Stream", "input": of("Stream"), "output": of("Stream")});
    model::call(&suite, &given)
}

#[test]
fn events_of_rpc_and_xml_services_come_back() {
    let of = |service: &str, operation: &str, protocol| {
        let service = Catalog::embedded().service(service).expect("a known service");
        let operation = service.operation(operation).expect("a known operation");
        Call { service, operation, protocol }
    };
    let kinesis = of("kinesis", "SubscribeToShard", Protocol::Json);
    let select = of("s3", "SelectObjectContent", Protocol::RestXml);
    let stats = json!({"Stats": {"Details": {"BytesScanned": 1, "BytesProcessed": 2}}});
    let records = json!({"SubscribeToShardEvent":
        {"Records": [], "ContinuationSequenceNumber": "1", "MillisBehindLatest": 0}});
    for (call, value) in [(kinesis, records), (select, stats)] {
        let stream = call.event_stream_output().expect("a stream");
        let event = document(call.service, call.service.shape(stream.shape), &value);
        let message = call.encode_event(Direction::Output, &Event::Event(event.clone()));
        let message = message.expect("an event");
        let found = call.decode_event(Direction::Output, &message);
        assert_eq!(found, Ok(Event::Event(event)));
    }
    let error = ServiceError::sender("ResourceNotFoundException", "gone");
    let message = kinesis.encode_event(Direction::Output, &Event::Error(error.clone()));
    let message = message.expect("an exception");
    assert_eq!(message.text(":exception-type"), Some("ResourceNotFoundException"));
    assert_eq!(kinesis.decode_event(Direction::Output, &message), Ok(Event::Error(error)));
    let initial = Event::Initial(Document::empty());
    let message = kinesis.encode_event(Direction::Output, &initial).expect("a beginning");
    assert_eq!(kinesis.decode_event(Direction::Output, &message), Ok(initial));
}

#[test]
fn frames_that_lie_are_refused() {
    let message = Message { headers: vec![], payload: Bytes::from_static(b"payload") };
    let frame = message.encode().expect("a small message").to_vec();
    assert_eq!(Message::decode(&frame[..frame.len() - 1]), Ok(None));
    let changed = |at: usize| {
        let mut frame = frame.clone();
        frame[at] ^= 1;
        Message::decode(&frame)
    };
    assert_eq!(changed(0), Err(FrameError::PreludeChecksum));
    assert_eq!(changed(14), Err(FrameError::MessageChecksum));
    let lengths = |total: u32, headers: u32| {
        let mut frame = [total.to_be_bytes(), headers.to_be_bytes()].concat();
        frame.extend(crc32fast::hash(&frame).to_be_bytes());
        Message::decode(&frame)
    };
    assert_eq!(lengths(u32::MAX, 0), Err(FrameError::TooLarge));
    assert_eq!(lengths(15, 0), Err(FrameError::Length));
    assert_eq!(lengths(20, 10), Err(FrameError::Length));
}

#[test]
fn signed_messages_are_unwrapped_until_an_empty_one() {
    let date = Timestamp::from_millis(1_700_000_000_123).expect("in range");
    let inner = Message { headers: vec![], payload: Bytes::from_static(b"event") };
    let signature = Bytes::from_static(&[7; 32]);
    for message in [Some(inner.clone()), None] {
        let signed = Signed { date, signature: signature.clone(), message };
        let frame = signed.wrap().expect("small").encode().expect("small");
        let (wrapped, _) = Message::decode(&frame).expect("a frame").expect("whole");
        assert_eq!(Signed::of(&wrapped), Ok(Some(signed)));
    }
    assert_eq!(Signed::of(&inner), Ok(None));
    let mut undated = Signed { date, signature, message: Some(inner) }.wrap().expect("small");
    undated.headers.remove(0);
    assert_eq!(Signed::of(&undated), Err(FrameError::Signed));
    let trailing = [&undated.payload[..], b"x"].concat();
    let headers = vec![
        (":date".to_owned(), HeaderValue::Timestamp(date)),
        (":chunk-signature".to_owned(), HeaderValue::Blob(Bytes::new())),
    ];
    let doubled = Message { headers: headers.clone(), payload: trailing.into() };
    assert_eq!(Signed::of(&doubled), Err(FrameError::Signed));
    let cut = Message { headers, payload: undated.payload.slice(..20) };
    assert_eq!(Signed::of(&cut), Err(FrameError::Signed));
}

#[test]
fn a_frame_larger_than_the_limit_is_refused_by_its_lengths() {
    let message = Message { headers: vec![], payload: vec![0; 100].into() };
    let frame = message.encode().expect("small");
    let mut decoder = FrameDecoder::new(115);
    assert_eq!(decoder.next(&mut &frame[..12]), Err(FrameError::TooLarge));
    assert_eq!(decoder.next(&mut &frame[..]), Err(FrameError::TooLarge), "an error is for good");
    assert_eq!(decoder.finish(), Err(FrameError::TooLarge));
    assert_eq!(FrameDecoder::new(116).next(&mut &frame[..]), Ok(Some(message)));
}

/// The messages of bytes that come in parts, and the error that ended them.
fn messages(bytes: &[u8], cuts: &[usize]) -> (Vec<Message>, Option<FrameError>) {
    let mut decoder = FrameDecoder::default();
    let (mut found, mut from) = (Vec::new(), 0);
    for to in cuts.iter().copied().chain([bytes.len()]) {
        let mut input = &bytes[from..to];
        loop {
            match decoder.next(&mut input) {
                Ok(Some(message)) => found.push(message),
                Ok(None) => break,
                Err(error) => return (found, Some(error)),
            }
        }
        assert!(input.is_empty(), "all input is used up");
        from = to;
    }
    (found, decoder.finish().err())
}

fn header_strategy() -> impl Strategy<Value = HeaderValue> {
    prop_oneof![
        any::<bool>().prop_map(HeaderValue::Boolean),
        any::<i8>().prop_map(HeaderValue::Byte),
        any::<i16>().prop_map(HeaderValue::Short),
        any::<i32>().prop_map(HeaderValue::Integer),
        any::<i64>().prop_map(HeaderValue::Long),
        prop::collection::vec(any::<u8>(), 0..50).prop_map(|b| HeaderValue::Blob(b.into())),
        ".{0,20}".prop_map(HeaderValue::String),
        (0_i64..4_000_000_000_000).prop_map(|millis| {
            HeaderValue::Timestamp(Timestamp::from_millis(millis).expect("in range"))
        }),
        any::<[u8; 16]>().prop_map(HeaderValue::Uuid),
    ]
}

proptest! {
    #[test]
    fn any_message_comes_back(
        headers in prop::collection::vec(("[a-z:-]{1,20}", header_strategy()), 0..8),
        payload in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let message = Message { headers, payload: payload.into() };
        let frame = message.encode().expect("a small message");
        prop_assert_eq!(Message::decode(&frame), Ok(Some((message, frame.len()))));
    }

    #[test]
    fn no_cut_changes_what_a_stream_holds(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..5),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        change in prop::option::of((any::<prop::sample::Index>(), 1_u8..=255)),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let message = |payload: Vec<u8>| {
            let headers = vec![("name".to_owned(), HeaderValue::Integer(7))];
            Message { headers, payload: payload.into() }
        };
        let sent: Vec<Message> = payloads.into_iter().map(message).collect();
        let frames = sent.iter().map(|message| message.encode().expect("small").to_vec());
        let mut bytes = frames.collect::<Vec<_>>().concat();
        let untouched = bytes.clone();
        if let (Some((at, bits)), false) = (change, bytes.is_empty()) {
            let at = at.index(bytes.len());
            bytes[at] ^= bits;
        }
        bytes.truncate(end.map_or(bytes.len(), |end| end.index(bytes.len() + 1)));
        let mut cuts: Vec<usize> = places.iter().map(|at| at.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let (found, error) = messages(&bytes, &cuts);
        prop_assert_eq!((&found, error), (&messages(&bytes, &[]).0, messages(&bytes, &[]).1));
        prop_assert!(sent.starts_with(&found), "nothing is made up");
        let whole = bytes == untouched;
        prop_assert_eq!(whole, error.is_none() && found.len() == sent.len());
    }

    #[test]
    fn any_headers_are_read_or_refused(headers in prop::collection::vec(any::<u8>(), 0..100)) {
        let mut frame = Vec::new();
        let total = u32::try_from(headers.len() + 16).expect("small");
        frame.extend(total.to_be_bytes());
        frame.extend((total - 16).to_be_bytes());
        frame.extend(crc32fast::hash(&frame).to_be_bytes());
        frame.extend(headers);
        frame.extend(crc32fast::hash(&frame).to_be_bytes());
        let _ = Message::decode(&frame);
    }
}
