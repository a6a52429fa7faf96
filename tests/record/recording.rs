//! What `record` sends, keeps and says.

use bytes::Bytes;
use http::{Request, Response};

use super::run::{Scratch, errors, printed, quiet, record, with_python};
use crate::support::front::{Backend, Front};

/// A queue service that knows one queue.
pub(crate) fn queues(request: &Request<Bytes>) -> Response<Bytes> {
    let target = request.headers()["x-amz-target"].to_str().expect("text");
    let host = request.headers()["host"].to_str().expect("text");
    let body = String::from_utf8_lossy(request.body()).into_owned();
    let url = format!("https://{host}/123456789012/jobs");
    let (status, answer) = match target {
        "AmazonSQS.CreateQueue" => (200, format!(r#"{{"QueueUrl":"{url}"}}"#)),
        "AmazonSQS.SendMessage" if body.contains(&url) => (
            200,
            r#"{"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592","MessageId":"2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b"}"#
                .to_owned(),
        ),
        "AmazonSQS.SendMessage" => {
            (400, r#"{"__type":"com.amazonaws.sqs#InvalidAddress","message":"no such host"}"#.into())
        }
        _ => (
            400,
            r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}"#
                .to_owned(),
        ),
    };
    Response::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amzn-requestid", "7a62c49f-347e-4fc4-9331-6e8e7a96aa73")
        .body(answer.into())
        .expect("a valid response")
}

pub(crate) const SCRIPT: &str = r#"
import boto3
sqs = boto3.client("sqs")
url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
print(url)
print(sqs.send_message(QueueUrl=url, MessageBody="hello")["MessageId"])
try:
    sqs.get_queue_url(QueueName="absent")
except sqs.exceptions.QueueDoesNotExist as error:
    print(error.response["Error"]["Code"])
"#;

#[test]
fn a_run_is_signed_again_and_kept() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("record");
    let folder = scratch.path("snapshots/sqs/jobs");
    let script = scratch.script(SCRIPT);
    let mut command = record(&front, &folder);
    let Some(output) = with_python(command.args(["--origin", "stub"]), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let sights = front.sights();
    assert_eq!(sights.len(), 3);
    assert!(sights.iter().all(|sight| sight.verified), "{sights:?}");
    assert_eq!(sights[0].scope, Some(("eu-west-1".into(), "sqs".into())));
    assert!(printed(&output).starts_with("http://127.0.0.1:"), "{}", printed(&output));
    let text = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
    for expected in ["\"origin\": \"stub\"", "CreateQueue#1", "SendMessage#1", "QueueDoesNotExist"]
    {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    for secret in [crate::support::front::SECRET, crate::support::front::TOKEN, "127.0.0.1:0"] {
        assert!(!text.contains(secret));
    }
}

#[test]
fn later_runs_wait_for_review_and_only_if_something_changed() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("again");
    let folder = scratch.path("snapshots/sqs/jobs");
    let (recording, pending) = (folder.join("recording.snap"), folder.join("recording.snap.new"));
    let run = |script: &str| {
        let script = scratch.script(script);
        with_python(record(&front, &folder).args(["--origin", "stub"]), &script)
    };
    let Some(first) = run(SCRIPT) else { return };
    assert!(errors(&first).contains("3 exchanges recorded from stub"), "{}", errors(&first));
    let before = std::fs::read(&recording).expect("written");
    let same = run(SCRIPT).expect("a client");
    assert!(errors(&same).contains("none changed"), "{}", errors(&same));
    assert!(!pending.exists());
    let changed = run(&SCRIPT.replace("hello", "other")).expect("a client");
    assert!(errors(&changed).contains("recording.snap.new"), "{}", errors(&changed));
    assert!(std::fs::read_to_string(&pending).expect("written").contains("other"));
    assert_eq!(std::fs::read(&recording).expect("there"), before);
    let back = run(SCRIPT).expect("a client");
    assert_eq!(back.status.code(), Some(0));
    assert!(!pending.exists(), "what is as before waits for nobody");
}

#[test]
fn a_failing_command_writes_nothing_and_keeps_its_code() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("failing");
    let folder = scratch.path("snapshots/sqs/jobs");
    let script = scratch.script(&format!("{SCRIPT}\nimport sys\nsys.exit(7)\n"));
    let Some(output) = with_python(&mut record(&front, &folder), &script) else { return };
    assert_eq!(output.status.code(), Some(7));
    assert!(!folder.exists());
    let last = errors(&output);
    assert!(last.trim_end().ends_with("the command ended with 7: nothing was written"), "{last}");
}

#[test]
fn a_killed_run_leaves_the_old_recording() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("killed");
    let folder = scratch.path("snapshots/sqs/jobs");
    let script = scratch.script(SCRIPT);
    let Some(first) = with_python(&mut record(&front, &folder), &script) else { return };
    assert_eq!(first.status.code(), Some(0), "{}", errors(&first));
    let before = std::fs::read(folder.join("recording.snap")).expect("written");
    let script =
        scratch.script(&format!("{}\nimport time\ntime.sleep(30)\n", SCRIPT.replace("hello", "x")));
    let python = crate::support::client("python3").expect("it was there");
    let temporary = scratch.path("temporary");
    std::fs::create_dir(&temporary).expect("writable");
    let mut command = record(&front, &folder);
    command.env("TMPDIR", &temporary).arg("--").arg(python).arg(script);
    let mut child = quiet(&mut command).spawn().expect("runs");
    let seen = front.sights().len();
    while front.sights().len() < seen + 3 {
        std::thread::yield_now();
    }
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let left = || std::fs::read_dir(&temporary).expect("there").count();
    assert_eq!(left(), 1, "what a killed run leaves");
    let next = record(&front, &folder).env("TMPDIR", &temporary).args(["--", "true"]).output();
    assert_eq!(next.expect("standin runs").status.code(), Some(3));
    assert_eq!(left(), 0, "goes with the next");
    let files: Vec<_> =
        std::fs::read_dir(&folder).expect("there").map(|f| f.expect("f").file_name()).collect();
    assert_eq!(files, ["recording.snap"]);
    assert_eq!(std::fs::read(folder.join("recording.snap")).expect("there"), before);
}

