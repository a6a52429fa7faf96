//! Limits: each is kept, in every protocol, by servers and by clients.

use bytes::Bytes;
use http::Response;
use standin_model::{Document, Protocol};

use super::quirks::{call, object};
use crate::eventstream::{Direction, Event};
use crate::{Limits, ParseError};

fn deep(depth: usize) -> Limits {
    Limits { depth, ..Limits::default() }
}

/// An item whose value nests: the input, the item, the value, a list, a value.
fn item() -> Document {
    let value = object(&[("L", Document::list(vec![object(&[("S", "text".into())])]))]);
    object(&[("TableName", "t".into()), ("Item", object(&[("Key", value)]))])
}

#[test]
fn a_request_is_read_to_its_depth() {
    let call = call("dynamodb", "PutItem", Protocol::Json);
    let request = call.serialize_request(&item()).expect("an input");
    assert_eq!(call.parse_request(&request), Ok(item()));
    assert_eq!(call.parse_request_within(&request, deep(5)), Ok(item()));
    assert_eq!(call.parse_request_within(&request, deep(4)), Err(ParseError::TooDeep));
}

#[test]
fn every_protocol_has_the_depth() {
    for (service, operation, protocol, input, depth) in [
        (
            "sqs",
            "CreateQueue",
            Protocol::Query,
            object(&[("QueueName", "q".into()), ("tags", object(&[("a", "b".into())]))]),
            2,
        ),
        (
            "ec2",
            "DescribeInstances",
            Protocol::Ec2,
            object(&[("InstanceIds", Document::list(vec!["i".into()]))]),
            2,
        ),
        (
            "lambda",
            "TagResource",
            Protocol::RestJson,
            object(&[("Resource", "arn".into()), ("Tags", object(&[("a", "b".into())]))]),
            2,
        ),
        (
            "s3",
            "PutBucketRequestPayment",
            Protocol::RestXml,
            object(&[
                ("Bucket", "b".into()),
                ("RequestPaymentConfiguration", object(&[("Payer", "Requester".into())])),
            ]),
            2,
        ),
        (
            "cloudwatch",
            "DeleteAlarms",
            Protocol::RpcV2Cbor,
            object(&[("AlarmNames", Document::list(vec!["a".into()]))]),
            2,
        ),
    ] {
        let call = call(service, operation, protocol);
        let request = call.serialize_request(&input).expect("an input");
        let read = call.parse_request_within(&request, deep(depth));
        assert!(read.is_ok(), "{service}: {read:?}");
        let read = call.parse_request_within(&request, deep(depth - 1));
        assert_eq!(read, Err(ParseError::TooDeep), "{service}");
    }
}

#[test]
fn an_answer_and_an_error_are_read_to_their_depth() {
    let call = call("dynamodb", "TransactWriteItems", Protocol::Json);
    let reasons = br#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons":[{"Code":"None"}]}"#;
    let response = Response::builder().status(400).body(Bytes::from_static(reasons));
    let response = response.expect("an answer");
    assert!(call.parse_response_within(&response, deep(3)).is_ok());
    assert_eq!(call.parse_response_within(&response, deep(2)), Err(ParseError::TooDeep));
    let output = br#"{"ConsumedCapacity":[{"TableName":"t"}]}"#;
    let response = Response::new(Bytes::from_static(output));
    assert!(call.parse_response_within(&response, deep(3)).is_ok());
    assert_eq!(call.parse_response_within(&response, deep(2)), Err(ParseError::TooDeep));
}

#[test]
fn an_event_is_read_to_its_depth() {
    let call = call("s3", "SelectObjectContent", Protocol::RestXml);
    let details = object(&[("BytesScanned", 1.into())]);
    let event = Event::Event(object(&[("Stats", object(&[("Details", details)]))]));
    let message = call.encode_event(Direction::Output, &event).expect("an event");
    let read = |limits| call.decode_event_within(Direction::Output, &message, limits);
    assert_eq!(read(deep(3)), Ok(event));
    assert_eq!(read(deep(2)), Err(ParseError::TooDeep));
}

#[test]
fn a_compressed_body_is_unpacked_to_its_limit() {
    let call = call("cloudwatch", "PutMetricData", Protocol::Query);
    let input = object(&[("Namespace", Document::from("n".repeat(20_000)))]);
    let request = call.serialize_request(&input).expect("an input");
    assert!(request.headers().contains_key("content-encoding"));
    let read = |unpacked| {
        let limits = Limits { unpacked, ..Limits::default() };
        call.parse_request_within(&request, limits)
    };
    assert!(read(21_000).is_ok());
    let refused = read(20_000).expect_err("larger").to_string();
    assert!(refused.contains("more than 20000 bytes"), "{refused}");
}
