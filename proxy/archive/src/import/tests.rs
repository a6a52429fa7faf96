//! Real recordings of AWS, and files that want to break the reader.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use standin_model::{Answer, Catalog, Document};
use standin_protocol::routing::Router;
use standin_tape::{Completeness, Origin, Recording};

use super::{FileReport, Format, ImportError, Outcome, Summary, import, probe};
use crate::find;
use crate::tests::Scratch;

/// The folder of public recordings, where there is one.
fn corpus(folder: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("STANDIN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join("corpus").join(folder);
    path.exists().then_some(path)
}

fn imported(paths: &[PathBuf], output: &Path) -> (Summary, Vec<FileReport>) {
    let mut reports = Vec::new();
    let mut report = |file: &FileReport| reports.push(file.clone());
    let summary = import(Format::HttpReplay, Catalog::embedded(), paths, output, &mut report);
    (summary.expect("the corpus is there"), reports)
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the test is run for")]
fn every_exchange_of_go_cloud_is_accounted_for() {
    let (Some(now), Some(history)) = (corpus("go-cloud"), corpus("go-cloud-history")) else {
        println!("ignored: every_exchange_of_go_cloud_is_accounted_for (no corpus)");
        return;
    };
    let scratch = Scratch::new("go-cloud");
    let (summary, _) = imported(&[now, history], &scratch.0);
    println!("{summary:#?}");
    assert_eq!(summary.failed, []);
    assert_eq!(summary.files, 600);
    assert_eq!(summary.exchanges, 6626);
    let unusable: u32 = summary.unusable.values().sum();
    assert_eq!(summary.imported + unusable, summary.exchanges);
    assert!(summary.imported >= 4700, "{}", summary.imported);

    let mut services: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = 0;
    for scenario in find(std::slice::from_ref(&scratch.0)).expect("found") {
        let recording = scenario.read().expect("readable");
        let written = standin_tape::write(&recording).expect("writable");
        let text = scenario.read_text(crate::RECORDING).expect("readable");
        assert_eq!(Some(written.text), text);
        for exchange in recording.exchanges.iter().filter(|exchange| !exchange.is_inferred()) {
            *services.entry(exchange.service.clone()).or_default() += 1;
            kept += 1;
        }
    }
    println!("{services:?}");
    assert_eq!(kept, summary.imported as usize);
}

/// An httpreplay file with these entries.
fn file(entries: &[serde_json::Value]) -> Vec<u8> {
    serde_json::json!({"Version": "0.2", "Entries": entries}).to_string().into_bytes()
}

/// An entry of the JSON protocols.
fn entry(target: &str, input: &str, status: u16, output: &str) -> serde_json::Value {
    let host = if target.starts_with("Trent") { "kms" } else { "dynamodb" };
    serde_json::json!({
        "ID": "1",
        "Request": {
            "Method": "POST",
            "URL": format!("https://{host}.us-east-2.amazonaws.com/"),
            "Header": {"X-Amz-Target": [target], "X-Amz-Date": ["CLEARED"]},
            "MediaType": "application/x-amz-json-1.1",
            "BodyParts": [STANDARD.encode(input)],
        },
        "Response": {
            "StatusCode": status,
            "Header": {"Date": ["Tue, 02 Jun 2026 18:30:44 GMT"]},
            "Body": STANDARD.encode(output),
        },
    })
}

/// The recording that a file becomes, and the report.
fn one(name: &str, content: &[u8]) -> (Option<Recording>, FileReport) {
    let scratch = Scratch::new(&format!("import-{name}"));
    let path = scratch.0.join("one.replay");
    std::fs::write(&path, content).expect("written");
    let (_, mut reports) = imported(&[path], &scratch.0.join("out"));
    let report = reports.pop().expect("one file");
    let recording = match &report.outcome {
        Outcome::Saved { scenario, .. } => {
            let folder = scratch.0.join("out").join(scenario);
            Some(crate::Scenario::in_folder(&folder).read().expect("readable"))
        }
        _ => None,
    };
    (recording, report)
}

fn ids(recording: &Recording) -> Vec<String> {
    let id = |exchange: &standin_tape::Exchange| {
        let mark = if exchange.is_inferred() { "+" } else { "" };
        format!("{mark}{}", exchange.id)
    };
    recording.exchanges.iter().map(id).collect()
}

#[test]
fn a_key_is_inferred_and_its_id_is_a_variable() {
    let key = "arn:aws:kms:us-east-2:456752665576:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let entries = [
        entry(
            "TrentService.Encrypt",
            r#"{"KeyId":"alias/mine","Plaintext":"aGVsbG8="}"#,
            200,
            &format!(r#"{{"CiphertextBlob":"AAAA","KeyId":"{key}"}}"#),
        ),
        entry(
            "TrentService.Decrypt",
            r#"{"CiphertextBlob":"AAAA"}"#,
            200,
            &format!(r#"{{"Plaintext":"aGVsbG8=","KeyId":"{key}"}}"#),
        ),
        entry(
            "TrentService.Decrypt",
            r#"{"CiphertextBlob":"AAAA"}"#,
            200,
            r#"{"Plaintext":"b3RoZXI="}"#,
        ),
    ];
    let (recording, report) = one("kms", &file(&entries));
    let recording = recording.expect("saved");
    let expected = ["+CreateKey#1", "+CreateAlias#1", "Encrypt#1", "Decrypt#1", "Decrypt#2"];
    assert_eq!(ids(&recording), expected);
    assert_eq!((report.imported, report.inferred), (3, 2));
    assert_eq!(recording.origin, Origin::Aws);
    assert_eq!((&*recording.region, &*recording.date), ("us-east-2", "2026-06-02"));
    let variable = recording.variable("KeyId:1").expect("defined");
    assert_eq!(variable.definition.as_deref(), Some("CreateKey#1.output.KeyMetadata.KeyId"));
    let target = recording.exchanges[1].input.get("TargetKeyId").and_then(Document::as_str);
    assert_eq!(target, Some("«KeyId:1»"));
    let output = |at: usize| match recording.exchanges[at].answer() {
        Some(Answer::Output(output)) => output.clone(),
        other => panic!("{other:?}"),
    };
    let arn = "arn:aws:kms:us-east-2:«account»:key/«KeyId:1»";
    assert_eq!(output(2).get("KeyId").and_then(Document::as_str), Some(arn));
    assert_eq!(output(3).get("Plaintext"), Some(&Document::blob("hello")));
    let foreign = output(4);
    let foreign = foreign.get("Plaintext").expect("a member");
    assert!(foreign.get("$redacted").is_some(), "the run never supplied it: {foreign:?}");
}

#[test]
fn a_table_is_inferred_from_its_keys_and_an_item_from_its_answer() {
    let item = r#"{"id":{"S":"a"},"n":{"N":"1"}}"#;
    let entries = [
        entry(
            "DynamoDB_20120810.GetItem",
            r#"{"TableName":"t","Key":{"id":{"S":"a"}}}"#,
            200,
            &format!(r#"{{"Item":{item}}}"#),
        ),
        entry(
            "DynamoDB_20120810.DeleteItem",
            r#"{"TableName":"t","Key":{"id":{"S":"a"}}}"#,
            200,
            "{}",
        ),
    ];
    let (recording, _) = one("dynamodb", &file(&entries));
    let recording = recording.expect("saved");
    assert_eq!(ids(&recording), ["+CreateTable#1", "+PutItem#1", "GetItem#1", "DeleteItem#1"]);
    let schema = recording.exchanges[0].input.get("KeySchema").and_then(Document::as_list);
    let name = schema.and_then(|schema| schema[0].get("AttributeName")?.as_str());
    assert_eq!(name, Some("id"));
    assert_eq!(
        recording.exchanges[1].input.get("Item"),
        match recording.exchanges[2].answer() {
            Some(Answer::Output(output)) => output.get("Item"),
            _ => None,
        }
    );
}

#[test]
fn a_cleared_body_is_unusable_and_counted_in_the_recording() {
    let list = entry("TrentService.ListAliases", "{}", 200, "{}");
    let cleared = entry("TrentService.Encrypt", "CLEARED", 200, "{}");
    let unknown = entry("TrentService.Conjure", "{}", 400, "{}");
    let (recording, report) = one("cleared", &file(&[list, cleared, unknown]));
    assert_eq!((report.exchanges, report.imported), (3, 1));
    let Completeness::Partial(missing) = recording.expect("saved").completeness else {
        panic!("exchanges are missing")
    };
    let reasons: Vec<_> = missing.iter().map(|missing| (&*missing.reason, missing.count)).collect();
    assert_eq!(
        reasons,
        [
            ("not routed: unknown operation 'Conjure'", 1),
            ("the request's body was cleared by the recorder", 1),
        ]
    );
}

#[test]
fn a_bad_file_is_named_with_the_reason() {
    let whole = file(&[entry("TrentService.ListAliases", "{}", 200, "{}")]);
    let cases: [(&[u8], &str); 6] = [
        (b"", "EOF while parsing"),
        (&whole[..whole.len() / 2], "EOF while parsing"),
        (b"[1]", "invalid type"),
        (br#"{"Version":"7","Entries":[]}"#, "version 7 is not known"),
        (br#"{"Version":"0.2","Entries":[{"Request":{"Method":"GET","URL":"x y"},"Response":{"StatusCode":200}}]}"#, "the URL is malformed"),
        (br#"{"Version":"0.2","Entries":[{"Request":{"Method":"GET","URL":"https://a/"},"Response":{"StatusCode":20}}]}"#, "20 is no HTTP status"),
    ];
    for (content, expected) in cases {
        let (_, report) = one("bad", content);
        let Outcome::Failed(reason) = report.outcome else { panic!("{expected}: it was read") };
        assert!(reason.contains(expected), "{reason}");
    }
    let (_, report) = one("empty", br#"{"Version":"0.2","Entries":null}"#);
    assert_eq!(report.outcome, Outcome::Empty);
}

#[test]
fn a_secret_in_a_file_is_not_carried_over() {
    let leak = r#"{"KeyId":"AKIAIOSFODNN7ABCDEFG","Plaintext":"aGVsbG8="}"#;
    let (_, report) = one("leak", &file(&[entry("TrentService.Encrypt", leak, 400, "{}")]));
    let Outcome::Failed(reason) = report.outcome else { panic!("it was saved") };
    assert!(reason.contains("an access key id"), "{reason}");
    assert!(!reason.contains("AKIA"), "{reason}");
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let import = |path: PathBuf| {
        import(Format::HttpReplay, Catalog::embedded(), &[path], Path::new("out"), &mut |_| {})
    };
    assert!(matches!(import("nowhere".into()), Err(ImportError::NoSuchPath(_))));
    let scratch = Scratch::new("no-files");
    assert!(matches!(import(scratch.0.clone()), Err(ImportError::NoFiles)));
}

/// Routes what is read; made once.
pub(super) static ROUTER: LazyLock<Router> = LazyLock::new(|| Router::new(Catalog::embedded()));

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = probe(Format::HttpReplay, &ROUTER, &content);
    }

    #[test]
    fn any_entry_is_read_or_refused(
        url in "(https://)?[a-z.%/ ?=&-]{0,20}", method in "[A-Z ]{0,6}", name in "[ -~]{0,8}",
        value in "[ -~é]{0,8}", body in "[A-Za-z0-9=]{0,12}", status in 0u16..700,
    ) {
        let entry = serde_json::json!({
            "Request": {"Method": method, "URL": url, "Header": {name: [value]}, "BodyParts": [body]},
            "Response": {"StatusCode": status, "Body": body},
        });
        let _ = probe(Format::HttpReplay, &ROUTER, &file(&[entry]));
    }
}
