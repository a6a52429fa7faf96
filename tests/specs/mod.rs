//! `standin specs`: what it shows, and that an update gives what it proves.

mod update;

use std::process::{Output, Stdio};

use crate::support::standin;

fn specs(arguments: &[&str]) -> Output {
    standin().arg("specs").args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let output = specs(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn all_services_are_listed() {
    let services = json(&["list", "--json"]);
    let services = services.as_array().unwrap();
    assert_eq!(services.len(), 439);
    let operations = services.iter().map(|service| service["operations"].as_array().unwrap().len());
    assert_eq!(operations.sum::<usize>(), 19_796);
    let listed = text(&specs(&["list", "queue"]).stdout);
    assert!(listed.starts_with("sqs  2012-11-05    23  json query"), "{listed}");
    assert!(listed.ends_with("1 services, 23 operations (botocore 1.44.5)\n"), "{listed}");
}

#[test]
fn a_service_and_an_operation_are_shown() {
    assert_eq!(json(&["show", "s3", "--json"])["metadata"]["signing_name"], "s3");
    let put = json(&["show", "s3", "PutBucketPolicy", "--json"]);
    assert_eq!(put["http"]["status"], 204);
    assert_eq!(put["input"][0]["location"], "path");
    let shown = text(&specs(&["show", "sqs", "DeleteQueue"]).stdout);
    assert!(shown.contains("QueueUrl  string  required"), "{shown}");
    assert!(
        shown.contains("QueueDoesNotExist as AWS.SimpleQueueService.NonExistentQueue -> 400"),
        "{shown}"
    );
}

#[test]
fn what_is_not_there_is_said_with_what_comes_near() {
    for (arguments, said) in [
        (&["show", "sqz"][..], "standin: no service `sqz`; did you mean sqs?\n"),
        (
            &["show", "sqs", "sendmessage"],
            "standin: no operation `sendmessage`; did you mean SendMessage, SendMessageBatch?\n",
        ),
        (&["show", "quite-another"], "standin: no service `quite-another`\n"),
        (&["list", "--specs", "/nowhere"], "standin: /nowhere: no service-2.json in the data\n"),
    ] {
        let output = specs(arguments);
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(2), said));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = standin()
        .args(["specs", "list", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}
