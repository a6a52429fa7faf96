//! `record --upstream aws`, offline: the real names, scopes and paths, sent to a local server.

use bytes::Bytes;
use http::{Request, Response};

use super::run::{Scratch, clean, errors, with_python};
use crate::support::front::{ACCOUNT, Backend, Front};
use crate::support::standin;

/// An empty answer in the protocol of the request.
fn empty(request: &Request<Bytes>) -> Response<Bytes> {
    let body = String::from_utf8_lossy(request.body()).into_owned();
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    let path = request.uri().path();
    let (kind, answer) = match action {
        Some(action) => {
            ("text/xml", format!("<{action}Response><{action}Result/></{action}Response>"))
        }
        None if request.headers().contains_key("x-amz-target") => {
            ("application/x-amz-json-1.1", "{}".to_owned())
        }
        None if path.contains("functions") => ("application/json", "{}".to_owned()),
        None => (
            "application/xml",
            "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>".into(),
        ),
    };
    let response = Response::builder().header("content-type", kind);
    response.body(answer.into()).expect("a valid response")
}

const SCRIPT: &str = r#"
import boto3
for region in ["eu-west-1", "cn-north-1", "us-gov-west-1"]:
    client = lambda name: boto3.client(name, region_name=region)
    client("sts").get_caller_identity()
    client("sqs").list_queues()
    client("s3").list_buckets()
    client("dynamodb").list_tables()
    client("iam").list_users()
    client("sns").list_topics()
    client("kms").list_keys()
    client("lambda").list_functions()
    client("ec2").describe_vpcs()
    client("servicediscovery").discover_instances(NamespaceName="n", ServiceName="s")
"#;

/// Host, region of the scope, signing name, method and path, in the order of the script.
const EXPECTED: [[&str; 4]; 30] = [
    ["sts.eu-west-1.amazonaws.com", "eu-west-1", "sts", "POST /"],
    ["sqs.eu-west-1.amazonaws.com", "eu-west-1", "sqs", "POST /"],
    ["s3.eu-west-1.amazonaws.com", "eu-west-1", "s3", "GET /"],
    ["dynamodb.eu-west-1.amazonaws.com", "eu-west-1", "dynamodb", "POST /"],
    ["iam.amazonaws.com", "us-east-1", "iam", "POST /"],
    ["sns.eu-west-1.amazonaws.com", "eu-west-1", "sns", "POST /"],
    ["kms.eu-west-1.amazonaws.com", "eu-west-1", "kms", "POST /"],
    ["lambda.eu-west-1.amazonaws.com", "eu-west-1", "lambda", "GET /2015-03-31/functions"],
    ["ec2.eu-west-1.amazonaws.com", "eu-west-1", "ec2", "POST /"],
    ["data-servicediscovery.eu-west-1.amazonaws.com", "eu-west-1", "servicediscovery", "POST /"],
    ["sts.cn-north-1.amazonaws.com.cn", "cn-north-1", "sts", "POST /"],
    ["sqs.cn-north-1.amazonaws.com.cn", "cn-north-1", "sqs", "POST /"],
    ["s3.cn-north-1.amazonaws.com.cn", "cn-north-1", "s3", "GET /"],
    ["dynamodb.cn-north-1.amazonaws.com.cn", "cn-north-1", "dynamodb", "POST /"],
    ["iam.cn-north-1.amazonaws.com.cn", "cn-north-1", "iam", "POST /"],
    ["sns.cn-north-1.amazonaws.com.cn", "cn-north-1", "sns", "POST /"],
    ["kms.cn-north-1.amazonaws.com.cn", "cn-north-1", "kms", "POST /"],
    ["lambda.cn-north-1.amazonaws.com.cn", "cn-north-1", "lambda", "GET /2015-03-31/functions"],
    ["ec2.cn-north-1.amazonaws.com.cn", "cn-north-1", "ec2", "POST /"],
    [
        "data-servicediscovery.cn-north-1.amazonaws.com.cn",
        "cn-north-1",
        "servicediscovery",
        "POST /",
    ],
    ["sts.us-gov-west-1.amazonaws.com", "us-gov-west-1", "sts", "POST /"],
    ["sqs.us-gov-west-1.amazonaws.com", "us-gov-west-1", "sqs", "POST /"],
    ["s3.us-gov-west-1.amazonaws.com", "us-gov-west-1", "s3", "GET /"],
    ["dynamodb.us-gov-west-1.amazonaws.com", "us-gov-west-1", "dynamodb", "POST /"],
    ["iam.us-gov.amazonaws.com", "us-gov-west-1", "iam", "POST /"],
    ["sns.us-gov-west-1.amazonaws.com", "us-gov-west-1", "sns", "POST /"],
    ["kms.us-gov-west-1.amazonaws.com", "us-gov-west-1", "kms", "POST /"],
    ["lambda.us-gov-west-1.amazonaws.com", "us-gov-west-1", "lambda", "GET /2015-03-31/functions"],
    ["ec2.us-gov-west-1.amazonaws.com", "us-gov-west-1", "ec2", "POST /"],
    [
        "data-servicediscovery.us-gov-west-1.amazonaws.com",
        "us-gov-west-1",
        "servicediscovery",
        "POST /",
    ],
];

