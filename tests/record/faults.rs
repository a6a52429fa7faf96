//! `record` and `replay` with rules.

use super::recording::queues;
use super::run::{Scratch, errors, printed, record, replay, with_python};
use crate::support::front::{Backend, Front};

const SCRIPT: &str = r#"
import boto3, botocore
sqs = boto3.client("sqs")
def ask():
    try: return sqs.create_queue(QueueName="jobs")["ResponseMetadata"]["HTTPStatusCode"]
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
print(ask(), ask())
"#;

#[test]
fn rules_answer_for_the_upstream_and_for_the_recording() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("faults");
    let folder = scratch.path("snapshots/sqs/faults");
    let script = scratch.script(SCRIPT);
    let fault = ["--fault", "sqs:CreateQueue error Broken 418 first 1"];
    let mut command = record(&front, &folder);
    let Some(output) = with_python(command.args(fault), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(printed(&output).trim(), "('Broken', 418) 200");
    assert!(errors(&output).contains("1 requests were answered by rules"), "{}", errors(&output));
    assert_eq!(front.sights().len(), 1);
    let again = with_python(replay(&folder).args(fault), &script).expect("a client");
    assert_eq!(printed(&again).trim(), "('Broken', 418) 200");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
}
