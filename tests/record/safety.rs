//! What `record` keeps away from its client, its upstream and the disk.

use bytes::Bytes;
use http::{Request, Response};
use standin_sigv4::{Algorithm, Payload};

use super::recording::{SCRIPT, queues};
use super::run::{Scratch, clean, errors, printed, record, with_python};
use crate::support::front::{Backend, Front, SECRET, TOKEN};
use crate::support::standin;

/// What would reach AWS or leak, each planted with a value that must not arrive.
const PLANTED: [&str; 22] = [
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_S3",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECURITY_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

#[test]
fn the_command_sees_nothing_that_reaches_aws() {
    let scratch = Scratch::new("planted");
    let config = scratch.path("config");
    std::fs::write(&config, "[default]\n[profile planted]\n").expect("writable");
    let keys = "[planted]\naws_access_key_id = AKPLANTED\naws_secret_access_key = planted\n";
    std::fs::write(&config, format!("[profile planted]\nregion = planted\n{keys}"))
        .expect("writable");
    for keep in [false, true] {
        let mut command = clean(standin());
        command.args(["record", "--upstream", "http://127.0.0.1:1", "-o"]);
        command.arg(scratch.path("snapshots/sqs/x"));
        if keep {
            command.args(["--keep-env", "AWS_ROLE_ARN"]);
        }
        for name in PLANTED {
            command.env(name, if name.ends_with("PROFILE") { "planted" } else { "planted-value" });
        }
        command.env("AWS_CONFIG_FILE", &config).env("AWS_SHARED_CREDENTIALS_FILE", &config);
        command.env("AWS_ACCESS_KEY_ID", "planted-value");
        command.env("AWS_SECRET_ACCESS_KEY", "planted-value");
        command.env("AWS_SESSION_TOKEN", "planted-value");
        let output = command.args(["--", "env"]).output().expect("standin runs");
        let printed = printed(&output);
        let leaks: Vec<&str> = printed
            .lines()
            .filter(|line| line.starts_with("AWS_") && line.contains("planted"))
            .collect();
        let allowed: &[&str] = if keep { &["AWS_ROLE_ARN=planted-value"] } else { &[] };
        assert_eq!(leaks, allowed, "{}", errors(&output));
        assert!(printed.contains("AWS_EC2_METADATA_DISABLED=true"), "{printed}");
        assert!(printed.contains("AWS_ENDPOINT_URL=http://127.0.0.1:"), "{printed}");
        assert!(printed.contains("AWS_ACCESS_KEY_ID=AKST"), "{printed}");
        // A run without a request leaves nothing, and says so.
        assert_eq!(output.status.code(), Some(3));
        assert!(!scratch.path("snapshots").exists());
    }
}

#[test]
fn a_signature_of_somebody_else_goes_nowhere() {
    let cases = [
        (
            "aws_access_key_id='AKIAFOREIGN', aws_secret_access_key='x'",
            "UnrecognizedClientException",
        ),
        (
            "aws_access_key_id=os.environ['AWS_ACCESS_KEY_ID'], aws_secret_access_key='wrong'",
            "InvalidSignatureException",
        ),
    ];
    for (keys, code) in cases {
        let front = Front::start(Backend::Function(queues));
        let scratch = Scratch::new("foreign");
        let folder = scratch.path("snapshots/sqs/x");
        let script = scratch.script(&format!(
            "import boto3, botocore, os\nsqs = boto3.client('sqs', {keys})\ntry:\n  sqs.list_queues()\n\
             except botocore.exceptions.ClientError as error:\n  print(error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode'])\n"
        ));
        let Some(output) = with_python(&mut record(&front, &folder), &script) else { return };
        assert_eq!(printed(&output).trim(), format!("{code} 403"));
        assert_eq!(front.sights().len(), 0, "nothing is signed for strangers");
        assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
        assert!(errors(&output).contains("sqs ListQueues was refused"), "{}", errors(&output));
        assert!(!folder.exists());
    }
}

fn anything(request: &Request<Bytes>) -> Response<Bytes> {
    let body = if request.headers().contains_key("x-amz-target") { "{}" } else { "" };
    Response::new(body.into())
}

#[test]
fn unsigned_requests_pass_unsigned() {
    let front = Front::start(Backend::Function(anything));
    let scratch = Scratch::new("unsigned");
    let folder = scratch.path("snapshots/s3/public");
    let script = scratch.script(
        "import boto3, botocore\nconfig = botocore.config.Config(signature_version=botocore.UNSIGNED)\n\
         boto3.client('s3', config=config).get_object(Bucket='public', Key='k')\n",
    );
    let Some(output) = with_python(&mut record(&front, &folder), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let sights = front.sights();
    assert_eq!(sights.len(), 1);
    assert_eq!((sights[0].scope.as_ref(), sights[0].line.as_str()), (None, "GET /public/k"));
}

/// Uploads in every mode that boto3 has, and one that it has not: chunks signed one by one.
const UPLOADS: &str = r#"
import boto3, datetime, hashlib, hmac, io, os, urllib.request
from botocore.config import Config
s3 = boto3.client("s3", config=Config(s3={"payload_signing_enabled": True}))
s3.put_object(Bucket="b", Key="hashed", Body=b"hello")
s3 = boto3.client("s3", config=Config(s3={"payload_signing_enabled": False}, request_checksum_calculation="when_required"))
s3.put_object(Bucket="b", Key="plain", Body=b"hello")
for version in ["s3v4", "s3"]:
    s3 = boto3.client("s3", config=Config(signature_version=version))
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "b", "Key": "presigned a+b"}, ExpiresIn=60)
    urllib.request.urlopen(urllib.request.Request(url, data=b"hello", method="PUT", headers={"content-type": ""}))

