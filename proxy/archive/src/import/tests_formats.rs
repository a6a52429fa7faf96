//! One exchange in every format: all become the same recording.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use standin_model::{Answer, Catalog, Document};
use standin_tape::{Completeness, Recording};

use super::tests::ROUTER;
use super::{Choice, Format, Importer, Outcome, probe};
use crate::tests::Scratch;

const URL: &str = "https://sqs.eu-west-1.amazonaws.com/";
const TARGET: &str = "AmazonSQS.SendMessage";
const INPUT: &str =
    r#"{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/jobs","MessageBody":"hé"}"#;
const OUTPUT: &str = r#"{"MD5OfMessageBody":"c2bb62f6b4fbd47e1b3ab1de4c4d0ba3","MessageId":"5fea7756-0ea4-451a-a703-a558b933e274"}"#;
const DATE: &str = "Tue, 02 Jun 2026 18:30:44 GMT";
const TYPE: &str = "application/x-amz-json-1.0";

fn input() -> Value {
    serde_json::from_str(INPUT).expect("JSON")
}

fn output() -> Value {
    serde_json::from_str(OUTPUT).expect("JSON")
}

/// Headers as a map of lists.
fn lists(headers: &[(&str, &str)]) -> Value {
    headers.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect()
}

/// Headers as HAR has them.
fn named(headers: &[(&str, &str)]) -> Value {
    headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

const ASKED: [(&str, &str); 3] =
    [("Content-Type", TYPE), ("X-Amz-Target", TARGET), ("X-Amz-Date", "20260602T183044Z")];
const ANSWERED: [(&str, &str); 2] = [("Content-Type", TYPE), ("Date", DATE)];

/// A tnetstring.
fn net(kind: char, parts: &[String]) -> String {
    let content = parts.concat();
    format!("{}:{content}{kind}", content.len())
}

fn bytes(text: &str) -> String {
    net(',', &[text.to_owned()])
}

fn flow() -> String {
    let headers = |headers: &[(&str, &str)]| {
        let pairs = headers.iter().map(|(name, value)| net(']', &[bytes(name), bytes(value)]));
        net(']', &pairs.collect::<Vec<_>>())
    };
    let text = |text: &str| net(';', &[text.to_owned()]);
    let request = [
        [text("method"), bytes("POST")].concat(),
        [text("scheme"), bytes("https")].concat(),
        [text("host"), text("sqs.eu-west-1.amazonaws.com")].concat(),
        [text("path"), bytes("/")].concat(),
        [text("headers"), headers(&ASKED)].concat(),
        [text("content"), bytes(INPUT)].concat(),
    ];
    let response = [
        [text("status_code"), net('#', &["200".to_owned()])].concat(),
        [text("headers"), headers(&ANSWERED)].concat(),
        [text("content"), bytes(OUTPUT)].concat(),
    ];
    let flow = [
        [text("version"), net('#', &["20".to_owned()])].concat(),
        [text("type"), text("http")].concat(),
        [text("request"), net('}', &request)].concat(),
        [text("response"), net('}', &response)].concat(),
    ];
    net('}', &flow)
}

fn dvr() -> Value {
    let event = |action: Value| json!({"connection_id": 0, "action": action});
    let body = |text: &str| json!({"Utf8": text});
    let events = [
        event(
            json!({"Request": {"request": {"uri": URL, "headers": lists(&ASKED), "method": "POST"}}}),
        ),
        event(json!({"Data": {"data": body(INPUT), "direction": "Request"}})),
        event(json!({"Eof": {"ok": true, "direction": "Request"}})),
        event(
            json!({"Response": {"response": {"Ok": {"status": 200, "headers": lists(&ANSWERED)}}}}),
        ),
        event(
            json!({"Data": {"data": {"Base64": STANDARD.encode(OUTPUT)}, "direction": "Response"}}),
        ),
    ];
    json!({"events": events, "docs": "", "version": "V0"})
}

/// A file of each format that has a wire, with the exchange.
pub(super) fn files() -> Vec<(Format, String)> {
    let (asked, answered) = (lists(&ASKED), lists(&ANSWERED));
    let replay = json!({"Version": "0.2", "Entries": [{
        "Request": {"Method": "POST", "URL": URL, "Header": asked, "MediaType": TYPE, "BodyParts": [STANDARD.encode(INPUT)]},
        "Response": {"StatusCode": 200, "Header": answered, "Body": STANDARD.encode(OUTPUT)}}]});
    let go_vcr = format!(
        "---\nversion: 2\ninteractions:\n- id: 0\n  request:\n    proto: HTTP/1.1\n    host: x\n    url: {URL}\n    \
         method: POST\n    body: '{INPUT}'\n    headers: {asked}\n  response:\n    body: !!binary {}\n    \
         headers: {answered}\n    status: 200 OK\n    code: 200\n    duration: 1ms\n",
        STANDARD.encode(OUTPUT)
    );
    let vcr = format!(
        "---\nhttp_interactions:\n- request:\n    method: post\n    uri: {URL}\n    body:\n      encoding: UTF-8\n      \
         base64_string: |\n        {}\n    headers: {asked}\n  response:\n    status: {{code: 200, message: OK}}\n    \
         headers: {answered}\n    body: {{encoding: ASCII-8BIT, string: !binary \"{}\"}}\n  recorded_at: {DATE}\n\
         recorded_with: VCR 6.0.0\n",
        STANDARD.encode(INPUT),
        STANDARD.encode(OUTPUT)
    );
    let vcrpy = json!({"version": 1, "interactions": [{
        "request": {"method": "POST", "uri": URL, "body": INPUT, "headers": asked},
        "response": {"status": {"code": 200, "message": "OK"}, "headers": answered, "body": {"string": OUTPUT}}}]});
    let nock = json!([{"scope": "https://sqs.eu-west-1.amazonaws.com:443", "method": "POST", "path": "/", "body": input(),
        "status": 200, "response": output(), "rawHeaders": ["Content-Type", TYPE, "Date", DATE],
        "reqheaders": {"content-type": TYPE, "x-amz-target": TARGET}, "responseIsBinary": false}]);
    let mapping = json!({"mappings": [{"request": {"method": "POST", "url": "/", "headers": {
        "Host": {"equalTo": "sqs.eu-west-1.amazonaws.com"}, "X-Amz-Target": {"equalTo": TARGET}, "Content-Type": {"equalTo": TYPE}},
        "bodyPatterns": [{"equalToJson": input()}]},
        "response": {"status": 200, "headers": {"Content-Type": TYPE, "Date": DATE}, "jsonBody": output()}}], "meta": {"total": 1}});
    let har = json!({"log": {"version": "1.2", "entries": [{
        "request": {"method": "POST", "url": URL, "headers": named(&ASKED), "postData": {"mimeType": TYPE, "text": INPUT}},
        "response": {"status": 200, "headers": named(&ANSWERED),
            "content": {"mimeType": TYPE, "encoding": "base64", "text": STANDARD.encode(OUTPUT)}}}]}});
    let agent = json!({
        "request": {"method": "POST", "url": URL, "headers": {"Content-Type": TYPE, "X-Amz-Target": TARGET}, "body": INPUT},
        "response": {"status": {"code": 200, "message": "OK"}, "headers": {"Content-Type": TYPE, "Date": DATE},
            "body": format!("base64:{}", STANDARD.encode(OUTPUT))}});
    vec![
        (Format::HttpReplay, replay.to_string()),
        (Format::GoVcr, go_vcr),
        (Format::RubyVcr, vcr),
        (Format::Vcrpy, vcrpy.to_string()),
        (Format::Dvr, dvr().to_string()),
        (Format::Nock, nock.to_string()),
        (Format::WireMock, mapping.to_string()),
        (Format::Har, har.to_string()),
        (Format::Mitmproxy, flow()),
        (Format::TestAgent, agent.to_string()),
    ]
}

/// The recording that a file becomes, recognised by its content.
fn imported(scratch: &Scratch, name: &str, content: &str) -> (Format, Recording) {
    let file = scratch.0.join(name);
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    std::fs::write(&file, content).expect("written");
    let importer = Importer::new(Choice::Auto, Catalog::embedded(), &[file]).expect("read");
    let output = scratch.0.join("out");
    let mut found = Vec::new();
    importer.run(&output, &mut |report| match &report.outcome {
        Outcome::Saved { scenario, .. } => {
            let scenario = crate::Scenario::in_folder(&output.join(scenario));
            found.push((report.format, scenario.read().expect("readable")));
        }
        other => panic!("{name}: {other:?}"),
    });
    found.pop().expect("one recording")
}

#[test]
fn an_exchange_of_any_format_becomes_the_same_recording() {
    let scratch = Scratch::new("formats");
    let mut recordings = Vec::new();
    for (format, content) in files() {
        let (recognised, recording) = imported(&scratch, format.name(), &content);
        assert_eq!(recognised, format);
        assert_eq!(recording.completeness, Completeness::Complete, "{format:?}");
        recordings.push(Recording { scenario: String::new(), ..recording });
    }
    for recording in &recordings {
        assert_eq!(*recording, recordings[0]);
    }
    let sent = recordings[0].exchanges.last().expect("an exchange");
    assert_eq!(sent.id.to_string(), "SendMessage#1");
    assert_eq!(sent.input.get("MessageBody").and_then(Document::as_str), Some("hé"));
    assert_eq!(recordings[0].date, "2026-06-02");
}

fn answer(recording: &Recording, at: usize) -> &Document {
    match recording.exchanges[at].answer() {
        Some(Answer::Output(output)) => output,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_folder_of_placebo_is_one_recording_of_answers_in_order() {
    let scratch = Scratch::new("placebo");
    let folder = scratch.0.join("test_it");
    std::fs::create_dir_all(&folder).expect("made");
    let time = json!({"__class__": "datetime", "year": 2024, "month": 1, "day": 14, "hour": 16, "minute": 46, "second": 21, "microsecond": 0});
    let body =
        json!({"__class__": "StreamingBody", "__module__": "botocore.response", "body": "aGk="});
    let page = |url: &str| json!({"status_code": 200, "data": {"QueueUrls": [url], "ResponseMetadata": {}}});
    let gone =
        json!({"status_code": 404, "data": {"Error": {"Code": "NoSuchKey", "Message": "gone"}}});
    let files = [
        ("sqs.ListQueues_10.json", page("b")),
        ("sqs.ListQueues_2.json", page("a")),
        (
            "s3.GetObject_1.json",
            json!({"status_code": 200, "data": {"Body": body, "LastModified": time}}),
        ),
        ("s3.GetObject_2.json", gone),
    ];
    for (name, content) in &files {
        std::fs::write(folder.join(name), content.to_string()).expect("written");
    }
    let importer = Importer::new(Choice::Auto, Catalog::embedded(), &[scratch.0.join("test_it")])
        .expect("read");
    let output = scratch.0.join("out");
    let summary = importer.run(&output, &mut |_| {});
    assert_eq!((summary.files, summary.recordings, summary.imported), (1, 1, 4), "{summary:?}");
    let recording =
        crate::Scenario::in_folder(&output.join("mixed/test_it")).read().expect("readable");
    let ids: Vec<_> = recording.exchanges.iter().map(|exchange| exchange.id.to_string()).collect();
    assert_eq!(ids, ["GetObject#1", "GetObject#2", "ListQueues#1", "ListQueues#2"]);
    assert!(
        recording
            .exchanges
            .iter()
            .all(|exchange| exchange.input == standin_tape::template::unknown())
    );
    assert!(matches!(answer(&recording, 0).get("LastModified"), Some(Document::Timestamp(_))));
    let first = answer(&recording, 2).get("QueueUrls").and_then(Document::as_list);
    assert_eq!(first, Some(&["a".into()][..]));
    let Completeness::Partial(missing) = recording.completeness else {
        panic!("requests are missing")
    };
    assert_eq!(missing[0].reason, "requests, of which placebo keeps none");
}

#[test]
fn a_snapshot_s_tests_are_recordings_and_its_names_variables() {
    let scratch = Scratch::new("snapshot");
    let metadata = json!({"HTTPHeaders": {}, "HTTPStatusCode": 200});
    let content = json!({
        "create-queue-2": {"QueueUrl": "<queue-url:1>", "ResponseMetadata": metadata},
        "attrs": {"Attributes": {"QueueArn": "arn:<partition>:sqs:<region>:111111111111:<name:1>"}, "ResponseMetadata": metadata},
        "error": {"Error": {"Code": "X", "Message": "m"}, "ResponseMetadata": {"HTTPStatusCode": 400}},
        "count": 3,
    });
    let file = json!({"tests/x.py::TestIt::test_it": {"recorded-date": "18-12-2025, 22:24:13", "recorded-content": content}});
    let (format, recording) =
        imported(&scratch, "services/sqs/test_sqs.snapshot.json", &file.to_string());
    assert_eq!(format, Format::Snapshot);
    assert_eq!(recording.scenario, "sqs/test_sqs.snapshot-TestIt--test_it");
    assert_eq!(recording.date, "2025-12-18");
    let ids: Vec<_> = recording.exchanges.iter().map(|exchange| exchange.id.to_string()).collect();
    assert_eq!(ids, ["CreateQueue#1", "GetQueueAttributes#1"]);
    let url = answer(&recording, 0).get("QueueUrl").and_then(Document::as_str);
    assert_eq!(url, Some("«queue-url:1»"));
    let arn = answer(&recording, 1).get("Attributes").and_then(|all| all.get("QueueArn")?.as_str());
    assert_eq!(arn, Some("arn:«partition»:sqs:«region»:«account»:«name:1»"));
    let Completeness::Partial(missing) = recording.completeness else { panic!("some are missing") };
    let reasons: Vec<_> = missing.iter().map(|missing| missing.reason.as_str()).collect();
    let expected = [
        "it is no answer of a client",
        "which operation answered is not recorded",
        "requests, of which snapshot keeps none",
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn a_stubber_s_calls_keep_what_was_expected_of_the_request() {
    let scratch = Scratch::new("stubber");
    let file = json!({"service": "sqs", "responses": [
        {"method": "send_message", "expected_params": {"QueueUrl": "u", "MessageBody": "b"}, "service_response": {"MessageId": "m"}},
        {"method": "purge_queue", "expected_params": {"QueueUrl": "u"}, "service_error_code": "QueueDoesNotExist",
         "service_message": "no", "http_status_code": 400},
        {"method": "conjure", "service_response": {}}]});
    let (format, recording) = imported(&scratch, "stubs.json", &file.to_string());
    assert_eq!(format, Format::Stubber);
    let ids: Vec<_> = recording.exchanges.iter().map(|exchange| exchange.id.to_string()).collect();
    assert_eq!(ids, ["SendMessage#1", "PurgeQueue#1"]);
    assert_eq!(
        recording.exchanges[0].input.get("MessageBody").and_then(Document::as_str),
        Some("b")
    );
    let Some(Answer::Error(error)) = recording.exchanges[1].answer() else { panic!("an error") };
    assert_eq!((&*error.code, error.message.as_deref()), ("QueueDoesNotExist", Some("no")));
}

#[test]
fn a_body_in_a_file_beside_a_mapping_is_read_and_none_elsewhere() {
    let scratch = Scratch::new("wiremock");
    std::fs::create_dir_all(scratch.0.join("__files")).expect("made");
    std::fs::write(scratch.0.join("__files/answer.json"), OUTPUT).expect("written");
    std::fs::write(scratch.0.join("secret.json"), OUTPUT).expect("written");
    let mapping = |file: &str| {
        json!({"request": {"method": "POST", "url": "/", "headers": {"X-Amz-Target": {"equalTo": TARGET}},
               "bodyPatterns": [{"equalTo": INPUT}]},
               "response": {"status": 200, "bodyFileName": file}})
    };
    let (_, recording) = imported(&scratch, "mappings/a.json", &mapping("answer.json").to_string());
    assert!(answer(&recording, recording.exchanges.len() - 1).get("MessageId").is_some());
    let (_, recording) =
        imported(&scratch, "mappings/b.json", &mapping("../secret.json").to_string());
    assert_eq!(recording.exchanges, []);
}

#[test]
fn public_addresses_that_a_client_sent_become_variables_in_answers_too() {
    let scratch = Scratch::new("addresses");
    let form = "application/x-www-form-urlencoded";
    let exchange = |body: &str, answer: &str| {
        json!({"request": {"method": "POST", "uri": "https://ec2.eu-west-1.amazonaws.com/", "body": body,
                "headers": {"Content-Type": [form], "X-Amz-Date": ["20260602T183044Z"]}},
               "response": {"status": {"code": 200}, "headers": {"Content-Type": ["text/xml"]}, "body": {"string": answer}}})
    };
    let file = json!({"interactions": [
        exchange("Action=AllocateAddress&Version=2016-11-15",
            "<AllocateAddressResponse><publicIp>54.94.1.2</publicIp></AllocateAddressResponse>"),
        exchange("Action=ReleaseAddress&PublicIp=54.94.1.2&Version=2016-11-15",
            "<ReleaseAddressResponse><return>true</return></ReleaseAddressResponse>"),
    ]});
    let (_, recording) = imported(&scratch, "ip.json", &file.to_string());
    let sent = recording.exchanges[1].input.get("PublicIp").and_then(Document::as_str);
    assert_eq!(sent, Some("«PublicIp:1»"));
    let text = standin_tape::write(&recording).expect("writable").text;
    assert!(!text.contains("54.94") && !text.contains("198.51"), "{text}");
}

#[test]
fn queues_and_roles_that_are_only_named_are_inferred() {
    let scratch = Scratch::new("named");
    let form = "application/x-www-form-urlencoded";
    let exchange = |host: &str, body: &str, status: u16, answer: &str| {
        json!({"request": {"method": "POST", "uri": format!("https://{host}/"), "body": body,
                "headers": {"Content-Type": [form], "X-Amz-Date": ["20260602T183044Z"]}},
               "response": {"status": {"code": status}, "headers": {"Content-Type": ["text/xml"]}, "body": {"string": answer}}})
    };
    let sqs = "sqs.eu-west-1.amazonaws.com";
    let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/a.fifo";
    let gone = "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>m</Message></Error></ErrorResponse>";
    let file = json!({"interactions": [
        exchange(sqs, "Action=CreateQueue&QueueName=b&Version=2012-11-05", 200, "<CreateQueueResponse/>"),
        exchange(sqs, &format!("Action=PurgeQueue&QueueUrl={url}&Version=2012-11-05"), 200, "<PurgeQueueResponse/>"),
        exchange(sqs, "Action=GetQueueUrl&QueueName=b&Version=2012-11-05", 200, "<GetQueueUrlResponse/>"),
        exchange("iam.amazonaws.com", "Action=GetRole&RoleName=r&Version=2010-05-08", 200, "<GetRoleResponse/>"),
        exchange("iam.amazonaws.com", "Action=GetRole&RoleName=s&Version=2010-05-08", 404, gone),
    ]});
    let (_, recording) = imported(&scratch, "named.json", &file.to_string());
    let inferred: Vec<_> =
        recording.exchanges.iter().filter(|exchange| exchange.is_inferred()).collect();
    let ids: Vec<_> = inferred.iter().map(|exchange| exchange.id.to_string()).collect();
    assert_eq!(ids, ["CreateQueue#1", "CreateRole#1"]);
    assert_eq!(inferred[0].input.get("QueueName").and_then(Document::as_str), Some("a.fifo"));
    assert_eq!(inferred[1].input.get("RoleName").and_then(Document::as_str), Some("r"));
}

#[test]
fn what_no_service_of_aws_was_asked_is_not_taken_for_s3() {
    let exchange = |url: &str| {
        json!({"request": {"method": "GET", "uri": url, "body": null, "headers": {}},
               "response": {"status": {"code": 200}, "headers": {}, "body": {"string": "x"}}})
    };
    let file = json!({"interactions": [
        exchange("http://169.254.169.254/latest/meta-data/"), exchange("https://example.com/a/b")]});
    let read = probe(Format::Vcrpy, &ROUTER, file.to_string().as_bytes());
    assert_eq!(read, Ok((0, 2)));
}

#[test]
fn files_below_a_folder_that_are_no_recordings_are_skipped_and_named_ones_are_not() {
    let scratch = Scratch::new("others");
    std::fs::write(scratch.0.join("package.json"), "{\"name\": \"x\"}").expect("written");
    std::fs::write(scratch.0.join("cassette.json"), files()[3].1.as_str()).expect("written");
    let importer = |path: &Path| {
        Importer::new(Choice::Auto, Catalog::embedded(), &[path.to_owned()]).expect("read")
    };
    let summary = importer(&scratch.0).run(&scratch.0.join("out"), &mut |_| {});
    assert_eq!((summary.recordings, summary.skipped, summary.failed.len()), (1, 1, 0));
    let named = importer(&scratch.0.join("package.json"));
    let summary = named.run(&scratch.0.join("out"), &mut |_| {});
    assert!(summary.failed[0].1.contains("no format that is known"), "{summary:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_file_that_was_cut_and_spoilt_is_read_in_part_or_refused(
        format in any::<Index>(), cut in any::<Index>(), at in any::<Index>(), byte in any::<u8>(),
    ) {
        let files = files();
        let (format, content) = format.get(&files);
        let mut content = content.clone().into_bytes();
        let place = at.index(content.len());
        content[place] = byte;
        let _ = probe(*format, &ROUTER, &content);
        content.truncate(cut.index(content.len()));
        let _ = probe(*format, &ROUTER, &content);
    }
}
