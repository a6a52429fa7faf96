//! The codecs of the protocols, requests and answers.

use standin_model::{Answer, Catalog, Document, Protocol};
use standin_protocol::Call;

use crate::message::{self, Message};
use crate::sample;

/// Operations whose inputs and outputs use all that their protocols have.
///
/// SQS's ReceiveMessage is not among them: two of its members share a parameter, so that what is read of a form can't
/// always be written as one.
const QUERY: [(&str, &str); 5] = [
    ("sqs", "GetQueueAttributes"),
    ("sqs", "SendMessageBatch"),
    ("sts", "AssumeRole"),
    ("iam", "GetAccountAuthorizationDetails"),
    ("cloudformation", "DescribeStacks"),
];
const EC2: [(&str, &str); 3] =
    [("ec2", "RunInstances"), ("ec2", "DescribeInstances"), ("ec2", "DescribeVpcs")];
const JSON: [(&str, &str); 5] = [
    ("dynamodb", "PutItem"),
    ("dynamodb", "Query"),
    ("sqs", "SendMessage"),
    ("kinesis", "PutRecords"),
    ("logs", "PutLogEvents"),
];
const REST_JSON: [(&str, &str); 5] = [
    ("lambda", "CreateFunction"),
    ("lambda", "Invoke"),
    ("bedrock-runtime", "Converse"),
    ("apigateway", "CreateRestApi"),
    ("glacier", "InitiateJob"),
];
const REST_XML: [(&str, &str); 7] = [
    ("s3", "PutBucketLifecycleConfiguration"),
    ("s3", "ListObjectsV2"),
    ("s3", "PutObject"),
    ("s3", "GetObject"),
    ("s3", "GetObjectAttributes"),
    ("cloudfront", "CreateDistribution"),
    ("route53", "ChangeResourceRecordSets"),
];
const CBOR: [(&str, &str); 3] = [
    ("cloudwatch", "PutMetricData"),
    ("cloudwatch", "GetMetricData"),
    ("cloudwatch", "PutMetricAlarm"),
];

pub(crate) fn query(input: &[u8]) {
    run(Protocol::Query, input);
}

pub(crate) fn ec2(input: &[u8]) {
    run(Protocol::Ec2, input);
}

pub(crate) fn json(input: &[u8]) {
    run(Protocol::Json, input);
}

pub(crate) fn rest_json(input: &[u8]) {
    run(Protocol::RestJson, input);
}

pub(crate) fn rest_xml(input: &[u8]) {
    run(Protocol::RestXml, input);
}

pub(crate) fn cbor(input: &[u8]) {
    run(Protocol::RpcV2Cbor, input);
}

pub(crate) fn query_seeds() -> Vec<Vec<u8>> {
    seeds(Protocol::Query)
}

pub(crate) fn ec2_seeds() -> Vec<Vec<u8>> {
    seeds(Protocol::Ec2)
}

pub(crate) fn json_seeds() -> Vec<Vec<u8>> {
    seeds(Protocol::Json)
}

pub(crate) fn rest_json_seeds() -> Vec<Vec<u8>> {
    seeds(Protocol::RestJson)
}

pub(crate) fn rest_xml_seeds() -> Vec<Vec<u8>> {
    seeds(Protocol::RestXml)
}

pub(crate) fn cbor_seeds() -> Vec<Vec<u8>> {
    seeds(Protocol::RpcV2Cbor)
}

/// The operations that inputs of a protocol choose from.
pub(crate) fn operations(protocol: Protocol) -> &'static [(&'static str, &'static str)] {
    match protocol {
        Protocol::Query => &QUERY,
        Protocol::Ec2 => &EC2,
        Protocol::Json => &JSON,
        Protocol::RestJson => &REST_JSON,
        Protocol::RestXml => &REST_XML,
        Protocol::RpcV2Cbor => &CBOR,
    }
}

fn call(protocol: Protocol, choice: u8) -> Call {
    let operations = operations(protocol);
    let (service, operation) = operations[usize::from(choice) % operations.len()];
    let service = Catalog::embedded().service(service).expect("a known service");
    let operation = service.operation(operation).expect("a known operation");
    Call { service, operation, protocol }
}

fn run(protocol: Protocol, input: &[u8]) {
    let message = Message::read(input);
    let call = call(protocol, message.choice);
    if message.is_answer() { answer(&call, &message) } else { request(&call, &message) }
}

/// What is read of a request is written, where it can be, to bytes that are read.
///
/// Some of it may be lost or added: forms have no empty maps, clients name their checksum. But once is enough: what was
/// written and read is written and read as the same.
fn request(call: &Call, message: &Message<'_>) {
    let anew = |input: &Document| {
        let request = call.serialize_request(input).ok()?;
        Some(call.parse_request(&request).expect("what we wrote is read"))
    };
    if let Ok(input) = call.parse_request(&message.request())
        && let Some(first) = anew(&input)
    {
        let second = anew(&first).expect("what was written is written again");
        assert_eq!(second, first, "a request reads otherwise each time it is written");
    }
}

/// The same of an answer; an error stays an error.
fn answer(call: &Call, message: &Message<'_>) {
    let anew = |output: &Document| {
        let response = call.serialize_response(output, "id").ok()?;
        match call.parse_response(&response).expect("what we wrote is read") {
            Answer::Output(output) => Some(output),
            Answer::Error(error) => panic!("a success is read as the error {error:?}"),
        }
    };
    match call.parse_response(&message.response()) {
        Ok(Answer::Output(output)) => {
            if let Some(first) = anew(&output) {
                let second = anew(&first).expect("what was written is written again");
                assert_eq!(second, first, "an answer reads otherwise each time it is written");
            }
        }
        Ok(Answer::Error(error)) => {
            let response = call.serialize_error(&error, "id");
            let again = call.parse_response(&response).expect("what we wrote is read");
            assert!(matches!(again, Answer::Error(_)), "an error is written as a success");
        }
        Err(_) => {}
    }
}

/// A request and an answer of each operation.
fn seeds(protocol: Protocol) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (choice, _) in (0..).zip(operations(protocol)) {
        let call = call(protocol, choice);
        let sample = |id: Option<_>| {
            let structure = id.and_then(|id| call.service.structure(id));
            structure.map_or_else(Document::empty, |found| sample::structure(call.service, found))
        };
        let request = call.serialize_request(&sample(call.operation.input));
        let response = call.serialize_response(&sample(call.operation.output), "id");
        seeds.push(message::of_request(choice, &request.expect("a sample is written")));
        seeds.push(message::of_response(choice, &response.expect("a sample is written")));
    }
    seeds
}
