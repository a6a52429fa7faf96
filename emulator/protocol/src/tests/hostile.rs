//! Bytes that no honest sender sends: each parser answers with an error or a value, and never panics.

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use proptest::prelude::*;
use standin_model::{Catalog, Document, Protocol};

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

/// What mutations put in: the bytes that formats are made of.
const TOKENS: [&[u8]; 22] = [
    b"<",
    b"</",
    b"/>",
    b"&",
    b"&#x0;",
    b"<!DOCTYPE a>",
    b"<![CDATA[",
    b"]]>",
    b"{",
    b"}",
    b"[",
    b"\"",
    b"\\ud800",
    b"1e999",
    b"-",
    b"null",
    b"%",
    b"%F0",
    b"=",
    b"\xff",
    b"\xbf\xff",
    b"\x9f",
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

fn response(call: &Call) -> Response<Bytes> {
    let output = match call.output().and_then(|shape| shape.structure()) {
        Some(structure) => Sampler::new(call.service, Side::Response).structure(structure),
        None => Document::empty(),
    };
    call.serialize_response(&output, "id").expect("a sample is written")
}

/// One change to bytes.
#[derive(Clone, Debug)]
enum Mutation {
    Truncate(prop::sample::Index),
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, usize),
    Repeat(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index, prop::sample::Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        place().prop_map(Mutation::Truncate),
        (place(), any::<u8>()).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
        (place(), 0..TOKENS.len()).prop_map(|(at, token)| Mutation::Insert(at, token)),
        (place(), place()).prop_map(|(from, to)| Mutation::Repeat(from, to)),
        (place(), place()).prop_map(|(from, to)| Mutation::Remove(from, to)),
    ]
}

fn mutate(bytes: &[u8], mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for mutation in mutations {
        let place = |index: &prop::sample::Index| index.index(bytes.len() + 1);
        match mutation {
            Mutation::Truncate(at) => bytes.truncate(place(at)),
            Mutation::Flip(at, bits) => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= bits);
            }
            Mutation::Insert(at, token) => {
                let at = place(at);
                bytes.splice(at..at, TOKENS[*token].iter().copied());
            }
            Mutation::Repeat(from, to) => {
                let (from, to) = (place(from), place(to));
                let copy = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(from..from, copy);
            }
            Mutation::Remove(from, to) => {
                let (from, to) = (place(from), place(to));
                bytes.drain(from.min(to)..from.max(to));
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn mutated_requests_are_read_or_refused(
        index in 0..OPERATIONS.len(),
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        let call = call(index);
        let mut request = request(&call);
        *request.body_mut() = mutate(request.body(), &mutations).into();
        let _ = call.parse_request(&request);
    }

    #[test]
    fn mutated_answers_and_errors_are_read_or_refused(
        index in 0..OPERATIONS.len(),
        status in prop_oneof![Just(200_u16), Just(400), Just(503)],
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        let call = call(index);
        let mut response = response(&call);
        *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
        *response.body_mut() = mutate(response.body(), &mutations).into();
        let _ = call.parse_response(&response);
    }

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
