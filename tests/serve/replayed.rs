//! Recordings answer first, and the emulator answers what they don't have.

use std::path::Path;
use std::process::Command;

use super::{json, raw, request, serve};
use crate::support::client;

const SCENARIO: &str = "snapshots/sns/topics";

#[test]
fn what_was_recorded_is_answered_from_there_and_all_else_by_the_emulator() {
    let Some(python) = client("python") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let served = serve(&["--replay", root.join(SCENARIO).to_str().unwrap()]);
    // Each account is a session of its own: both find the recording at its beginning.
    for account in ["111122223333", "444455556666"] {
        let output = Command::new(&python)
            .args(["-B", root.join(SCENARIO).join("scenario.py").to_str().unwrap()])
            .env("AWS_ENDPOINT_URL", &served.url)
            .env("AWS_ACCESS_KEY_ID", account)
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_DEFAULT_REGION", "eu-west-1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let native = raw(&served, &json("CreateQueue", r#"{"QueueName":"q"}"#));
    assert!(native.starts_with("HTTP/1.1 200") && native.contains("x-standin-evidence: native"));
    let form = "Content-Type: application/x-www-form-urlencoded";
    let topics = request("POST /", form, "Action=CreateTopic&Version=2010-03-31&Name=another");
    let unrecorded = raw(&served, &topics);
    assert!(unrecorded.starts_with("HTTP/1.1 501"), "{unrecorded}");
}

#[test]
fn the_evidence_names_the_recording() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let served = serve(&["--replay", root.join("snapshots/sts").to_str().unwrap()]);
    let form = "Content-Type: application/x-www-form-urlencoded";
    let ask = request("POST /", form, "Action=GetCallerIdentity&Version=2011-06-15");
    let answer = raw(&served, &ask);
    assert!(answer.contains("x-standin-evidence: recorded:sts/identity@"), "{answer}");
}
