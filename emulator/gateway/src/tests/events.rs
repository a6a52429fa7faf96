//! Streams of events through the gateway: sent one by one, received signed and plain, and broken ones.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Poll};

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::BodyExt;
use proptest::prelude::*;
use standin_core::{
    Bytes, Document, EventStream, Events, Input, NoFallback, OperationHandler, Output, Protocol,
    Provider, ServiceError, Timestamp,
};
use standin_model::Catalog;
use standin_protocol::Call;
use standin_protocol::eventstream::{
    Direction, Event, FrameDecoder, HeaderValue as Value, Message, Signed,
};
use tokio::sync::mpsc;

use super::{Rig, header, limits, text};
use crate::events::Incoming;
use crate::{Body, BodyFault, Exception};

type Sent = Result<Document, ServiceError>;

/// A service whose operations send back the events that they are given, or those of a channel.
struct Echo {
    service: &'static str,
    channel: Mutex<Option<mpsc::Receiver<Sent>>>,
}

struct Channel(mpsc::Receiver<Sent>);

impl Events for Channel {
    fn poll_event(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Sent>> {
        self.0.poll_recv(task)
    }
}

impl Provider for Echo {
    fn service(&self) -> &'static str {
        self.service
    }

    fn operations(&self) -> Vec<&'static str> {
        vec!["SubscribeToShard", "InvokeModelWithBidirectionalStream"]
    }

    fn operation(self: Arc<Self>, _name: &str) -> Option<OperationHandler> {
        let channel = self.channel.lock().expect("not poisoned").take();
        let channel = channel.map(|receiver| EventStream::new(Channel(receiver)));
        Some(OperationHandler::new(move |_, input: Input| async move {
            let events = channel.or(input.events).expect("events");
            Ok(Output { events: Some(events), ..Document::empty().into() })
        }))
    }
}

fn rig(service: &'static str, channel: Option<mpsc::Receiver<Sent>>) -> Rig {
    let echo = Echo { service, channel: Mutex::new(channel) };
    Rig::with(Arc::new(echo), Arc::new(NoFallback))
}

fn call(service: &str, operation: &str, protocol: Protocol) -> Call {
    let service = Catalog::embedded().service(service).expect("a known service");
    Call { service, operation: service.operation(operation).expect("known"), protocol }
}