#[test]
fn real_hosts_are_asked_under_their_own_names_and_scopes() {
    let front = Front::start(Backend::Function(empty));
    let scratch = Scratch::new("aws");
    let folder = scratch.path("snapshots/mixed/partitions");
    let script = scratch.script(SCRIPT);
    let mut command = clean(standin());
    command.args(["record", "--upstream", "aws", "--connect-to", &front.address.to_string()]);
    command.args(["--account", ACCOUNT]);
    command.arg("--upstream-ca").arg(&front.ca).arg("-o").arg(&folder).envs(Front::credentials());
    let Some(output) = with_python(&mut command, &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    // The first asks whose credentials these are.
    let sights = front.sights().split_off(1);
    assert_eq!(sights.len(), EXPECTED.len());
    for (sight, [host, region, name, line]) in sights.iter().zip(EXPECTED) {
        assert!(sight.verified, "{host}: {sight:?}");
        assert_eq!(sight.host, host);
        assert_eq!(sight.sni.as_deref(), Some(host));
        assert_eq!(sight.scope, Some((region.to_owned(), name.to_owned())), "{host}");
        let path = sight.line.split('?').next().unwrap_or_default();
        assert_eq!(path.trim_end_matches('/'), line.trim_end_matches('/'), "{host}");
    }
    // Who was told where to connect, or whom to trust, has not spoken to AWS.
    let text = std::fs::read_to_string(folder.join("recording.snap")).expect("written");
    assert!(text.contains(&format!("\"origin\": \"{}\"", front.address)), "{text}");
}

#[test]
fn nobody_can_claim_to_be_aws() {
    let scratch = Scratch::new("claim");
    let claims: [&[&str]; 3] = [
        &["--upstream", "http://127.0.0.1:1", "--origin", "aws"],
        &["--upstream", "aws", "--connect-to", "127.0.0.1:1", "--origin", "AWS"],
        &["--upstream", "aws", "--origin", "aws"],
    ];
    for claim in claims {
        let mut command = clean(standin());
        command.arg("record").args(claim).arg("-o").arg(scratch.path("snapshots/sqs/x"));
        let output = command.args(["--", "true"]).output().expect("standin runs");
        assert_eq!(output.status.code(), Some(2), "{claim:?}");
        assert!(errors(&output).contains("origin `aws`"), "{}", errors(&output));
    }
}

#[test]
fn without_credentials_aws_is_not_asked() {
    let scratch = Scratch::new("keyless");
    let mut command = clean(standin());
    command.args(["record", "-o"]).arg(scratch.path("snapshots/sqs/x")).args(["--", "true"]);
    let output = command.output().expect("standin runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("no AWS credentials found"), "{}", errors(&output));
}
