//! `--via proxy`: clients that go to AWS's own host names, and are intercepted on the way.

use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use http::{Request, Response};

use super::recording::{SCRIPT, queues};
use super::run::{Scratch, clean, errors, printed, replay, with_python};
use crate::support::front::{ACCOUNT, Backend, Front};
use crate::support::{client, standin};

/// `standin record --via ...` with AWS's names, whose connections all lead to the front.
pub(crate) fn record_via(via: &str, front: &Front, scratch: &Scratch, folder: &Path) -> Command {
    let mut command = clean(standin());
    command
        .args([
            "record",
            "--mode",
            "all",
            "--via",
            via,
            "--connect-to",
            &front.address.to_string(),
            "--upstream-ca",
        ])
        .arg(&front.ca)
        .args(["--account", ACCOUNT, "--allow-mutations", "-o"])
        .arg(folder)
        .envs(Front::credentials())
        .env("XDG_DATA_HOME", scratch.path("data"));
    command
}

pub(crate) fn replay_via(via: &str, scratch: &Scratch, folder: &Path) -> Command {
    let mut command = replay(folder);
    command.args(["--via", via]).env("XDG_DATA_HOME", scratch.path("data"));
    command
}

#[test]
fn clients_speak_to_the_real_names_and_replay_offline() {
    let front = Front::start_http2(Backend::Function(queues));
    let scratch = Scratch::new("proxy");
    let folder = scratch.path("snapshots/sqs/jobs");
    let script = scratch.script(SCRIPT);
    let mut command = record_via("proxy", &front, &scratch, &folder);
    let Some(output) = with_python(&mut command, &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    // The first asks whose credentials these are.
    let sights = front.sights().split_off(1);
    assert_eq!(sights.len(), 3);
    for sight in &sights {
        assert!(sight.verified, "{sight:?}");
        assert_eq!(sight.host, "sqs.eu-west-1.amazonaws.com");
        assert_eq!(sight.sni.as_deref(), Some("sqs.eu-west-1.amazonaws.com"));
        // The client speaks HTTP/1.1 to us, and we speak what the upstream likes best.
        assert_eq!(sight.version, http::Version::HTTP_2);
    }
    let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs";
    assert_eq!(printed(&output).lines().next(), Some(url));
    assert!(errors(&output).contains("made a certificate authority"), "{}", errors(&output));

    let again =
        with_python(&mut replay_via("proxy", &scratch, &folder), &script).expect("a client");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    assert_eq!(printed(&again).lines().next(), Some(url));
    assert_eq!(errors(&again), "");
    // What was recorded through the proxy replays at an endpoint too, under its own address.
    let there = with_python(&mut replay(&folder), &script).expect("a client");
    assert_eq!(there.status.code(), Some(0), "{}", errors(&there));
    assert!(printed(&there).starts_with("http://127.0.0.1:"), "{}", printed(&there));
    assert_eq!(front.sights().len(), 4, "a replay asks nobody");
}

#[test]
fn the_command_line_client_needs_no_endpoint() {
    let Some(aws) = client("aws") else { return };
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("proxy-cli");
    let folder = scratch.path("snapshots/sqs/cli");
    let create = ["sqs", "create-queue", "--queue-name", "jobs", "--output", "text"];
    for via in ["proxy", "both"] {
        let mut command = record_via(via, &front, &scratch, &folder);
        let output = command.arg("--").arg(&aws).args(create).output().expect("standin runs");
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        // Version 1 of the CLI goes to the old names of SQS, whatever AWS_ENDPOINT_URL says.
        let sight = front.sights().pop().expect("a request");
        assert_eq!((sight.host.as_str(), sight.verified), ("eu-west-1.queue.amazonaws.com", true));
    }
    let mut command = replay_via("proxy", &scratch, &folder);
    let again = command.arg("--").arg(&aws).args(create).output().expect("standin runs");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    let url = "https://eu-west-1.queue.amazonaws.com/123456789012/jobs";
    assert_eq!(printed(&again).trim(), url, "{}", errors(&again));
}

fn objects(request: &Request<Bytes>) -> Response<Bytes> {
    let host = request.headers()["host"].to_str().expect("text");
    let body = "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message>\
        <Endpoint>wanderer.s3.eu-central-1.amazonaws.com</Endpoint><Bucket>wanderer</Bucket></Error>";
    let response = Response::builder();
    let response = match (host, request.method().as_str()) {
        ("wanderer.s3.eu-west-1.amazonaws.com", _) => {
            response.status(301).header("x-amz-bucket-region", "eu-central-1").body(body.into())
        }
        (_, "PUT") => response.body(Bytes::new()),
        _ => response.body("hello".into()),
    };
    response.expect("a valid response")
}

const BUCKETS: &str = r#"
import boto3
s3 = boto3.client("s3")
s3.put_object(Bucket="plain", Key="a b/c", Body=b"hello")
print(s3.get_object(Bucket="dots.in.name", Key="k")["Body"].read())
print(s3.get_object(Bucket="wanderer", Key="k")["Body"].read())
"#;

#[test]
fn virtual_hosts_and_redirects_are_followed_as_they_are() {
    let front = Front::start(Backend::Function(objects));
    let scratch = Scratch::new("proxy-s3");
    let folder = scratch.path("snapshots/s3/buckets");
    let script = scratch.script(BUCKETS);
    let mut command = record_via("proxy", &front, &scratch, &folder);
    let Some(output) = with_python(&mut command, &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let sights = front.sights().split_off(1);
    assert!(sights.iter().all(|sight| sight.verified), "{sights:?}");
    let seen: Vec<_> = sights.iter().map(|it| (it.host.as_str(), it.line.as_str())).collect();
    assert_eq!(seen[0], ("plain.s3.eu-west-1.amazonaws.com", "PUT /a%20b/c"));
    assert_eq!(seen[1], ("s3.eu-west-1.amazonaws.com", "GET /dots.in.name/k"));
    assert_eq!(seen[2], ("wanderer.s3.eu-west-1.amazonaws.com", "GET /k"));
    assert_eq!(seen.last(), Some(&("wanderer.s3.eu-central-1.amazonaws.com", "GET /k")));
    let again =
        with_python(&mut replay_via("proxy", &scratch, &folder), &script).expect("a client");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    assert_eq!(printed(&again), printed(&output));
}

#[test]
fn a_reference_may_stand_behind_the_real_names() {
    let front = Front::start(Backend::Function(anything));
    let scratch = Scratch::new("proxy-reference");
    let folder = scratch.path("snapshots/s3/reference");
    let script = scratch.script("import boto3; boto3.client('s3').put_object(Bucket='b', Key='k')");
    let mut command = super::run::record(&front, &folder);
    command.args(["--via", "proxy"]).env("XDG_DATA_HOME", scratch.path("data"));
    let Some(output) = with_python(&mut command, &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    // The host that named the bucket is not the reference's, so the path names it.
    let sight = front.sights().pop().expect("a request");
    assert_eq!((sight.line.as_str(), sight.verified), ("PUT /b/k", true));
}

fn anything(_: &Request<Bytes>) -> Response<Bytes> {
    Response::new(Bytes::new())
}
