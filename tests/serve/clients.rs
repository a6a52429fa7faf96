//! Real clients.

use std::process::Command;

use super::serve;
use crate::support::client;

#[test]
fn the_aws_cli_makes_a_queue() {
    let Some(aws) = client("aws") else { return };
    let served = serve(&[]);
    let run = |arguments: &[&str]| {
        let output = Command::new(&aws)
            .args(["--endpoint-url", &served.url, "--output", "text"])
            .args(arguments)
            .env("AWS_ACCESS_KEY_ID", "123456789012")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_DEFAULT_REGION", "eu-west-1")
            .env("AWS_PAGER", "")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        (output.status.success(), text.concat())
    };
    let url = format!("{}/123456789012/q", served.url);
    let made = run(&["sqs", "create-queue", "--queue-name", "q"]);
    assert_eq!(made, (true, format!("{url}\n")));
    let sent = run(&["sqs", "send-message", "--queue-url", &url, "--message-body", "hello"]);
    assert!(sent.0 && sent.1.contains("5d41402abc4b2a76b9719d911017c592"), "{}", sent.1);
    let (ok, received) = run(&["sqs", "receive-message", "--queue-url", &url]);
    assert!(ok && received.contains("hello"), "{received}");
    let (ok, refused) = run(&["dynamodb", "list-tables"]);
    assert!(!ok && refused.contains("ListTables of dynamodb"), "{refused}");
}

#[test]
fn boto3_lives_through_a_queue() {
    boto3("queues.py");
}

#[test]
fn boto3_gets_messages_in_every_way() {
    boto3("messages.py");
}

#[test]
fn boto3_uses_temporary_credentials() {
    boto3("sessions.py");
}

fn boto3(script: &str) {
    boto3_with(script, &[], &[]);
}

/// Runs a script, with more arguments behind the URL, against an emulator that was given options.
pub(super) fn boto3_with(script: &str, arguments: &[&str], options: &[&str]) {
    let Some(python) = client("python") else { return };
    let served = serve(options);
    let script = format!("{}/tests/serve/{script}", env!("CARGO_MANIFEST_DIR"));
    let command = &mut Command::new(python);
    let output = command.args([&script, &served.url]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