#[test]
fn folders_and_commands_are_checked_first() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("checked");
    let output = record(&front, std::path::Path::new("lonely")).args(["--", "true"]).output();
    let output = output.expect("standin runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("SERVICE/SCENARIO"), "{}", errors(&output));
    let absent = record(&front, &scratch.path("sqs/x")).args(["--", "/absent/program"]).output();
    let absent = absent.expect("standin runs");
    assert_eq!(absent.status.code(), Some(2));
    assert!(errors(&absent).contains("can't run /absent/program"), "{}", errors(&absent));
}

#[test]
fn a_folder_that_is_named_after_another_service_is_warned_of() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("misnamed");
    let script = scratch.script(SCRIPT);
    for (service, warned) in [("sns", true), ("sqs", false)] {
        let folder = scratch.path("snapshots").join(service).join("jobs");
        let Some(output) = with_python(&mut record(&front, &folder), &script) else { return };
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let said = "the folder is named after sns, and what was recorded is of sqs";
        assert_eq!(errors(&output).contains(said), warned, "{}", errors(&output));
        assert!(folder.join("recording.snap").exists());
    }
}

#[test]
fn the_clients_pauses_are_kept() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("pauses");
    let folder = scratch.path("snapshots/sqs/jobs");
    let pausing = SCRIPT.replace("try:", "import time; time.sleep(0.7)\ntry:");
    let script = scratch.script(&pausing);
    let Some(output) = with_python(&mut record(&front, &folder), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let text = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
    let kept = ["\"gap_ms\": 700", "\"gap_ms\": 800"].map(|gap| text.matches(gap).count());
    assert_eq!(kept.iter().sum::<usize>(), 1, "{text}");
    assert_eq!(text.matches("gap_ms").count(), 1, "{text}");
}

#[test]
fn a_run_that_is_told_to_stop_takes_its_command_along() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("stopped");
    let folder = scratch.path("snapshots/sqs/jobs");
    let mark = scratch.path("pid");
    let command = format!("echo $$ > {}; exec sleep 60", mark.display());
    let mut child =
        quiet(record(&front, &folder).args(["--", "sh", "-c", &command])).spawn().expect("runs");
    let pid = loop {
        match std::fs::read_to_string(&mark) {
            Ok(pid) if pid.ends_with('\n') => break pid.trim().to_owned(),
            _ => std::thread::yield_now(),
        }
    };
    let told = std::process::Command::new("kill").arg(child.id().to_string()).status();
    assert!(told.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
    let alive = std::process::Command::new("kill")
        .args(["-0", &pid])
        .stderr(std::process::Stdio::null())
        .status();
    assert!(!alive.expect("kill runs").success(), "the command lives on");
    assert!(!folder.exists());
}
