//! A clock that AWS does not share.

use std::time::Duration;

use super::run::{Scratch, errors, printed, record, with_python};
use crate::support::front::{ACCOUNT, Backend, Front};

const SCRIPT: &str = r#"
import boto3, botocore
config = botocore.config.Config(retries={"max_attempts": 0})
sqs = boto3.client("sqs", config=config)
print(sqs.list_queues()["ResponseMetadata"]["HTTPStatusCode"])
print(sqs.list_queues()["ResponseMetadata"]["HTTPStatusCode"])
"#;

#[test]
fn a_wrong_clock_is_corrected_by_the_upstreams() {
    let ahead = Backend::Ahead(Duration::from_mins(30), super::guards::aws);
    for account in [None, Some(ACCOUNT)] {
        let front = Front::start(ahead.clone());
        let scratch = Scratch::new("skew");
        let folder = scratch.path("snapshots/sqs/skew");
        let script = scratch.script(SCRIPT);
        let mut command = record(&front, &folder);
        command.args(account.map(|id| ["--account", id]).iter().flatten());
        let Some(output) = with_python(&mut command, &script) else { return };
        assert_eq!(printed(&output).lines().collect::<Vec<_>>(), ["200", "200"]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        // Refused, sent once more, and right from then on.
        let held: Vec<_> = front.sights().iter().map(|sight| sight.verified).collect();
        let first: &[bool] = &[false, true];
        let expected = if account.is_some() { [first, &[true, true]] } else { [first, &[true]] };
        assert_eq!(held, expected.concat());
        let text = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
        assert!(!text.contains("InvalidSignature"), "{text}");
    }
}

#[test]
fn a_refusal_for_another_reason_is_sent_on() {
    let front = Front::start(Backend::Function(super::guards::aws));
    let scratch = Scratch::new("refused");
    let script = scratch.script(SCRIPT);
    let mut command = record(&front, &scratch.path("snapshots/sqs/x"));
    command.env("AWS_SECRET_ACCESS_KEY", "another");
    let Some(output) = with_python(&mut command, &script) else { return };
    assert!(errors(&output).contains("InvalidSignatureException"), "{}", errors(&output));
    assert_eq!(front.sights().len(), 1, "nothing is sent twice");
}
