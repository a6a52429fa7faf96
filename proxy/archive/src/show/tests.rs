//! What a recording looks like as HTTP.

use standin_model::Catalog;

use super::{Colours, show};

fn page(exchange: &str) -> String {
    let text = format!(
        "---\n---\n{{\"format\": \"1.0\", \"scenario\": \"sqs/jobs\", \"origin\": \"aws\", \"region\": \
         \"eu-west-1\", \"date\": \"2026-09-20\", \"models\": \"m\", \"rules\": \"r\", \"variables\": {{}}, \
         \"exchanges\": [{exchange}]}}"
    );
    let recording = standin_tape::read(&text, &()).expect("readable");
    show(&recording, Catalog::embedded(), Colours::None)
}

#[test]
fn a_json_exchange_reads_as_it_was_sent() {
    let shown = page(
        r#"{"id": "SendMessage#1", "service": "sqs", "gap_ms": 1200,
            "input": {"MessageBody": "hello", "QueueUrl": "https://sqs/«account»/«QueueName:1»"},
            "status": 200, "output": {"MD5OfMessageBody": {"$derived": "md5(SendMessage#1.input.MessageBody)"},
            "MessageId": "«MessageId:1»"},
            "wire": {"protocol": "json", "host": "sqs.eu-west-1.amazonaws.com",
                     "response_headers": {"content-type": "application/x-amz-json-1.0"}}}"#,
    );
    assert_eq!(
        shown,
        "# sqs/jobs: what aws answered in eu-west-1 on 2026-09-20

### SendMessage#1 (sqs), 1200 ms later
POST / HTTP/1.1
host: sqs.eu-west-1.amazonaws.com
content-type: application/x-amz-json-1.0
x-amz-target: AmazonSQS.SendMessage
x-amzn-query-mode: true

{\"MessageBody\":\"hello\",\"QueueUrl\":\"https://sqs/«account»/«QueueName:1»\"}

HTTP/1.1 200 OK
content-type: application/x-amz-json-1.0

{\"MD5OfMessageBody\":\"«md5(SendMessage#1.input.MessageBody)»\",\"MessageId\":\"«MessageId:1»\"}
"
    );
}

#[test]
fn times_that_are_variables_are_named_in_every_form() {
    for (id, service, protocol, output) in [
        ("HeadObject#1", "s3", "rest-xml", r#"{"LastModified": "«t:1»"}"#),
        ("ListObjectsV2#1", "s3", "rest-xml", r#"{"Contents": [{"LastModified": "«t:1»"}]}"#),
        (
            "CreateTable#1",
            "dynamodb",
            "json",
            r#"{"TableDescription": {"CreationDateTime": "«t:1»"}}"#,
        ),
        ("GetUser#1", "iam", "query", r#"{"User": {"CreateDate": "«t:1»"}}"#),
    ] {
        let shown = page(&format!(
            r#"{{"id": "{id}", "service": "{service}", "input": {{"Bucket": "b", "Key": "k"}}, "status": 200,
                "output": {output}, "wire": {{"protocol": "{protocol}"}}}}"#
        ));
        assert!(shown.contains("«t:1»") && !shown.contains("2199"), "{shown}");
        assert!(!shown.contains("the answer can't be written"), "{shown}");
    }
}

#[test]
fn nothing_in_a_recording_steers_the_terminal() {
    let shown = page(
        r#"{"id": "SendMessage#1", "service": "sqs", "input": {"MessageBody": "\u001b[2J"},
            "status": 200, "output": {},
            "wire": {"protocol": "query", "response_headers": {"location": "\u001b[31m"}}}"#,
    );
    assert!(!shown.contains('\x1b') && shown.contains("\\u{1b}[31m"), "{shown}");
}

#[test]
fn names_stand_in_paths_headers_and_bodies() {
    let shown = page(
        r#"{"id": "PutObject#1", "service": "s3",
            "input": {"Bucket": "«Bucket:1»", "Key": "a/«Key:1»", "Body": {"$text": "hi"},
                      "SSECustomerKey": {"$redacted": "SSECustomerKey", "len": 32}},
            "status": 404, "error": {"code": "NoSuchBucket", "message": "no «Bucket:1»", "fault": "sender"},
            "wire": {"protocol": "rest-xml"}}"#,
    );
    for part in [
        "«Bucket:1»/a/«Key:1»",
        "\n\nhi\n",
        "x-amz-server-side-encryption-customer-key: «SSECustomerKey was redacted»",
        "HTTP/1.1 404 Not Found",
        "<Code>NoSuchBucket</Code>",
        "<Message>no «Bucket:1»</Message>",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
}

#[test]
fn events_and_what_no_codec_takes_are_shown_decoded() {
    let shown = page(
        r#"{"id": "SelectObjectContent#1", "service": "s3", "input": {"Bucket": "b", "Key": 7},
            "status": 200, "output": {"Payload": {"$events": [{"type": "Records",
            "payload": {"Payload": {"$text": "a,b"}}}]}}, "wire": {"protocol": "rest-xml"}},
           {"id": "Nothing#1", "service": "nothing", "input": {}, "status": 200, "output": {},
            "wire": {"protocol": "json"}}"#,
    );
    for part in [
        "event Records",
        "\"$text\": \"a,b\"",
        "# the request can't be written: ",
        "# there is no model of nothing",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
}
