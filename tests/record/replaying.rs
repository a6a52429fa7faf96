//! What `replay` answers, and what it says when it can't.

use super::recording::{SCRIPT, queues};
use super::run::{Scratch, errors, printed, record, replay, with_python};
use crate::support::client;
use crate::support::front::{Backend, Front};

/// Records a script, and says whether there was a client to do it.
fn recorded(scratch: &Scratch, script: &str) -> Option<std::path::PathBuf> {
    let front = Front::start(Backend::Function(queues));
    let folder = scratch.path("snapshots/sqs/jobs");
    let script = scratch.script(script);
    let output = with_python(&mut record(&front, &folder), &script)?;
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    Some(folder)
}

#[test]
fn a_recorded_run_is_answered_offline() {
    let scratch = Scratch::new("replay");
    let Some(folder) = recorded(&scratch, SCRIPT) else { return };
    let script = scratch.script(SCRIPT);
    let Some(output) = with_python(&mut replay(&folder), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let printed = printed(&output);
    let lines: Vec<&str> = printed.lines().collect();
    assert!(lines[0].starts_with("http://127.0.0.1:"), "{printed}");
    assert!(lines[0].ends_with("/123456789012/jobs"), "{printed}");
    assert_eq!(lines[1].len(), 36, "a message id: {printed}");
    assert_eq!(lines[2], "AWS.SimpleQueueService.NonExistentQueue");
    assert_eq!(errors(&output), "");
}

#[test]
fn a_miss_names_the_nearest_exchange_and_the_field() {
    let scratch = Scratch::new("miss");
    let Some(folder) = recorded(&scratch, SCRIPT) else { return };
    let script = scratch.script(&SCRIPT.replace("\"hello\"", "\"goodbye\""));
    let Some(output) = with_python(&mut replay(&folder), &script) else { return };
    assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
    let errors = errors(&output);
    for expected in [
        "StandinReplayMiss",
        "sqs SendMessage is not in the recording; nearest is SendMessage#1",
        "MessageBody: recorded \"hello\", got \"goodbye\"",
    ] {
        assert!(errors.contains(expected), "{expected} in {errors}");
    }
    assert!(errors.trim_end().ends_with("standin: 1 request is not in the recording"), "{errors}");
}

#[test]
fn random_names_are_matched_by_what_they_are() {
    let named = |name: &str| SCRIPT.replace("\"jobs\"", name).replace("\"hello\"", name);
    let scratch = Scratch::new("random");
    let Some(folder) = recorded(&scratch, &named("'jobs-0a1b2c3d'")) else { return };
    let script = scratch.script(&named("'jobs-ffeedd01'"));
    let Some(output) = with_python(&mut replay(&folder), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
}

#[test]
fn other_clients_and_broken_recordings_are_told_what_is_wrong() {
    let scratch = Scratch::new("broken");
    let Some(folder) = recorded(&scratch, SCRIPT) else { return };
    let path = folder.join("recording.snap");
    let text = std::fs::read_to_string(&path).expect("written");
    let cases = [
        (text[..text.len() / 2].to_owned(), "recording.snap"),
        (text.replace("\"format\": \"1.0\"", "\"format\": \"9.0\""), "format 9.0 is not readable"),
        (text.replace("\"jobs\"", "{\"$blob\": \"sha256-00\"}"), "recording.snap"),
    ];
    for (broken, expected) in cases {
        std::fs::write(&path, broken).expect("writable");
        let output = replay(&folder).args(["--", "true"]).output().expect("standin runs");
        assert_eq!(output.status.code(), Some(2));
        assert!(errors(&output).contains(expected), "{expected}: {}", errors(&output));
        assert!(errors(&output).contains("recording.snap"), "{}", errors(&output));
    }
    let absent = replay(&scratch.path("absent")).args(["--", "true"]).output().expect("runs");
    assert_eq!(absent.status.code(), Some(2), "{}", errors(&absent));
}

#[test]
fn the_command_line_client_replays_what_it_recorded() {
    let Some(aws) = client("aws") else { return };
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("cli");
    let folder = scratch.path("snapshots/sqs/cli");
    // Version 1 of the CLI knows better than AWS_ENDPOINT_URL where SQS lives.
    let shell = |action: &str| {
        let script =
            format!("\"$0\" sqs {action} --output text --endpoint-url \"$AWS_ENDPOINT_URL\"");
        [std::ffi::OsString::from("sh"), "-c".into(), script.into(), aws.clone().into()]
    };
    let create = shell("create-queue --queue-name jobs");
    let first = record(&front, &folder).arg("--").args(&create).output().expect("standin runs");
    assert_eq!(first.status.code(), Some(0), "{}", errors(&first));
    let again = replay(&folder).arg("--").args(&create).output().expect("standin runs");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    assert!(printed(&again).trim().ends_with("/123456789012/jobs"), "{}", printed(&again));
    let miss = replay(&folder).arg("--").args(shell("list-queues")).output().expect("runs");
    assert_eq!(miss.status.code(), Some(3));
    let said = errors(&miss);
    assert!(
        said.contains("sqs ListQueues is not in the recording, which has sqs CreateQueue"),
        "{said}"
    );
}
