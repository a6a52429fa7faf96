//! Whose credentials sign: roles from an STS, and those that expire in the middle of a run.

use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use http::{Request, Response};

use super::run::{Scratch, clean, errors, printed, with_python};
use crate::serve::serve;
use crate::support::front::{Backend, Front, KEY, SECRET, TOKEN};
use crate::support::standin;

const WHO: &str = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";

/// `standin record` at a server of ours, whose STS gives the roles too.
fn record_as(url: &str, scratch: &Scratch, config: &str) -> Command {
    let file = scratch.path("config");
    std::fs::write(&file, config).expect("writable");
    let mut command = clean(standin());
    command.args(["record", "--upstream", url, "--keep-nothing", "-o"]);
    command.arg(scratch.path("snapshots/sts/who"));
    command.env("AWS_CONFIG_FILE", file).env("AWS_ENDPOINT_URL_STS", url);
    command
}

#[test]
fn roles_are_assumed_one_by_the_other() {
    let served = serve(&[]);
    let scratch = Scratch::new("roles-chain");
    let script = scratch.script(WHO);
    let config = "[profile base]\naws_access_key_id = 111122223333\naws_secret_access_key = s\n\
                  [profile middle]\nrole_arn = arn:aws:iam::111122223333:role/middle\nsource_profile = base\n\
                  [profile top]\nrole_arn = arn:aws:iam::444455556666:role/top\nsource_profile = middle\n\
                  role_session_name = tester\n";
    let mut command = record_as(&served.url, &scratch, config);
    let Some(output) = with_python(command.env("AWS_PROFILE", "top"), &script) else { return };
    let arn = "arn:aws:sts::444455556666:assumed-role/top/tester";
    assert_eq!(printed(&output).trim(), arn, "{}", errors(&output));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
}

/// Gives the front's own key for a token.
fn web_identity(request: &Request<Bytes>) -> Response<Bytes> {
    let body = String::from_utf8_lossy(request.body());
    if !body.contains("Action=AssumeRoleWithWebIdentity") {
        return super::guards::aws(request);
    }
    assert!(body.contains("WebIdentityToken=a.web.token") && !body.contains("%0A"), "{body}");
    let credentials = format!(
        "<Credentials><AccessKeyId>{KEY}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>{TOKEN}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
    );
    let name = "AssumeRoleWithWebIdentity";
    let body =
        format!("<{name}Response><{name}Result>{credentials}</{name}Result></{name}Response>");
    Response::builder().header("content-type", "text/xml").body(body.into()).expect("an answer")
}

#[test]
fn a_web_identity_gets_its_role() {
    let front = Front::start(Backend::Function(web_identity));
    let scratch = Scratch::new("web-identity");
    let script = scratch.script(ASK);
    let token = scratch.path("token");
    std::fs::write(&token, "a.web.token\n").expect("writable");
    let mut command = record_as(&front.url(), &scratch, "");
    command.env("AWS_WEB_IDENTITY_TOKEN_FILE", &token);
    command.env("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/web");
    command.arg("--upstream-ca").arg(&front.ca);
    let Some(output) = with_python(&mut command, &script) else { return };
    assert_eq!(printed(&output).lines().collect::<Vec<_>>(), ["200", "200"], "{}", errors(&output));
    let signed: Vec<_> = front.sights().iter().map(|it| it.scope.is_some()).collect();
    assert_eq!(signed, [false, true, true], "a token needs no signature");
    let mut untold = record_as(&front.url(), &scratch, "");
    untold.env("AWS_WEB_IDENTITY_TOKEN_FILE", &token).args(["--", "true"]);
    let output = untold.output().expect("standin runs");
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
}

