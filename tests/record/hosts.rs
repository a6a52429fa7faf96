//! Hosts inside answers: what a client asks of them comes to us too, and reaches the host that was named.

use std::process::Command;

use bytes::Bytes;
use http::{Request, Response};

use super::run::{Scratch, clean, errors, printed, replay, with_python};
use crate::support::front::{ACCOUNT, Backend, Front};
use crate::support::standin;

const FUNCTION: &str = "abc.lambda-url.eu-west-1.on.aws";
const STREAM: &str = "s-1.kinesisvideo.eu-west-1.amazonaws.com";
const THINGS: &str = "a1-ats.iot.eu-west-1.amazonaws.com";

/// Hosts that name others, and those others.
fn aws(request: &Request<Bytes>) -> Response<Bytes> {
    let host = request.headers()["host"].to_str().expect("text");
    let body = match (host, request.uri().path()) {
        (_, "/getDataEndpoint") => format!(r#"{{"DataEndpoint":"https://{STREAM}"}}"#),
        (STREAM, "/listFragments") => r#"{"Fragments":[{"FragmentNumber":"1"}]}"#.to_owned(),
        (FUNCTION, "/moved") => {
            let moved = Response::builder().status(302);
            let moved = moved.header("location", format!("https://{FUNCTION}/there"));
            return moved.body(Bytes::new()).expect("an answer");
        }
        (FUNCTION, path) => format!("{path} {}", String::from_utf8_lossy(request.body())),
        (THINGS, _) => r#"{"timestamp":1,"payload":null}"#.to_owned(),
        (_, "/endpoint") => format!(r#"{{"endpointAddress":"{THINGS}"}}"#),
        _ => format!(r#"{{"FunctionUrl":"https://{FUNCTION}/"}}"#),
    };
    let response = Response::builder().header("content-type", "application/json");
    response.body(body.into()).expect("an answer")
}

fn record_aws(via: &str, front: &Front, scratch: &Scratch, scenario: &str) -> Command {
    let mut command = clean(standin());
    command.args([
        "record",
        "--mode",
        "all",
        "--via",
        via,
        "--account",
        ACCOUNT,
        "--allow-mutations",
    ]);
    command.args(["--connect-to", &front.address.to_string(), "--upstream-ca"]).arg(&front.ca);
    command.arg("-o").arg(scratch.path(scenario)).envs(Front::credentials());
    command.env("XDG_DATA_HOME", scratch.path("data"));
    command
}

const STREAMS: &str = r#"
import boto3
url = boto3.client("kinesisvideo").get_data_endpoint(StreamName="s", APIName="LIST_FRAGMENTS")["DataEndpoint"]
print(url.rsplit(":", 1)[0])
media = boto3.client("kinesis-video-archived-media", endpoint_url=url)
print(media.list_fragments(StreamName="s")["Fragments"][0]["FragmentNumber"])
"#;

#[test]
fn a_discovered_endpoint_is_asked_through_us_and_replays() {
    let front = Front::start(Backend::Function(aws));
    let scratch = Scratch::new("discovered");
    let script = scratch.script(STREAMS);
    let mut command = record_aws("endpoint", &front, &scratch, "snapshots/kinesisvideo/media");
    let Some(output) = with_python(&mut command, &script) else { return };
    assert_eq!(printed(&output), "http://127.0.0.1\n1\n", "{}", errors(&output));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let sights = front.sights();
    assert!(sights.iter().all(|sight| sight.verified), "{sights:#?}");
    let hosts: Vec<_> = sights[1..].iter().map(|sight| sight.host.as_str()).collect();
    assert_eq!(hosts, ["kinesisvideo.eu-west-1.amazonaws.com", STREAM]);
    let folder = scratch.path("snapshots/kinesisvideo/media");
    let recording = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
    // What the answer names is a host of its own, and no address of ours.
    let named = r#""output": { "DataEndpoint": "«endpoint»" }"#;
    assert!(recording.contains(named), "{recording}");
    let again = with_python(&mut replay(&folder), &script).expect("a client");
    assert_eq!(printed(&again), printed(&output), "{}", errors(&again));
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    assert_eq!(front.sights().len(), sights.len(), "a replay asks nobody");
}

const FUNCTIONS: &str = r#"
import boto3, botocore.session, urllib.request
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
url = boto3.client("lambda").get_function_url_config(FunctionName="f")["FunctionUrl"]
keys = botocore.session.get_session().get_credentials()
signed = AWSRequest("POST", url + "signed", data=b"hello")
SigV4Auth(keys, "lambda", "eu-west-1").add_auth(signed)
print(urllib.request.urlopen(urllib.request.Request(signed.url, b"hello", dict(signed.headers))).read())
print(urllib.request.urlopen(url + "moved").read())
forged = dict(signed.headers, Authorization=signed.headers["Authorization"][:-1] + "x")
try: urllib.request.urlopen(urllib.request.Request(signed.url, b"hello", forged))
except urllib.error.HTTPError as error: print(error.code)
"#;

#[test]
fn a_function_is_asked_through_us_but_not_recorded() {
    let front = Front::start(Backend::Function(aws));
    let scratch = Scratch::new("function");
    let script = scratch.script(FUNCTIONS);
    let mut command = record_aws("endpoint", &front, &scratch, "snapshots/lambda/url");
    let Some(output) = with_python(&mut command, &script) else { return };
    let lines = ["b'/signed hello'", "b'/there '", "403"];
    let said = errors(&output);
    assert_eq!(printed(&output).lines().collect::<Vec<_>>(), lines, "{said}");
    assert!(said.contains(&format!("POST of {FUNCTION} is passed on, and not recorded")), "{said}");
    assert!(said.contains("a request was refused: the request signature"), "{said}");
    let sights = front.sights();
    let passed: Vec<_> = sights.iter().filter(|sight| sight.host == FUNCTION).collect();
    let lines: Vec<_> = passed.iter().map(|it| (it.line.as_str(), it.verified)).collect();
    assert_eq!(lines, [("POST /signed", true), ("GET /moved", false), ("GET /there", false)]);
    // Only what no operation is for is left out; the refusal keeps the whole from being written.
    assert_eq!(output.status.code(), Some(3), "{said}");
}

const PLACES: &str = r#"
import boto3
address = boto3.client("iot").describe_endpoint(endpointType="iot:Data-ATS")["endpointAddress"]
try:
    things = boto3.client("iot-data", endpoint_url="https://" + address)
    things.publish(topic="t", payload=b"")
    print("published")
except Exception as error: print(type(error).__name__)
"#;

#[test]
fn a_host_without_a_scheme_is_spoken_to_by_tls_where_we_are_trusted() {
    for (via, line) in [("both", "published"), ("endpoint", "ConnectionClosedError")] {
        let front = Front::start(Backend::Function(aws));
        let scratch = Scratch::new("things");
        let script = scratch.script(PLACES);
        let mut command = record_aws(via, &front, &scratch, "snapshots/iot/things");
        command.args(["--keep-env", "AWS_MAX_ATTEMPTS"]).env("AWS_MAX_ATTEMPTS", "1");
        let Some(output) = with_python(&mut command, &script) else { return };
        assert_eq!(printed(&output).trim(), line, "{}", errors(&output));
        let reached = front.sights().last().is_some_and(|sight| sight.host == THINGS);
        assert_eq!(reached, via == "both");
        let told = errors(&output).contains("record it with --via both");
        assert_eq!(told, via == "endpoint", "{}", errors(&output));
    }
}
