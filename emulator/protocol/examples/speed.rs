//! How long reading and writing takes, on the payloads that budgets name.
//!
//! `cargo run --release -p standin-protocol --example speed`

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use bytes::Bytes;
use http::Request;
use standin_model::{Catalog, Document, Fields, Protocol, Timestamp};
use standin_protocol::Call;

const REQUEST_ID: &str = "7b3a8c5e-1111-2222-3333-444455556666";

fn main() {
    send_message();
    get_caller_identity();
    put_item();
    list_objects();
}

fn call(service: &str, operation: &str, protocol: Protocol) -> Call {
    let service = Catalog::embedded().service(service).expect("a known service");
    let operation = service.operation(operation).expect("a known operation");
    Call { service, operation, protocol }
}

fn object(fields: &[(&'static str, Document)]) -> Document {
    let fields = fields.iter().map(|(name, value)| ((*name).into(), value.clone()));
    Document::Object(fields.collect::<Fields>())
}

fn post(body: impl Into<Bytes>) -> Request<Bytes> {
    let mut request = Request::new(body.into());
    *request.method_mut() = http::Method::POST;
    request
}

fn send_message() {
    let call = call("sqs", "SendMessage", Protocol::Json);
    let request = post(
        r#"{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/my-queue",
            "MessageBody":"hello world, this is a message"}"#,
    );
    let output = object(&[
        ("MessageId", Document::from(REQUEST_ID)),
        ("MD5OfMessageBody", Document::from("5eb63bbbe01eeed093cb22bb8f5acdc3")),
    ]);
    measure("SQS SendMessage", &call, &request, &output);
}

fn get_caller_identity() {
    let call = call("sts", "GetCallerIdentity", Protocol::Query);
    let request = post("Action=GetCallerIdentity&Version=2011-06-15");
    let output = object(&[
        ("UserId", Document::from("AKIAIOSFODNN7EXAMPLE")),
        ("Account", Document::from("123456789012")),
        ("Arn", Document::from("arn:aws:iam::123456789012:root")),
    ]);
    measure("STS GetCallerIdentity", &call, &request, &output);
}

fn put_item() {
    let attributes: Vec<String> = (0..20)
        .map(|index| match index % 2 {
            0 => format!("\"attribute{index}\":{{\"S\":\"value {index}\"}}"),
            _ => format!("\"attribute{index}\":{{\"N\":\"{index}\"}}"),
        })
        .collect();
    let body = format!("{{\"TableName\":\"t\",\"Item\":{{{}}}}}", attributes.join(","));
    let call = call("dynamodb", "PutItem", Protocol::Json);
    measure("DynamoDB PutItem, 20 attributes", &call, &post(body), &Document::empty());
}

fn list_objects() {
    let modified = Timestamp::from_millis(1_576_540_098_123).expect("in range");
    let objects = (0..1000).map(|index| {
        object(&[
            ("Key", Document::from(format!("some/prefix/key-{index:06}"))),
            ("LastModified", Document::Timestamp(modified)),
            ("ETag", Document::from("\"5eb63bbbe01eeed093cb22bb8f5acdc3\"")),
            ("Size", Document::from(12_345)),
            ("StorageClass", Document::from("STANDARD")),
        ])
    });
    let output = object(&[
        ("Name", Document::from("bucket")),
        ("KeyCount", Document::from(1000)),
        ("Contents", Document::List(objects.collect())),
    ]);
    let uri = "/bucket?list-type=2&prefix=some%2Fprefix&max-keys=1000";
    let request = Request::builder().uri(uri).body(Bytes::new()).expect("a valid request");
    let call = call("s3", "ListObjectsV2", Protocol::RestXml);
    measure("S3 ListObjectsV2, 1,000 keys", &call, &request, &output);
}

/// Prints what a server's halves take, and what a client's takes to read the answer.
fn measure(name: &str, call: &Call, request: &Request<Bytes>, output: &Document) {
    let parse = time(|| drop(black_box(call.parse_request(request).expect("a valid request"))));
    let write = || call.serialize_response(output, REQUEST_ID).expect("a valid output");
    let serialize = time(|| drop(black_box(write())));
    let response = write();
    let read = time(|| drop(black_box(call.parse_response(&response).expect("a valid answer"))));
    let both = parse + serialize;
    writeln!(
        std::io::stdout(),
        "{name:32} parse {parse:9.2} us, serialize {serialize:9.2} us, both {both:9.2} us; \
         client parse {read:9.2} us"
    )
    .expect("standard output takes text");
}

/// The microseconds of one run, the best of several rounds.
fn time(run: impl Fn()) -> f64 {
    let once = Instant::now();
    run();
    let rounds = (20_000_000 / once.elapsed().as_nanos().max(100)).clamp(10, 100_000);
    let rounds = u32::try_from(rounds).expect("clamped");
    let round = || {
        let start = Instant::now();
        (0..rounds).for_each(|_| run());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds)
    };
    (0..5).map(|_| round()).fold(f64::INFINITY, f64::min)
}
