//! Clients that sign with credentials which they got through the proxy.

use bytes::Bytes;
use http::{Request, Response};

use super::run::{Scratch, errors, printed, record, replay, with_python};
use crate::support::front::{Backend, Front, KEY, SECRET, TOKEN};

/// Gives the front's own key as a role's.
fn roles(request: &Request<Bytes>) -> Response<Bytes> {
    let body = String::from_utf8_lossy(request.body());
    let (kind, answer) = if body.contains("Action=AssumeRole") {
        let credentials = format!(
            "<Credentials><AccessKeyId>{KEY}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
             <SessionToken>{TOKEN}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        );
        let result = format!("<AssumeRoleResult>{credentials}</AssumeRoleResult>");
        ("text/xml", format!("<AssumeRoleResponse>{result}</AssumeRoleResponse>"))
    } else {
        ("application/x-amz-json-1.0", r#"{"QueueUrls":[]}"#.to_owned())
    };
    let response = Response::builder().header("content-type", kind);
    response.body(answer.into()).expect("a valid response")
}

const SCRIPT: &str = r#"
import boto3
role = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/worker", RoleSessionName="session")["Credentials"]
sqs = boto3.client("sqs", aws_access_key_id=role["AccessKeyId"], aws_secret_access_key=role["SecretAccessKey"], aws_session_token=role["SessionToken"])
print(sqs.list_queues()["ResponseMetadata"]["HTTPStatusCode"])
"#;

#[test]
fn a_role_that_was_assumed_through_us_signs_too() {
    let front = Front::start(Backend::Function(roles));
    let scratch = Scratch::new("roles");
    let folder = scratch.path("snapshots/sts/roles");
    let script = scratch.script(SCRIPT);
    let mut command = record(&front, &folder);
    let Some(output) = with_python(command.arg("--credential-operations"), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(front.sights().iter().all(|sight| sight.verified));
    let text = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
    assert!(text.contains("$redacted"), "{text}");
    for secret in [KEY, SECRET, TOKEN] {
        assert!(!text.contains(secret));
    }
    let again = with_python(&mut replay(&folder), &script).expect("a client");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    assert_eq!(printed(&again).trim(), "200");
}

#[test]
fn operations_that_answer_credentials_are_kept_only_when_told() {
    let front = Front::start(Backend::Function(roles));
    let scratch = Scratch::new("credentials");
    let folder = scratch.path("snapshots/sts/roles");
    let script = scratch.script(SCRIPT);
    let Some(output) = with_python(&mut record(&front, &folder), &script) else { return };
    assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
    assert!(errors(&output).contains("sts AssumeRole answers credentials"), "{}", errors(&output));
    assert!(!folder.exists());
}