/// A process whose first credentials are over already, and whose second are `then`.
fn process(scratch: &Scratch, then: &str) -> std::path::PathBuf {
    let keys = |end: &str| {
        format!(
            "printf '%s' '{{\"Version\":1,\"AccessKeyId\":\"{KEY}\",\"SecretAccessKey\":\"{SECRET}\",\
             \"SessionToken\":\"{TOKEN}\",\"Expiration\":\"{end}\"}}'"
        )
    };
    let first = keys("2020-01-01T00:00:00Z").replace(TOKEN, "the-first-session-token");
    let then = then.replace("KEYS", &keys("2099-01-01T00:00:00Z"));
    let count = scratch.path("count");
    let text = format!(
        "echo x >> {count}\nif [ $(wc -l < {count}) = 1 ]; then {first}; else {then}; fi\n",
        count = count.display()
    );
    let path = scratch.path("process.sh");
    std::fs::write(&path, text).expect("writable");
    path
}

const ASK: &str = r#"
import boto3, botocore
sqs = boto3.client("sqs")
for _ in range(2):
    try: print(sqs.list_queues()["ResponseMetadata"]["HTTPStatusCode"])
    except botocore.exceptions.ClientError as error:
        print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
"#;

fn record_by(front: &Front, process: &Path, scratch: &Scratch) -> Command {
    let config = scratch.path("config");
    let text = format!("[default]\ncredential_process = sh {}\n", process.display());
    std::fs::write(&config, text).expect("writable");
    let mut command = clean(standin());
    command.args(["record", "--upstream", &front.url(), "--upstream-ca"]).arg(&front.ca);
    command.arg("-o").arg(scratch.path("snapshots/sqs/x")).env("AWS_CONFIG_FILE", config);
    command
}

#[test]
fn credentials_that_expire_are_asked_for_anew() {
    let front = Front::start(Backend::Function(super::guards::aws));
    let scratch = Scratch::new("anew");
    let process = process(&scratch, "KEYS");
    let script = scratch.script(ASK);
    let mut command = record_by(&front, &process, &scratch);
    let Some(output) = with_python(&mut command, &script) else { return };
    assert_eq!(printed(&output).split_whitespace().collect::<Vec<_>>(), ["200", "200"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(front.sights().iter().all(|sight| sight.verified));
    let asked = std::fs::read_to_string(scratch.path("count")).expect("it ran");
    assert_eq!(asked.lines().count(), 2);
}

/// A queue whose URL has the session token in it.
fn talkative(_: &Request<Bytes>) -> Response<Bytes> {
    let body = format!(r#"{{"QueueUrl":"https://h/1/{TOKEN}"}}"#);
    let response = Response::builder().header("content-type", "application/x-amz-json-1.0");
    response.body(body.into()).expect("a valid response")
}

#[test]
fn what_is_listed_as_created_holds_no_later_secret() {
    let front = Front::start(Backend::Function(talkative));
    let scratch = Scratch::new("listed");
    let process = process(&scratch, "KEYS");
    let script = scratch.script("import boto3; boto3.client('sqs').create_queue(QueueName='q')");
    let mut command = record_by(&front, &process, &scratch);
    let Some(output) = with_python(command.arg("--list-created"), &script) else { return };
    assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
    let folder = scratch.path("snapshots/sqs/x");
    let list = std::fs::read_to_string(folder.join("created.json")).expect("written");
    assert!(list.contains("sqs CreateQueue") && !list.contains(TOKEN), "{list}");
}

#[test]
fn credentials_that_expire_for_good_end_the_recording() {
    let front = Front::start(Backend::Function(super::guards::aws));
    let scratch = Scratch::new("expired");
    let process = process(&scratch, "exit 1");
    let script = scratch.script(ASK);
    let mut command = record_by(&front, &process, &scratch);
    let Some(output) = with_python(&mut command, &script) else { return };
    let lines: Vec<String> = printed(&output).lines().map(str::to_owned).collect();
    assert_eq!(lines, ["ExpiredTokenException 403", "ExpiredTokenException 403"]);
    assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
    let said = errors(&output);
    assert!(
        said.contains("the credentials have expired") && said.contains("credential_process"),
        "{said}"
    );
    assert!(!said.contains(SECRET) && !said.contains(TOKEN), "{said}");
    assert_eq!(front.sights().len(), 0);
    assert!(!scratch.path("snapshots").exists());
}
