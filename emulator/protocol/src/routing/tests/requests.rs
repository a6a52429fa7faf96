//! Requests of real clients, one test a rule.

use std::io::Write as _;

use super::{ROUTER, parts, routed};

#[track_caller]
fn check(line: &str, signing_name: &str, headers: &[(&str, &str)], expected: &str) {
    assert_eq!(routed(&parts(line, signing_name, headers), b""), expected, "{line}");
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.0");

#[test]
fn the_protocol_is_chosen_per_request() {
    let cbor = [("smithy-protocol", "rpc-v2-cbor"), ("content-type", "application/cbor")];
    let path = "POST /service/GraniteServiceVersion20100801/operation/ListMetrics";
    check(path, "monitoring", &cbor, "cloudwatch ListMetrics smithy-rpc-v2-cbor");
    let target = ("x-amz-target", "GraniteServiceVersion20100801.ListMetrics");
    check("POST /", "monitoring", &[JSON, target], "cloudwatch ListMetrics json");
    let form = parts("POST /", "monitoring", &[FORM]);
    let body = b"Action=ListMetrics&Version=2010-08-01";
    assert_eq!(routed(&form, body), "cloudwatch ListMetrics query");
}

#[test]
fn a_form_in_gzip_names_its_action_too() {
    let form = parts("POST /", "monitoring", &[FORM, ("content-encoding", "gzip")]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"Action=PutMetricData&Version=2010-08-01&Namespace=n").unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(routed(&form, &packed), "cloudwatch PutMetricData query");
    let refused = "query MissingAction 400";
    assert_eq!(routed(&form, &packed[..packed.len() / 2]), refused, "it breaks off");
}

#[test]
fn cbor_counts_the_last_four_segments_and_refuses_a_target() {
    let cbor = ("smithy-protocol", "rpc-v2-cbor");
    let path = "POST /pre/fix/service/com.x%23CodeBuild_20161006/operation/ListProjects";
    check(path, "codebuild", &[cbor], "codebuild ListProjects smithy-rpc-v2-cbor");
    let target = ("x-amz-target", "CodeBuild_20161006.ListBuilds");
    let expected = "smithy-rpc-v2-cbor UnknownOperationException 404";
    check(path, "codebuild", &[cbor, target], expected);
    check("POST /operation/ListProjects", "codebuild", &[cbor], expected);
}

#[test]
fn an_action_may_stand_in_the_query_string() {
    check(
        "GET /?Action=GetCallerIdentity&Version=2011-06-15",
        "sts",
        &[],
        "sts GetCallerIdentity query",
    );
    check(
        "GET /?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:000000000000:t&Token=t",
        "",
        &[],
        "sns ConfirmSubscription query",
    );
    let split = parts("POST /?Version=2011-06-15", "sts", &[]);
    assert_eq!(routed(&split, b"Action=GetCallerIdentity"), "sts GetCallerIdentity query");
}

#[test]
fn sqs_takes_both_protocols_at_queue_urls_too() {
    let target = ("x-amz-target", "AmazonSQS.SendMessage");
    for path in ["POST /", "POST /000000000000/q", "POST /queue/us-east-1/000000000000/q"] {
        check(path, "sqs", &[JSON, target], "sqs SendMessage json");
        let form = parts(path, "sqs", &[FORM]);
        assert_eq!(routed(&form, b"Action=SendMessage&MessageBody=b"), "sqs SendMessage query");
    }
    let anonymous = parts("POST /000000000000/q", "", &[FORM]);
    assert_eq!(
        routed(&anonymous, b"Action=SendMessage&Version=2012-11-05"),
        "sqs SendMessage query"
    );
}

#[test]
fn s3_operations_differ_in_what_they_require() {
    let copy = ("x-amz-copy-source", "b/k");
    let part = "PUT /b/k?partNumber=1&uploadId=u";
    check("PUT /b/k", "s3", &[], "s3 PutObject rest-xml");
    check("PUT /b/k?x-id=PutObject", "s3", &[], "s3 PutObject rest-xml");
    check("PUT /b/k", "s3", &[copy], "s3 CopyObject rest-xml");
    check(part, "s3", &[], "s3 UploadPart rest-xml");
    check(part, "s3", &[copy], "s3 UploadPartCopy rest-xml");
    check("GET /b/k", "s3", &[], "s3 GetObject rest-xml");
    check("GET /b/k?uploadId=u", "s3", &[], "s3 ListParts rest-xml");
    check("DELETE /b/k?uploadId=u", "s3", &[], "s3 AbortMultipartUpload rest-xml");
    check("GET /b?analytics", "s3", &[], "s3 ListBucketAnalyticsConfigurations rest-xml");
    check("GET /b?analytics&id=1", "s3", &[], "s3 GetBucketAnalyticsConfiguration rest-xml");
    check("GET /b?lifecycle", "s3", &[], "s3 GetBucketLifecycleConfiguration rest-xml");
    check("GET /b?notification", "s3", &[], "s3 GetBucketNotificationConfiguration rest-xml");
    check("GET /", "s3", &[], "s3 ListBuckets rest-xml");
    check("GET /", "s3express", &[], "s3 ListDirectoryBuckets rest-xml");
}

#[test]
fn query_literals_match_with_and_without_value() {
    check("GET /b?acl", "s3", &[], "s3 GetBucketAcl rest-xml");
    check("GET /b?acl=", "s3", &[], "s3 GetBucketAcl rest-xml");
    check("POST /b/k?uploads=", "s3", &[], "s3 CreateMultipartUpload rest-xml");
    check("GET /b?list-type=2", "s3", &[], "s3 ListObjectsV2 rest-xml");
    check("GET /b?list-type=1", "s3", &[], "s3 ListObjects rest-xml");
    check("POST /restapis?mode=import", "apigateway", &[], "apigateway ImportRestApi rest-json");
    check("POST /restapis", "apigateway", &[], "apigateway CreateRestApi rest-json");
}

#[test]
fn a_query_literal_that_does_not_fit_the_method_is_ignored() {
    check("DELETE /b?delete", "s3", &[], "s3 DeleteBucket rest-xml");
    check("DELETE /b/?delete", "s3", &[], "s3 DeleteBucket rest-xml");
    check("DELETE /b/k?delete", "s3", &[], "s3 DeleteObject rest-xml");
}

#[test]
fn head_and_get_are_different() {
    check("HEAD /b", "s3", &[], "s3 HeadBucket rest-xml");
    check("HEAD /b/k", "s3", &[], "s3 HeadObject rest-xml");
    let path = "HEAD /2015-03-31/functions";
    check(path, "lambda", &[], "rest-json UnknownOperationException 404");
}

#[test]
fn trailing_slashes() {
    for path in ["GET /2015-03-31/functions", "GET /2015-03-31/functions/"] {
        check(path, "lambda", &[], "lambda ListFunctions rest-json");
    }
    check("GET /b/", "s3", &[], "s3 ListObjects rest-xml");
    check("GET /b/k/", "s3", &[], "s3 GetObject rest-xml");
    check("GET /b//", "s3", &[], "s3 GetObject rest-xml");
    check("GET /b//k", "s3", &[], "s3 GetObject rest-xml");
}

#[test]
fn literals_beat_labels() {
    check("GET /backup-vaults/", "backup", &[], "backup ListBackupVaults rest-json");
    check("GET /backup-vaults/v", "backup", &[], "backup DescribeBackupVault rest-json");
    let path = "POST /2021-01-01/opensearch/upgradeDomain";
    check(path, "es", &[], "opensearch UpgradeDomain rest-json");
}

#[test]
fn arns_in_paths_may_be_encoded_or_not_and_decide_between_twins() {
    let encoded = "GET /2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af";
    check(encoded, "lambda", &[], "lambda ListTags rest-json");
    let raw = "GET /2017-03-31/tags/arn:aws:lambda:us-east-1:1:function:f";
    check(raw, "lambda", &[], "lambda ListTags rest-json");
    let greedy = "GET /portals/arn:aws:workspaces-web:us-east-1:1:portal/p";
    check(greedy, "workspaces-web", &[], "workspaces-web GetPortal rest-json");
}

#[test]
fn paths_before_rpc_services_are_accepted() {
    let target = ("x-amz-target", "DynamoDB_20120810.ListTables");
    check("POST /custom/", "dynamodb", &[JSON, target], "dynamodb ListTables json");
    let form = parts("POST /custom/", "sts", &[FORM]);
    assert_eq!(routed(&form, b"Action=GetCallerIdentity"), "sts GetCallerIdentity query");
}

#[test]
fn buckets_in_hosts_move_into_the_path() {
    for host in [
        "B.s3.localhost.localstack.cloud:4566",
        "b.s3.us-east-1.amazonaws.com",
        "b.s3-us-west-2.amazonaws.com",
        "b.s3.dualstack.eu-west-1.amazonaws.com:443",
    ] {
        for signing_name in ["s3", ""] {
            let request = parts("GET /a/../k?acl", signing_name, &[("host", host)]);
            assert_eq!(routed(&request, b""), "s3 GetObjectAcl rest-xml");
            let route = ROUTER.route(&request, b"").expect("routed");
            assert_eq!(route.uri.expect("rewritten").to_string(), "/b/a/../k?acl");
        }
    }
    let list = parts("GET /", "s3", &[("host", "b.with.dots.s3.localhost")]);
    assert_eq!(routed(&list, b""), "s3 ListObjects rest-xml");
    let root = parts("GET /", "s3", &[("host", "s3.us-east-1.amazonaws.com")]);
    assert_eq!(routed(&root, b""), "s3 ListBuckets rest-xml");
    let address = parts("GET /b/k", "s3", &[("host", "127.0.0.1:4566")]);
    assert!(ROUTER.route(&address, b"").expect("routed").uri.is_none());
}

#[test]
fn account_hosts_of_s3_control() {
    let host = ("host", "000000000000.s3-control.us-east-1.amazonaws.com");
    let account = ("x-amz-account-id", "000000000000");
    let path = "GET /v20180820/accesspoint";
    check(path, "s3", &[host, account], "s3control ListAccessPoints rest-xml");
    check(path, "s3", &[account], "s3control ListAccessPoints rest-xml");
}

#[test]
fn shared_signing_names_are_told_apart() {
    let target = ("x-amz-target", "MailManagerSvc.ListRelays");
    check("POST /", "ses", &[JSON, target], "mailmanager ListRelays json");
    check("GET /v2/email/account", "ses", &[], "sesv2 GetAccount rest-json");
    check("GET /v1/email/account", "ses", &[], "pinpoint-email GetAccount rest-json");
    let form = parts("POST /", "ses", &[FORM]);
    assert_eq!(routed(&form, b"Action=ListIdentities"), "ses ListIdentities query");
    let path = "POST /%40connections/c";
    check(path, "execute-api", &[], "apigatewaymanagementapi PostToConnection rest-json");
    check("GET /v20180820/jobs", "s3", &[("x-amz-account-id", "1")], "s3control ListJobs rest-xml");
}

#[test]
fn unsigned_requests_go_by_target_action_host_and_path() {
    let target = ("x-amz-target", "AWSCognitoIdentityProviderService.SignUp");
    check("POST /", "", &[JSON, target], "cognito-idp SignUp json");
    let form = parts("POST /", "", &[FORM]);
    assert_eq!(
        routed(&form, b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15"),
        "sts AssumeRoleWithWebIdentity query"
    );
    let credentials = "GET /federation/credentials?account_id=1&role_name=r";
    check(credentials, "", &[], "sso GetRoleCredentials rest-json");
    check("POST /token", "", &[], "sso-oidc CreateToken rest-json");
    check("GET /b/k", "", &[], "s3 GetObject rest-xml");
    let host = ("host", "lambda.us-east-1.amazonaws.com");
    check("GET /2015-03-31/functions", "", &[host], "lambda ListFunctions rest-json");
    let bearer = ("authorization", "Bearer token");
    check("GET /session", "", &[bearer], "codecatalyst VerifySession rest-json");
}

#[test]
fn other_signatures() {
    let presigned = "GET /b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AK%2F20250101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0";
    check(presigned, "", &[], "s3 GetObject rest-xml");
    let version_2 = ("authorization", "AWS AKID:c2ln");
    check("PUT /b/k", "", &[version_2], "s3 PutObject rest-xml");
    check("GET /b/k?AWSAccessKeyId=A&Signature=s&Expires=1", "", &[], "s3 GetObject rest-xml");
    let v4a = "AWS4-ECDSA-P256-SHA256 Credential=AKID/20250101/events/aws4_request, Signature=0";
    let target = ("x-amz-target", "AWSEvents.PutEvents");
    let headers = [JSON, target, ("authorization", v4a), ("x-amz-region-set", "us-east-1,*")];
    check("POST /", "", &headers, "events PutEvents json");
}

#[test]
fn what_cannot_be_routed_says_so_in_its_protocol() {
    let target = ("x-amz-target", "AmazonSQS.NoSuch");
    check("POST /", "sqs", &[JSON, target], "json UnknownOperationException 400");
    check("POST /", "sqs", &[JSON], "json UnknownOperationException 400");
    let form = parts("POST /", "sts", &[FORM]);
    assert_eq!(routed(&form, b"Action=NoSuch&Version=2011-06-15"), "query InvalidAction 400");
    assert_eq!(routed(&form, b"no=action"), "query MissingAction 400");
    let form = parts("POST /", "ec2", &[FORM]);
    assert_eq!(routed(&form, b"Action=NoSuch"), "ec2 InvalidAction 400");
    check("PATCH /b/k", "s3", &[], "rest-xml MethodNotAllowed 405");
    check("GET /no/such", "lambda", &[], "rest-json UnknownOperationException 404");
    check("GET /no/such", "nonesuch", &[], "rest-json UnknownOperationException 404");
    let target = ("x-amz-target", "NoSuchService.Op");
    check("POST /", "", &[JSON, target], "json UnknownOperationException 400");
}

#[test]
fn a_signing_name_of_no_model_is_no_hindrance_to_forms_and_targets() {
    let form = parts("POST /", "IngestionService", &[FORM]);
    let body = b"Action=ListJobs&Version=2010-06-01";
    assert_eq!(routed(&form, body), "importexport ListJobs query");
    let target = ("x-amz-target", "DynamoDB_20120810.ListTables");
    check("POST /", "nonesuch", &[JSON, target], "dynamodb ListTables json");
}

#[test]
fn a_get_may_come_as_a_form() {
    let form = parts("POST /2013-01-01/search", "cloudsearch", &[FORM]);
    let body = b"format=sdk&pretty=true&q=star%20wars";
    assert_eq!(routed(&form, body), "cloudsearchdomain Search rest-json");
    let uri = ROUTER.route(&form, body).expect("routed").uri.expect("with the form");
    assert_eq!(uri.to_string(), "/2013-01-01/search?format=sdk&pretty=true&q=star%20wars");
    assert_eq!(routed(&form, b"q=star"), "query MissingAction 400");
}

#[test]
fn options_is_no_operation() {
    check("OPTIONS /b/k", "s3", &[], "rest-xml MethodNotAllowed 405");
    check("OPTIONS /b/k", "", &[], "rest-xml MethodNotAllowed 405");
}
