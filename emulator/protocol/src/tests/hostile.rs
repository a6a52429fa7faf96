//! Bytes that no honest sender sends: each parser answers with an error or a value, and never panics.
//!
//! What mutations of honest bytes do stands in `harness/hostile`.

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use proptest::prelude::*;
use standin_model::{Catalog, Protocol};

use super::sample::Sampler;
use crate::bindings::Side;
use crate::{Call, ParseError};

/// Operations whose inputs and outputs use all that their protocols have.
const OPERATIONS: [(&str, &str, Protocol); 10] = [
    ("dynamodb", "PutItem", Protocol::Json),
    ("sqs", "SendMessage", Protocol::Json),
    ("sqs", "ReceiveMessage", Protocol::Query),
    ("iam", "GetAccountAuthorizationDetails", Protocol::Query),
    ("ec2", "RunInstances", Protocol::Ec2),
    ("s3", "PutBucketLifecycleConfiguration", Protocol::RestXml),
    ("s3", "ListObjectsV2", Protocol::RestXml),
    ("cloudfront", "CreateDistribution", Protocol::RestXml),
    ("lambda", "CreateFunction", Protocol::RestJson),
    ("cloudwatch", "PutMetricData", Protocol::RpcV2Cbor),
];

fn call(index: usize) -> Call {
    let (service, operation, protocol) = OPERATIONS[index];
    let service = Catalog::embedded().service(service).expect("a known service");
    let operation = service.operation(operation).expect("a known operation");
    Call { service, operation, protocol }
}

fn json(operation: &str) -> Call {
    let service = Catalog::embedded().service("dynamodb").expect("a known service");
    let operation = service.operation(operation).expect("a known operation");
    Call { service, operation, protocol: Protocol::Json }
}

fn request(call: &Call) -> Request<Bytes> {
    let structure = call.input().and_then(|shape| shape.structure()).expect("an input");
    let input = Sampler::new(call.service, Side::Request).structure(structure);
    call.serialize_request(&input).expect("a sample is written")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_read_or_refused(
        index in 0..OPERATIONS.len(),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let call = call(index);
        let mut request = request(&call);
        *request.body_mut() = body.clone().into();
        let _ = call.parse_request(&request);
        let _ = call.parse_response(&Response::new(Bytes::from(body)));
    }

    #[test]
    fn any_header_and_query_is_read_or_refused(
        header in prop::collection::vec(any::<u8>(), 0..40),
        query in "[a-z0-9%=&+.\\-]{0,40}",
    ) {
        let service = Catalog::embedded().service("s3").expect("a known service");
        for operation in ["PutObject", "GetObjectAttributes", "ListObjectsV2", "GetObject"] {
            let operation = service.operation(operation).expect("a known operation");
            let call = Call { service, operation, protocol: Protocol::RestXml };
            let uri = format!("/bucket/key?{query}");
            let mut request =
                Request::builder().uri(uri).body(Bytes::new()).expect("a valid request");
            if let Ok(value) = HeaderValue::from_bytes(&header) {
                for name in ["x-amz-object-attributes", "if-modified-since", "x-amz-meta-a"] {
                    request.headers_mut().insert(name, value.clone());
                }
            }
            let _ = call.parse_request(&request);
        }
    }
}

fn refused(call: &Call, body: impl Into<Bytes>) -> ParseError {
    let mut request = request(call);
    *request.body_mut() = body.into();
    call.parse_request(&request).expect_err("hostile bytes")
}

#[test]
fn values_that_nest_too_deeply_are_refused() {
    let attribute = |depth| format!("{}{}", "{\"L\":[".repeat(depth), "]}".repeat(depth));
    let item = |depth| format!("{{\"Item\":{{\"a\":{}}}}}", attribute(depth));
    assert_eq!(refused(&json("PutItem"), item(100_000)), ParseError::TooDeep);

    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(refused(&call(5), deep), ParseError::TooDeep);

    let deep = format!("Action=RunInstances&{}=x", vec!["A"; 100_000].join("."));
    assert_eq!(refused(&call(4), deep), ParseError::TooDeep);

    let mut deep = b"\xa1\x6aMetricData".to_vec();
    deep.extend(vec![0x81; 100_000]);
    deep.push(0);
    let error = refused(&call(9), deep);
    assert!(matches!(error, ParseError::TooDeep | ParseError::Value { .. }), "{error}");
}

#[test]
fn duplicate_keys_are_refused() {
    let twice = r#"{"TableName":"a","TableName":"b"}"#;
    assert!(matches!(refused(&json("PutItem"), twice), ParseError::Value { .. }));
    let twice = r#"{"Item":{"a":{"S":"b"},"c":{"S":"d"},"a":{"S":"e"}}}"#;
    assert!(matches!(refused(&json("PutItem"), twice), ParseError::Value { .. }));
    let twice = "Action=RunInstances&ImageId=a&ImageId=b";
    assert!(matches!(refused(&call(4), twice), ParseError::Malformed { .. }));
}

#[test]
fn document_types_and_entities_are_refused() {
    let call = call(5);
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\">]><a>&b;</a>";
    assert!(matches!(refused(&call, bomb), ParseError::Malformed { .. }));
    let rule = "<LifecycleConfiguration><Rule><ID>&b;</ID></Rule></LifecycleConfiguration>";
    assert!(matches!(refused(&call, rule), ParseError::Malformed { .. }));
}

#[test]
fn null_characters_in_xml_are_refused() {
    let rule = "<LifecycleConfiguration><Rule><ID>a\0b</ID></Rule></LifecycleConfiguration>";
    assert!(matches!(refused(&call(5), rule), ParseError::Malformed { .. }));
}

#[test]
fn broken_text_numbers_and_ends_are_refused() {
    let put = json("PutItem");
    for body in [
        &b"{\"TableName\":\"\xff\"}"[..],
        b"{\"TableName\":\"a\"} x",
        b"{\"TableName\":\"a\"",
        b"{\"TableName\":1}",
        b"{\"TableName\":1e999999}",
        b"[]",
        b"7",
        b"nul",
    ] {
        refused(&put, Bytes::copy_from_slice(body));
    }
    let metrics = call(9);
    for body in [
        // A map without an end, a text longer than the body, bytes after the value, an unknown tag.
        &b"\xbf\x69Namespace\x61a"[..],
        b"\xa1\x69Namespace\x7b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xa0\xa0",
        b"\xa1\x69Namespace\xc0\x61a",
        b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        refused(&metrics, Bytes::copy_from_slice(body));
    }
}

#[test]
fn compressed_bodies_that_lie_are_refused() {
    let call = call(9);
    let mut request = request(&call);
    request.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
    assert!(call.parse_request(&request).is_err());
}
