//! What `record` sends, keeps and says.

use bytes::Bytes;
use http::{Request, Response};

use super::run::{Scratch, errors, printed, record, with_python};
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
