//! A disk that is full: the recording is whole or absent, and the client has its answers all the same.

use std::path::{Path, PathBuf};
use std::process::Command;

use bytes::Bytes;
use http::{Request, Response};

use super::recording::queues;
use super::run::{Scratch, errors, printed, record, with_python};
use crate::support::front::{Backend, Front};

/// The command, whose files end at so many blocks of 512 bytes: to it, the disk is full there.
fn on_a_small_disk(command: &Command, blocks: u32) -> Command {
    let mut small = Command::new("sh");
    // A file that ends is an error to it, and no signal.
    small.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]);
    small.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => small.env(name, value),
            None => small.env_remove(name),
        };
    }
    small.env("PYTHONDONTWRITEBYTECODE", "1");
    small
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("readable").path());
    let mut all: Vec<_> =
        paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    all.sort();
    all
}

#[test]
fn a_recording_that_has_no_room_is_absent_and_an_old_one_stays() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("full");
    let folder = scratch.path("snapshots/sqs/jobs");
    // The first message has a file of its own, for which there is room; the recording has none.
    let messages = |letter: &str| {
        format!(
            "import boto3\nsqs = boto3.client('sqs')\nurl = sqs.create_queue(QueueName='jobs')['QueueUrl']\n\
             sqs.send_message(QueueUrl=url, MessageBody='{letter}' * 9000)\n\
             for n in range(20): sqs.send_message(QueueUrl=url, MessageBody=str(n) + '{letter}' * 1000)\n\
             print(url)\n"
        )
    };
    let script = scratch.script(&messages("x"));
    let mut command = on_a_small_disk(&record(&front, &folder), 20);
    let Some(output) = with_python(&mut command, &script) else { return };
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(printed(&output).contains("/jobs"), "the client has its answers");
    assert!(said.contains("File too large") && said.contains("nothing was written"), "{said}");
    assert_eq!(files(&folder), Vec::<PathBuf>::new());
    let first = with_python(&mut record(&front, &folder), &script).expect("a client");
    assert_eq!(first.status.code(), Some(0), "{}", errors(&first));
    let before = std::fs::read(folder.join("recording.snap")).expect("written");
    let had = files(&folder);
    assert_eq!(had.len(), 2, "the recording and a message: {had:?}");
    let script = scratch.script(&messages("y"));
    let mut command = on_a_small_disk(&record(&front, &folder), 20);
    let second = with_python(&mut command, &script).expect("a client");
    assert_eq!(second.status.code(), Some(3), "{}", errors(&second));
    assert_eq!(files(&folder), had);
    assert_eq!(std::fs::read(folder.join("recording.snap")).expect("there"), before);
}

fn object(_: &Request<Bytes>) -> Response<Bytes> {
    Response::new(Bytes::from(vec![b'x'; 3 << 20]))
}

#[test]
fn a_body_whose_copy_has_no_room_passes_and_is_not_recorded() {
    let front = Front::start(Backend::Function(object));
    let scratch = Scratch::new("full-body");
    let folder = scratch.path("snapshots/s3/large");
    let script = scratch.script(
        "import boto3; print(len(boto3.client('s3').get_object(Bucket='b', Key='k')['Body'].read()))",
    );
    let mut command = on_a_small_disk(&record(&front, &folder), 1024);
    let Some(output) = with_python(&mut command, &script) else { return };
    let said = errors(&output);
    assert_eq!(printed(&output).trim(), "3145728", "{said}");
    assert!(
        said.contains("s3 GetObject can't be recorded: there is no room for its body"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert_eq!(files(&folder), Vec::<PathBuf>::new());
}
