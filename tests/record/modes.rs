//! `record --mode`: what is asked of the origin, what of the recording, and what is written.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::run::{Scratch, clean, errors, printed, with_python};
use crate::serve::serve;
use crate::support::front::{Backend, Front};
use crate::support::standin;

/// A queue with a message, and what a second argument adds.
const SCRIPT: &str = r#"
import boto3, sys, uuid
sqs = boto3.client("sqs")
def queue(name, body):
    url = sqs.create_queue(QueueName=f"{name}-{uuid.uuid4()}")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=body)
    print(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"][0]["Body"])
queue("jobs", "hello")
if "more" in sys.argv:
    print(sqs.list_queue_tags(QueueUrl=sqs.create_queue(QueueName="later")["QueueUrl"]).get("Tags"))
if "tables" in sys.argv:
    print(boto3.client("sts").get_caller_identity()["Arn"][:8])
"#;

/// `standin record` in some mode, in an environment of its own.
fn record_in(front: &Front, folder: &Path, mode: &[&str]) -> Command {
    let mut command = clean(standin());
    command.arg("record").args(mode).args(["--upstream", &front.url(), "--upstream-ca"]);
    command.arg(&front.ca).arg("-o").arg(folder).envs(Front::credentials());
    command
}

fn run(mut command: Command, script: &Path, more: &[&str]) -> Option<Output> {
    let python = crate::support::client("python3")?;
    Some(command.arg("--").arg(python).arg(script).args(more).output().expect("standin runs"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

struct Scene {
    front: Front,
    scratch: Scratch,
    folder: PathBuf,
    script: PathBuf,
    _served: crate::fallback::Served,
}

impl Scene {
    fn new(name: &str) -> Self {
        let served = serve(&[]);
        let front = Front::start(Backend::Url(served.url.clone()));
        let scratch = Scratch::new(name);
        let folder = scratch.path("snapshots/sqs/jobs");
        let script = scratch.script(SCRIPT);
        Self { front, scratch, folder, script, _served: served }
    }

    fn run(&self, mode: &[&str], more: &[&str]) -> Option<Output> {
        run(record_in(&self.front, &self.folder, mode), &self.script, more)
    }

    fn asked(&self) -> usize {
        self.front.sights().len()
    }
}

fn succeeded(output: &Output, lines: &[&str]) {
    assert_eq!(output.status.code(), Some(0), "{}", errors(output));
    assert_eq!(printed(output).lines().collect::<Vec<_>>(), lines, "{}", errors(output));
}

#[test]
fn once_records_and_then_replays() {
    let scene = Scene::new("once");
    let Some(first) = scene.run(&[], &[]) else { return };
    succeeded(&first, &["hello"]);
    let asked = scene.asked();
    assert!(asked > 0 && errors(&first).contains("3 exchanges recorded"), "{}", errors(&first));
    for mode in [&[][..], &["--mode", "once"], &["--mode", "none"]] {
        succeeded(&scene.run(mode, &[]).expect("Python"), &["hello"]);
    }
    assert_eq!(scene.asked(), asked, "a replay asks nobody");
    succeeded(&scene.run(&["--mode", "all"], &[]).expect("Python"), &["hello"]);
    assert!(scene.asked() > asked);
}

#[test]
fn where_ci_is_set_nothing_is_recorded_unless_a_mode_says_so() {
    let scene = Scene::new("ci");
    let mut command = record_in(&scene.front, &scene.folder, &[]);
    command.env("CI", "true");
    let Some(refused) = run(command, &scene.script, &[]) else { return };
    assert_eq!(refused.status.code(), Some(2));
    assert!(errors(&refused).contains("CI is set"), "{}", errors(&refused));
    assert_eq!((scene.asked(), scene.folder.exists()), (0, false));
    let mut command = record_in(&scene.front, &scene.folder, &["--mode", "once"]);
    command.env("CI", "true");
    succeeded(&run(command, &scene.script, &[]).expect("Python"), &["hello"]);
    let asked = scene.asked();
    let mut command = record_in(&scene.front, &scene.folder, &[]);
    command.env("CI", "true");
    succeeded(&run(command, &scene.script, &[]).expect("Python"), &["hello"]);
    assert_eq!(scene.asked(), asked);
}

#[test]
fn new_asks_for_what_is_missing_and_appends_it() {
    let scene = Scene::new("new");
    let Some(first) = scene.run(&["--mode", "new"], &[]) else { return };
    succeeded(&first, &["hello"]);
    let (before, asked) = (read(&scene.folder.join("recording.snap")), scene.asked());
    let second = scene.run(&["--mode", "new"], &[]).expect("Python");
    succeeded(&second, &["hello"]);
    assert_eq!(scene.asked(), asked, "nothing was missing");
    assert!(errors(&second).contains("nothing was asked of"), "{}", errors(&second));
    let third = scene.run(&["--mode", "new"], &["more"]).expect("Python");
    succeeded(&third, &["hello", "None"]);
    assert_eq!(scene.asked(), asked + 2);
    assert_eq!(read(&scene.folder.join("recording.snap")), before, "it waits for review");
    let pending = scene.folder.join("recording.snap.new");
    let text = read(&pending);
    for expected in ["\"CreateQueue#2\"", "\"ListQueueTags#1\"", "\"partial\"", "\"count\": 2"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    std::fs::rename(&pending, scene.folder.join("recording.snap")).expect("accepted");
    succeeded(&scene.run(&["--mode", "none"], &["more"]).expect("Python"), &["hello", "None"]);
    assert_eq!(scene.asked(), asked + 2);
    drop(scene.scratch);
}

#[test]
fn refresh_makes_a_causal_closure_anew() {
    let scene = Scene::new("refresh");
    let Some(first) = scene.run(&["--mode", "all"], &["tables"]) else { return };
    succeeded(&first, &["hello", "arn:aws:"]);
    let asked = scene.asked();
    let refreshed = scene.run(&["--mode", "refresh", "--operation", "SendMessage"], &["tables"]);
    let refreshed = refreshed.expect("Python");
    succeeded(&refreshed, &["hello", "arn:aws:"]);
    assert_eq!(scene.asked(), asked + 3, "the queue's three requests: {}", errors(&refreshed));
    let pending = scene.folder.join("recording.snap.new");
    if pending.exists() {
        std::fs::rename(&pending, scene.folder.join("recording.snap")).expect("accepted");
    }
    let young = ["--mode", "refresh", "--older-than", "30"];
    succeeded(&scene.run(&young, &["tables"]).expect("Python"), &["hello", "arn:aws:"]);
    assert_eq!(scene.asked(), asked + 3, "the recording is not that old");
    let other = scene.scratch.script(
        &SCRIPT
            .replace("\"sts\"", "'sns'")
            .replace("get_caller_identity()[\"Arn\"]", "list_topics()['Topics']"),
    );
    let command = record_in(&scene.front, &scene.folder, &young);
    let missed = run(command, &other, &["tables"]).expect("Python");
    assert_eq!(missed.status.code(), Some(3), "{}", errors(&missed));
    assert!(
        errors(&missed).contains("sns ListTopics is not in the recording"),
        "{}",
        errors(&missed)
    );
}

#[test]
fn what_belongs_to_no_mode_is_refused() {
    let scene = Scene::new("refused");
    for (arguments, said) in [
        (&["--operation", "SendMessage"][..], "are of --mode refresh"),
        (&["--mode", "new", "--older-than", "3"], "are of --mode refresh"),
        (&["--mode", "once", "--keep-nothing"], "--keep-nothing records nothing"),
        (&["--mode", "none"], "recording.snap"),
        (&["--mode", "refresh"], "recording.snap"),
    ] {
        let mut command = record_in(&scene.front, &scene.folder, arguments);
        let output = command.args(["--", "true"]).output().expect("standin runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", errors(&output));
        assert!(errors(&output).contains(said), "{arguments:?}: {}", errors(&output));
    }
    let Some(first) = with_python(
        record_in(&scene.front, &scene.folder, &["--origin", "one"]).arg("--mode").arg("all"),
        &scene.script,
    ) else {
        return;
    };
    succeeded(&first, &["hello"]);
    let other = scene.run(&["--mode", "new", "--origin", "two"], &[]).expect("Python");
    assert_eq!(other.status.code(), Some(2));
    assert!(errors(&other).contains("is a recording of one"), "{}", errors(&other));
}

#[test]
fn strict_replays_need_all_that_was_recorded() {
    let scene = Scene::new("strict");
    let Some(first) = scene.run(&["--mode", "all"], &["more"]) else { return };
    succeeded(&first, &["hello", "None"]);
    let told = scene.run(&["--mode", "none"], &[]).expect("Python");
    succeeded(&told, &["hello"]);
    assert!(
        errors(&told).contains("3 of 5 recorded exchanges were asked for"),
        "{}",
        errors(&told)
    );
    let strict = ["--mode", "none", "--strict"];
    let failed = scene.run(&strict, &[]).expect("Python");
    assert_eq!(failed.status.code(), Some(3));
    let said = "strict: the command did not ask for CreateQueue#2, ListQueueTags#1";
    assert!(errors(&failed).contains(said), "{}", errors(&failed));
    let allowed = ["--allow-unused", "CreateQueue", "--allow-unused", "ListQueueTags"];
    let output = scene.run(&[&strict[..], &allowed].concat(), &[]).expect("Python");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
}