def digest(key, text): return hmac.new(key, text.encode(), hashlib.sha256)
def sha(data): return hashlib.sha256(data).hexdigest()
now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
scope = now[:8] + "/eu-west-1/s3/aws4_request"
key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
for part in scope.split("/"): key = digest(key, part).digest()
host = os.environ["AWS_ENDPOINT_URL"].split("//")[1]
def send(name, mode, trailer):
    signed = {"host": host, "x-amz-content-sha256": mode, "x-amz-date": now, "x-amz-decoded-content-length": "5"}
    if trailer: signed["x-amz-trailer"] = "x-amz-checksum-crc32"
    names = ";".join(sorted(signed))
    canonical = "\n".join(["PUT", "/b/" + name, "", *(f"{k}:{signed[k]}" for k in sorted(signed)), "", names, mode])
    seed = digest(key, "\n".join(["AWS4-HMAC-SHA256", now, scope, sha(canonical.encode())])).hexdigest()
    running, body = seed, b""
    for data in [b"hello", b""]:
        text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", now, scope, running, sha(b""), sha(data)])
        running = digest(key, text).hexdigest()
        body += b"%x;chunk-signature=%s\r\n" % (len(data), running.encode()) + (data + b"\r\n" if data else b"")
    if trailer:
        line = "x-amz-checksum-crc32:NhCmhg=="
        last = digest(key, "\n".join(["AWS4-HMAC-SHA256-TRAILER", now, scope, running, sha((line + "\n").encode())])).hexdigest()
        body += (line + "\r\nx-amz-trailer-signature:" + last + "\r\n").encode()
    body += b"\r\n"
    credential = os.environ["AWS_ACCESS_KEY_ID"] + "/" + scope
    headers = dict(signed, authorization=f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={seed}")
    headers["content-encoding"] = "aws-chunked"
    urllib.request.urlopen(urllib.request.Request(f"http://{host}/b/{name}", data=body, headers=headers, method="PUT"))
send("chunked", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", False)
send("trailer", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", True)
"#;

#[test]
fn every_payload_mode_is_signed_again() {
    let front = Front::start(Backend::Function(anything));
    let scratch = Scratch::new("modes");
    let folder = scratch.path("snapshots/s3/modes");
    let script = scratch.script(UPLOADS);
    let Some(output) = with_python(&mut record(&front, &folder), &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let sights = front.sights();
    let bad: Vec<_> = sights.iter().filter(|sight| !sight.verified).collect();
    assert!(bad.is_empty(), "{bad:?}");
    let modes: Vec<_> = sights.iter().map(|sight| sight.payload.clone()).collect();
    assert!(matches!(modes[0], Some(Payload::Hash(_))), "{modes:?}");
    assert_eq!(
        modes[2..],
        [
            Some(Payload::Absent),
            Some(Payload::Absent),
            Some(Payload::Chunked(Algorithm::Hmac)),
            Some(Payload::ChunkedTrailer(Algorithm::Hmac))
        ]
    );
    assert!(sights[2].line.starts_with("PUT /b/presigned%20a%2Bb?"), "{}", sights[2].line);
    let text = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
    let bodies = text.matches("\"Body\": { \"$text\": \"hello\" }").count();
    assert_eq!(bodies, 6, "{text}");
}

fn talkative(_: &Request<Bytes>) -> Response<Bytes> {
    let body = format!(r#"{{"QueueUrl":"https://h/1/{TOKEN}"}}"#);
    let response = Response::builder().header("content-type", "application/x-amz-json-1.0");
    response.body(body.into()).expect("a valid response")
}

#[test]
fn a_live_secret_in_an_answer_keeps_the_recording_from_the_disk() {
    let front = Front::start(Backend::Function(talkative));
    let scratch = Scratch::new("secret");
    let folder = scratch.path("snapshots/sqs/x");
    let script = scratch.script("import boto3; boto3.client('sqs').get_queue_url(QueueName='q')");
    let Some(output) = with_python(&mut record(&front, &folder), &script) else { return };
    assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
    assert!(errors(&output).contains("recording.snap"), "{}", errors(&output));
    assert!(!folder.join("recording.snap").exists());
    for secret in [SECRET, TOKEN] {
        assert!(!errors(&output).contains(secret), "{}", errors(&output));
    }
}

#[test]
fn an_upstream_that_is_not_trusted_or_not_there_is_said() {
    let front = Front::start(Backend::Function(queues));
    let scratch = Scratch::new("untrusted");
    let folder = scratch.path("snapshots/sqs/x");
    let script = scratch.script(&SCRIPT.replace(
        "client(\"sqs\")",
        "client('sqs', config=__import__('botocore').config.Config(retries={'max_attempts': 0}))",
    ));
    let trusting_others =
        [("--upstream", front.url()), ("--upstream", "http://127.0.0.1:1".to_owned())];
    for (flag, url) in trusting_others {
        let mut command = clean(standin());
        command.args(["record", flag, &url, "-o"]).arg(&folder).envs(Front::credentials());
        let Some(output) = with_python(&mut command, &script) else { return };
        assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
        assert!(errors(&output).contains("BadGateway"), "{}", errors(&output));
        assert!(errors(&output).contains("no answer from 127.0.0.1:"), "{}", errors(&output));
        assert!(
            errors(&output).trim_end().ends_with("the command ended with 1: nothing was written")
        );
        assert!(!folder.exists());
    }
    assert_eq!(front.sights().len(), 0);
}
