//! Clients by AWS's SDKs for JavaScript, Go and Java: each records against the strict front and replays
//! offline, by the endpoint and, where the SDK looks at it, by the proxy.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{Request, Response};

use super::proxy::{record_via, replay_via};
use super::recording::queues;
use super::run::{Scratch, errors, printed, with_python};
use crate::support::front::{Backend, Front, Sight};

/// What a client prints.
const STEPS: [&str; 6] = [
    "queue /123456789012/jobs",
    "received hello",
    "no such queue",
    "length 5",
    "object hello",
    "no such key",
];

/// What SQS answers, in gzip for those that take it (the Go SDK).
fn zipped(request: &Request<Bytes>, response: Response<Bytes>) -> Response<Bytes> {
    let accepts = request.headers().get("accept-encoding");
    if !accepts.is_some_and(|it| it.to_str().is_ok_and(|it| it.contains("gzip"))) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&body).expect("memory");
    parts.headers.insert("content-encoding", "gzip".parse().expect("a value"));
    Response::from_parts(parts, encoder.finish().expect("memory").into())
}

/// SQS by its target, S3 by everything else: one queue with one message, one bucket with one object.
fn aws(request: &Request<Bytes>) -> Response<Bytes> {
    match request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()) {
        Some("AmazonSQS.ReceiveMessage") => zipped(request, message()),
        Some(_) => zipped(request, queues(request)),
        None => object(request),
    }
}

fn message() -> Response<Bytes> {
    let body = r#"{"Messages":[{"MessageId":"2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b","ReceiptHandle":"handle","MD5OfBody":"5d41402abc4b2a76b9719d911017c592","Body":"hello"}]}"#;
    let response = Response::builder().header("content-type", "application/x-amz-json-1.0");
    response.body(body.into()).expect("a valid response")
}

fn object(request: &Request<Bytes>) -> Response<Bytes> {
    let response = Response::builder().header("x-amz-request-id", "4442587FB7D0A2F9");
    let tag = "\"5d41402abc4b2a76b9719d911017c592\"";
    let response = match (request.method().as_str(), request.uri().path()) {
        (_, path) if path.ends_with("/absent") => response
            .status(404)
            .header("content-type", "application/xml")
            .body("<Error><Code>NoSuchKey</Code><Message>absent</Message></Error>".into()),
        ("PUT", _) => response.header("etag", tag).body(Bytes::new()),
        ("HEAD", _) => {
            response.header("etag", tag).header("content-length", "5").body(Bytes::new())
        }
        _ => response.header("etag", tag).body("hello".into()),
    };
    response.expect("a valid response")
}

/// The folder that `ci/setup-NAME` made, or `None` (said aloud) where it did not.
pub(crate) fn made(name: &str) -> Option<PathBuf> {
    let variable = format!("STANDIN_{}", name.to_uppercase());
    match std::env::var_os(&variable) {
        Some(folder) if !folder.is_empty() => Some(folder.into()),
        _ => {
            println!("ignored: the {name} client: {variable} is not set; run ci/setup-{name}");
            None
        }
    }
}

/// Records a client and replays it, both the same way in; gives what the front saw.
fn records_and_replays(via: &str, client: &[OsString], lines: &[&str]) -> Vec<Sight> {
    let front = Front::start(Backend::Function(aws));
    let scratch = Scratch::new(&format!("{via}-{}", front.address.port()));
    let folder = scratch.path("snapshots/mixed/client");
    let mut command = record_via(via, &front, &scratch, &folder);
    let output = command.arg("--").args(client).output().expect("standin runs");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(printed(&output).lines().collect::<Vec<_>>(), lines, "{}", errors(&output));
    let recording = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
    let packed = recording.contains("\"content-encoding\": \"gzip\"");
    assert_eq!(packed, client[0].to_string_lossy().contains("go-client"), "{recording}");
    let sights = front.sights();
    let bad: Vec<_> = sights.iter().filter(|sight| !sight.verified).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    let mut command = replay_via(via, &scratch, &folder);
    let again = command.arg("--").args(client).output().expect("standin runs");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    assert_eq!(printed(&again).lines().collect::<Vec<_>>(), lines, "{}", errors(&again));
    assert_eq!(front.sights().len(), sights.len(), "a replay asks nobody");
    sights
}

#[test]
fn uploads_wait_until_they_are_wanted() {
    let front = Front::start(Backend::Function(aws));
    let scratch = Scratch::new("continue");
    let folder = scratch.path("snapshots/s3/continue");
    let script = scratch.script(
        "import boto3; boto3.set_stream_logger('botocore.awsrequest')\n\
         boto3.client('s3').put_object(Bucket='bucket', Key='k', Body=b'hello')\n",
    );
    for via in ["endpoint", "proxy"] {
        let mut command = record_via(via, &front, &scratch, &folder);
        let Some(output) = with_python(&mut command, &script) else { return };
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        assert!(errors(&output).contains("100 Continue response seen"), "{}", errors(&output));
    }
}

#[test]
fn the_javascript_sdk_replays_what_it_recorded() {
    let Some(folder) = made("javascript") else { return };
    let client = [OsString::from("node"), folder.join("client.mjs").into()];
    records_and_replays("endpoint", &client, &STEPS);
    // This SDK makes its own agents and looks at no proxy: both ways in keep it with us.
    records_and_replays("both", &client, &STEPS);
}

#[test]
fn the_go_sdk_replays_what_it_recorded() {
    let Some(folder) = made("go") else { return };
    let client = [OsString::from(folder.join("client"))];
    for via in ["endpoint", "proxy"] {
        // Errors, and HEAD with a length, leave the connection as it was.
        let lines = [
            "queue /123456789012/jobs",
            "received hello",
            "no such queue",
            "length 5",
            "object hello reused true",
            "no such key, reused true",
        ];
        let sights = records_and_replays(via, &client, &lines);
        let host = match via {
            "proxy" => "bucket.s3.eu-west-1.amazonaws.com",
            _ => "s3.eu-west-1.amazonaws.com",
        };
        assert_eq!(sights.last().expect("a request").host, host);
    }
}

#[test]
fn the_java_sdk_replays_what_it_recorded() {
    let Some(folder) = made("java") else { return };
    let path = format!("{}/classes:{}/lib/*", folder.display(), folder.display());
    let client = ["java", "-cp", &path, "Client"].map(OsString::from);
    for via in ["endpoint", "proxy"] {
        let sights = records_and_replays(via, &client, &STEPS);
        // The first asks whose credentials these are.
        assert_eq!(sights.len(), 1 + 9, "{sights:#?}");
    }
}
