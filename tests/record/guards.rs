//! What a run may do at AWS, what is listed as created, and its cleanup.

use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use http::{Request, Response};

use super::run::{Scratch, clean, errors, printed, record, with_python};
use crate::support::front::{ACCOUNT, Backend, Front};
use crate::support::standin;

/// SQS makes and deletes queues.
pub(super) fn aws(request: &Request<Bytes>) -> Response<Bytes> {
    let kind = "application/x-amz-json-1.0";
    let answer =
        if request.headers().get("x-amz-target").is_some_and(|it| it == "AmazonSQS.CreateQueue") {
            let url = format!("https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs");
            format!(r#"{{"QueueUrl":"{url}"}}"#)
        } else {
            "{}".to_owned()
        };
    let response = Response::builder().header("content-type", kind);
    response.body(answer.into()).expect("a valid response")
}

/// The command at AWS's names, which all lead to the front.
fn at_aws(front: &Front, arguments: &[&str]) -> Command {
    let mut command = clean(standin());
    command.args(arguments).args(["--connect-to", &front.address.to_string(), "--upstream-ca"]);
    command.arg(&front.ca).envs(Front::credentials());
    command
}

fn record_aws(front: &Front, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = at_aws(front, &["record", "--mode", "all"]);
    command.arg("-o").arg(folder).args(arguments);
    command
}

fn targets(front: &Front) -> Vec<String> {
    front.sights().iter().map(|sight| sight.scope.clone().expect("signed").1).collect()
}

#[test]
fn aws_is_asked_whose_credentials_these_are_before_the_command_runs() {
    let front = Front::start(Backend::Function(aws));
    let scratch = Scratch::new("account");
    let cases: [(&[&str], &str); 2] = [
        (&[], "if this run is for it, pass --account 123456789012"),
        (
            &["--account", "999999999999"],
            "of account 123456789012, and --account says 999999999999",
        ),
    ];
    for (arguments, said) in cases {
        let mut command = record_aws(&front, &scratch.path("snapshots/sqs/x"), arguments);
        let mark = scratch.path("ran");
        let output = command.args(["--", "touch"]).arg(&mark).output().expect("standin runs");
        assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        assert!(errors(&output).contains(said), "{}", errors(&output));
        assert!(!mark.exists());
    }
    assert_eq!(targets(&front), ["sts", "sts"]);
}

const CHANGES: &str = r#"
import boto3, botocore
sqs = boto3.client("sqs")
sqs.list_queues()
for _ in range(2):
    try: sqs.create_queue(QueueName="jobs")
    except botocore.exceptions.ClientError as error:
        print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"], error)
try: boto3.client("ec2").run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
except botocore.exceptions.ClientError as error: print(error.response["Error"]["Code"])
try: boto3.client("s3").put_object(Bucket="b", Key="k", Body=b"x")
except botocore.exceptions.ClientError as error: print(error.response["Error"]["Code"])
"#;

#[test]
fn nothing_is_changed_at_aws_unless_it_is_allowed() {
    let front = Front::start(Backend::Function(aws));
    let scratch = Scratch::new("mutations");
    let folder = scratch.path("snapshots/sqs/x");
    let script = scratch.script(CHANGES);
    let mut command = record_aws(&front, &folder, &["--account", ACCOUNT]);
    let Some(output) = with_python(&mut command, &script) else { return };
    let said = printed(&output);
    let codes: Vec<_> =
        said.lines().map(|line| line.split(' ').next().unwrap_or_default()).collect();
    let json = "AccessDeniedException";
    assert_eq!(codes, [json, json, "UnauthorizedOperation", "AccessDenied"], "{said}");
    assert!(said.contains(" 403 ") && said.contains("pass --allow-mutations"), "{said}");
    assert_eq!(targets(&front), ["sts", "sqs"]);
    assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
    assert!(errors(&output).contains("sqs:CreateQueue changes the account"), "{}", errors(&output));
    assert!(errors(&output).contains("(2 times)"), "{}", errors(&output));
    assert!(!folder.exists());
}

const LISTS: &str = r#"
import boto3, botocore
def ask(region, service, operation, **arguments):
    try: getattr(boto3.client(service, region_name=region), operation)(**arguments); print("passed")
    except botocore.exceptions.ClientError as error: print(error)
ask("eu-west-1", "sqs", "list_queues")
ask("us-east-1", "sqs", "list_queues")
ask("eu-west-1", "sns", "list_topics")
ask("eu-west-1", "sqs", "get_queue_url", QueueName="q")
ask("eu-west-1", "sqs", "list_queues")
ask("eu-west-1", "sqs", "list_queues")
"#;

#[test]
fn lists_and_budgets_hold_at_any_upstream() {
    let front = Front::start(Backend::Function(aws));
    let scratch = Scratch::new("lists");
    let script = scratch.script(LISTS);
    let mut command = record(&front, &scratch.path("snapshots/sqs/x"));
    command.args(["--allow-region", "eu-*", "--allow-service", "sqs", "--max-requests", "2"]);
    command.args(["--allow-operation", "sqs:List*", "--account", ACCOUNT]);
    let Some(output) = with_python(&mut command, &script) else { return };
    let said = printed(&output);
    let expected = [
        "passed",
        "pass --allow-region us-east-1",
        "pass --allow-service sns",
        "pass --allow-operation sqs:GetQueueUrl",
        "passed",
        "pass a greater --max-requests",
    ];
    assert_eq!(said.lines().count(), expected.len(), "{said}");
    for (line, expected) in said.lines().zip(expected) {
        assert!(line.contains(expected), "{line}: {expected}");
    }
    assert_eq!(targets(&front), ["sts", "sqs", "sqs"]);

    let mut late = record(&front, &scratch.path("snapshots/sqs/x"));
    let late = with_python(late.args(["--max-time", "1ms"]), &script).expect("a client");
    assert!(printed(&late).contains("pass a greater --max-time"), "{}", printed(&late));

    let mut misspelt = record(&front, &scratch.path("snapshots/sqs/x"));
    let output = misspelt.args(["--allow-operation", "sqs:Lost", "--", "true"]).output();
    let output = output.expect("standin runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("names no operation"), "{}", errors(&output));
}

const LEAVES: &str = r#"
import boto3
sqs = boto3.client("sqs")
url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
sqs.delete_queue(QueueUrl=url)
sqs.create_queue(QueueName="jobs")
boto3.client("sns").publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:t", Message="m")
raise SystemExit(1)
"#;

#[test]
fn what_a_run_leaves_is_listed_and_cleaned_up() {
    let front = Front::start(Backend::Function(aws));
    let scratch = Scratch::new("created");
    let folder = scratch.path("snapshots/sqs/x");
    let script = scratch.script(LEAVES);
    let mut command = record_aws(&front, &folder, &["--account", ACCOUNT, "--allow-mutations"]);
    let Some(output) = with_python(&mut command, &script) else { return };
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert!(
        errors(&output).contains("1 things that were created are still there"),
        "{}",
        errors(&output)
    );
    assert!(!folder.join("recording.snap").exists());
    let list = std::fs::read_to_string(folder.join("created.json")).expect("written");
    assert_eq!(list.matches("DeleteQueue").count(), 1, "{list}");

    let cleanup = |arguments: &[&str]| {
        let mut command = at_aws(&front, &["cleanup"]);
        command.arg(&folder).args(arguments).output().expect("standin runs")
    };
    let nowhere = at_aws(&front, &["cleanup", "/nonexistent"]).output().expect("standin runs");
    assert_eq!(nowhere.status.code(), Some(2), "{}", errors(&nowhere));
    let before = front.sights().len();
    let preview = cleanup(&[]);
    assert_eq!(preview.status.code(), Some(1), "{}", errors(&preview));
    assert!(
        printed(&preview).contains("would call sqs DeleteQueue in eu-west-1"),
        "{}",
        printed(&preview)
    );
    assert_eq!(front.sights().len(), before, "a preview asks nobody");
    let done = cleanup(&["--yes"]);
    assert_eq!(done.status.code(), Some(0), "{} {}", printed(&done), errors(&done));
    assert!(printed(&done).contains("deleted: sqs DeleteQueue"), "{}", printed(&done));
    assert_eq!(targets(&front)[before..], ["sts", "sqs"]);
    assert!(front.sights().iter().all(|sight| sight.verified));
    assert!(!folder.join("created.json").exists());
    assert!(printed(&cleanup(&["--yes"])).contains("nothing is listed"));
}

#[test]
fn listening_for_others_is_warned_of() {
    let scratch = Scratch::new("listen");
    let listening = |address: &str| {
        let mut command = clean(standin());
        command.args(["record", "--upstream", "http://127.0.0.1:1", "--listen", address, "-o"]);
        command.arg(scratch.path("snapshots/sqs/x")).args(["--", "env"]);
        command.output().expect("standin runs")
    };
    let open = listening("0.0.0.0");
    assert!(errors(&open).contains("acts with your credentials"), "{}", errors(&open));
    assert!(printed(&open).contains("AWS_ENDPOINT_URL=http://127.0.0.1:"), "{}", printed(&open));
    assert!(!errors(&listening("127.0.0.1")).contains("warning"));
    assert_eq!(listening("localhost").status.code(), Some(2));
}
