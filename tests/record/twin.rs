//! `record --twin`: what two runs of a client show of its values.

use super::run::{Scratch, clean, errors, record, replay, with_python};
use crate::serve::serve;
use crate::support::front::{Backend, Front};
use crate::support::standin;

/// Names, bodies and tokens at random, all used again.
const SCRIPT: &str = r#"
import boto3, random, string, uuid
sqs = boto3.client("sqs")
name = "jobs-" + "".join(random.choices(string.ascii_lowercase, k=10)) + ".fifo"
url = sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})["QueueUrl"]
for _ in range(2):
    body = f"order {uuid.uuid4()} for {name}"
    sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=str(uuid.uuid4()))
messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2, AttributeNames=["All"])["Messages"]
for message in messages:
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
assert name in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
sqs.delete_queue(QueueUrl=url)
"#;

#[test]
fn random_names_and_bodies_are_variables_and_what_follows_is_derived() {
    let served = serve(&[]);
    let front = Front::start(Backend::Url(served.url.clone()));
    let scratch = Scratch::new("twin");
    let folder = scratch.path("snapshots/sqs/jobs");
    let script = scratch.script(SCRIPT);
    let twin = || {
        let mut command = record(&front, &folder);
        command.arg("--twin");
        command
    };
    let Some(output) = with_python(&mut twin(), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let file = folder.join("recording.snap");
    let text = std::fs::read_to_string(&file).expect("written");
    for expected in [
        "\"QueueName\": \"jobs-«QueueName:1».fifo\"",
        "\"MessageBody\": \"order «MessageBody:1» for jobs-«QueueName:1».fifo\"",
        "{ \"$derived\": \"md5(SendMessage#1.input.MessageBody)\" }",
        "arn:aws:sqs:«region»:«account»:jobs-«QueueName:1».fifo",
        "\"like\": \"[a-z]{10}\"",
        "\"MessageGroupId\": \"g\"",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }

    let replayed = with_python(&mut replay(&folder), &script).expect("there was a client before");
    assert_eq!(replayed.status.code(), Some(0), "{}", errors(&replayed));
    let mut check = clean(standin());
    let checked = check.arg("check").arg(&folder).args(["--fallback", "none"]);
    let checked = checked.output().expect("standin runs");
    assert_eq!(checked.status.code(), Some(0), "{}", errors(&checked));

    // Other random values make no other recording.
    let output = with_python(&mut twin(), &script).expect("there was a client before");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let pending = std::fs::read_to_string(folder.join("recording.snap.new")).unwrap_or_default();
    assert!(errors(&output).contains("none changed"), "{pending}");
}

#[test]
fn a_second_run_that_fails_writes_nothing() {
    let front = Front::start(Backend::Function(super::recording::queues));
    let scratch = Scratch::new("twin-fails");
    let folder = scratch.path("snapshots/sqs/jobs");
    let mark = scratch.path("mark");
    let script = format!(
        "import boto3, os, sys\nboto3.client('sqs').create_queue(QueueName='jobs')\n\
         if os.path.exists({mark:?}):\n    sys.exit(7)\nopen({mark:?}, 'w').close()\n"
    );
    let script = scratch.script(&script);
    let mut command = record(&front, &folder);
    let Some(output) = with_python(command.arg("--twin"), &script) else { return };
    assert_eq!(output.status.code(), Some(7), "{}", errors(&output));
    assert!(errors(&output).contains("ended with 7 the second time"), "{}", errors(&output));
    assert!(!folder.join("recording.snap").exists());
}
