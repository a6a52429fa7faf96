//! What `replay` answers, and what it says when it can't.

use super::recording::{SCRIPT, queues};
use super::run::{Scratch, errors, printed, record, replay, with_python};
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