fn object(fields: &[(&'static str, Document)]) -> Document {
    Document::Object(fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

/// A request of an operation, signed for its service.
fn request(call: Call, input: &Document) -> Request<Bytes> {
    let mut request = call.serialize_request(input).expect("a request");
    let name = call.service.metadata.signing_name;
    let scope = format!("AKIA/20250101/eu-west-1/{name}/aws4_request");
    let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&signature).expect("text"));
    headers.insert(HOST, HeaderValue::from_static("localhost"));
    request
}

fn subscription() -> (Call, Request<Bytes>) {
    let call = call("kinesis", "SubscribeToShard", Protocol::Json);
    let position = object(&[("Type", "LATEST".into())]);
    let input = object(&[
        ("ConsumerARN", "arn:aws:kinesis:eu-west-1:123456789012:stream/s/consumer/c:1".into()),
        ("ShardId", "shard".into()),
        ("StartingPosition", position),
    ]);
    (call, request(call, &input))
}

fn records(number: &str) -> Document {
    let event = object(&[
        ("Records", Document::list(vec![])),
        ("ContinuationSequenceNumber", number.into()),
        ("MillisBehindLatest", 0.into()),
    ]);
    object(&[("SubscribeToShardEvent", event)])
}

/// The next event of an answer, which must be there.
async fn next(call: Call, body: &mut Body, decoder: &mut FrameDecoder) -> Event {
    let frame = body.frame().await.expect("a frame").expect("no fault");
    let data = frame.into_data().expect("data");
    let message = decoder.next(&mut &data[..]).expect("a message").expect("one frame a message");
    call.decode_event(Direction::Output, &message).expect("an event")
}

#[tokio::test]
async fn events_are_sent_one_by_one_and_an_exception_ends_them() {
    let (send, receive) = mpsc::channel(1);
    let rig = rig("kinesis", Some(receive));
    let (call, request) = subscription();
    let response = rig.gateway.process(request.map(Body::Whole)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/vnd.amazon.eventstream");
    let (mut body, mut decoder) = (response.into_body(), FrameDecoder::default());
    let initial = next(call, &mut body, &mut decoder).await;
    assert_eq!(initial, Event::Initial(Document::empty()));
    for number in ["1", "2"] {
        // Nothing was sent before: each is read while the stream goes on.
        send.send(Ok(records(number))).await.expect("still read");
        assert_eq!(next(call, &mut body, &mut decoder).await, Event::Event(records(number)));
    }
    let error = ServiceError::sender("ResourceNotFoundException", "gone");
    send.send(Err(error.clone())).await.expect("still read");
    assert_eq!(next(call, &mut body, &mut decoder).await, Event::Error(error));
    assert!(body.frame().await.is_none(), "the stream ends");
}

#[tokio::test]
async fn events_reach_a_client_over_a_connection() {
    let (send, receive) = mpsc::channel(3);
    let server = rig("kinesis", Some(receive)).listen().await;
    let (call, request) = subscription();
    let events = [records("1"), records("2")];
    for event in events.clone() {
        send.send(Ok(event)).await.expect("room");
    }
    drop(send);
    let response = server.send(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    let [first, second] = events.map(Event::Event);
    assert_eq!(decoded(call, &response), [Event::Initial(Document::empty()), first, second]);
    server.stop().await;
}

#[tokio::test]
async fn an_event_that_cannot_be_written_is_a_fault_in_the_stream() {
    let (send, receive) = mpsc::channel(3);
    let rig = rig("kinesis", Some(receive));
    let wrong = object(&[("SubscribeToShardEvent", "no structure".into())]);
    for event in [wrong, records("2")] {
        send.send(Ok(event)).await.expect("room");
    }
    let (call, request) = subscription();
    let response = rig.answer(request).await;
    let [Event::Initial(_), Event::Error(error)] = &decoded(call, &response)[..] else {
        panic!("a beginning and an error")
    };
    assert!(error.code.starts_with("Internal"), "{error:?}");
}

/// All events of an answer.
fn decoded(call: Call, response: &Response<Bytes>) -> Vec<Event> {
    let (mut decoder, mut rest) = (FrameDecoder::default(), &response.body()[..]);
    let mut found = Vec::new();
    while let Some(message) = decoder.next(&mut rest).expect("frames") {
        found.push(call.decode_event(Direction::Output, &message).expect("an event"));
    }
    decoder.finish().expect("whole frames");
    found
}

fn talk() -> Call {
    call("bedrock-runtime", "InvokeModelWithBidirectionalStream", Protocol::RestJson)
}

fn said(text: &str) -> Event {
    let bytes = Document::blob(Bytes::copy_from_slice(text.as_bytes()));
    Event::Event(object(&[("chunk", object(&[("bytes", bytes)]))]))
}

fn message(event: &Event) -> Message {
    talk().encode_event(Direction::Input, event).expect("an event")
}

fn signed(message: Option<Message>) -> Bytes {
    let date = Timestamp::from_millis(1_700_000_000_000).expect("in range");
    let signature = Bytes::from_static(&[7; 32]);
    let wrapped = Signed { date, signature, message }.wrap().expect("small");
    wrapped.encode().expect("small")
}

async fn answer(body: impl Into<Bytes>) -> Response<Bytes> {
    let request = request(talk(), &object(&[("modelId", "m".into())]));
    rig("bedrock-runtime", None).answer(request.map(|_| body.into())).await
}

#[tokio::test]
async fn events_of_a_client_are_received_plain_and_signed() {
    let sent = [said("one"), said("two")];
    let plain: Vec<Bytes> = sent.iter().map(|e| message(e).encode().expect("small")).collect();
    let mut wrapped: Vec<Bytes> = sent.iter().map(|e| signed(Some(message(e)))).collect();
    // What comes after the empty one is not read.
    wrapped.extend([signed(None), signed(Some(message(&said("late"))))]);
    for frames in [plain, wrapped] {
        let response = answer(frames.concat()).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", text(&response));
        assert_eq!(header(&response, "content-type"), "application/vnd.amazon.eventstream");
        assert_eq!(decoded(talk(), &response), sent);
    }
}

/// No model has an RPC operation that takes events yet, so this is seen from within.
#[tokio::test]
async fn a_stream_may_begin_with_the_other_members() {
    let initial = Event::Initial(object(&[("modelId", "m".into())]));
    let incoming = |events: &[&Event]| {
        let frames = events.iter().map(|event| message(event).encode().expect("small"));
        let body = Bytes::from(frames.collect::<Vec<_>>().concat());
        Incoming::new(talk(), body.into(), limits(), BodyFault::default())
    };
    let mut stream = incoming(&[&initial, &said("one"), &initial, &said("two")]);
    let begun = stream.initial().await.map(Event::Initial);
    assert_eq!(begun.expect("it does"), initial);
    let mut events = stream.stream();
    assert_eq!(events.next().await.expect("one").map(Event::Event), Ok(said("one")));
    let late = events.next().await.expect("an error").expect_err("late");
    assert!(late.message.expect("a text").contains("initial-request"));
    assert!(events.next().await.is_none(), "an error ends the stream");
    for without in [&[][..], &[&said("one")]] {
        let refused = incoming(without).initial().await.expect_err("it does not");
        assert!(matches!(refused, Exception::NoInitialRequest), "{refused}");
    }
}

#[tokio::test]
async fn broken_streams_of_a_client_end_in_an_error() {
    let frame = message(&said("one")).encode().expect("small").to_vec();
    let mut lying = frame.clone();
    lying[3] ^= 1;
    let mut changed = frame.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let unknown = Message {
        headers: vec![
            (":message-type".to_owned(), Value::String("event".to_owned())),
            (":event-type".to_owned(), Value::String("nonsense".to_owned())),
        ],
        payload: Bytes::new(),
    };
    let unknown = unknown.encode().expect("small").to_vec();
    for wrong in
        [frame[..frame.len() - 1].to_vec(), lying, changed, unknown, b"no frame at all".to_vec()]
    {
        let body = [&frame[..], &wrong].concat();
        let events = decoded(talk(), &answer(body).await);
        let [first, Event::Error(error)] = &events[..] else { panic!("{events:?}") };
        assert_eq!(first, &said("one"));
        assert!(!error.code.is_empty());
    }
}

#[tokio::test]
async fn a_message_larger_than_the_limit_is_refused() {
    for (size, fits) in [(3_000, true), (5_000, false)] {
        let frame = message(&said(&"x".repeat(size))).encode().expect("small");
        let events = decoded(talk(), &answer(frame).await);
        assert_eq!(matches!(events[..], [Event::Event(_)]), fits, "{size}");
        assert_eq!(matches!(events[..], [Event::Error(_)]), !fits, "{size}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_stream_of_a_client_is_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        good in 0_usize..3,
    ) {
        let frame = message(&said("one")).encode().expect("small");
        let body = [frame.repeat(good), bytes].concat();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let response = runtime.expect("a runtime").block_on(answer(body));
        let events = decoded(talk(), &response);
        prop_assert!(events.len() <= good + 1);
        prop_assert!(events[..good].iter().all(|event| *event == said("one")));
    }
}
