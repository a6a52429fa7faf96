//! What is exported is imported again as the same exchanges.

use std::path::Path;

use bytes::Bytes;
use standin_model::{Answer, Catalog, Document};
use standin_tape::{
    Completeness, EventKind, Events, Exchange, FormatVersion, Origin, Outcome, Recording, Rules,
    Sweep, Variable, VariableKind, Wire, template,
};

use super::{ExportError, Exported, Format};
use crate::import::{self, Choice};
use crate::tests::Scratch;

fn object(pairs: &[(&'static str, Document)]) -> Document {
    Document::Object(pairs.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
}

fn exchange(id: &str, service: &str, input: Document, output: Document) -> Exchange {
    let service = Catalog::embedded().service(service).expect("a service");
    Exchange {
        id: id.parse().expect("an id"),
        service: service.metadata.name.to_owned(),
        after: Vec::new(),
        gap: standin_tape::Gap::NONE,
        input,
        outcome: Outcome::Answered { status: 200, answer: Answer::Output(output) },
        wire: Wire {
            host: Some(format!("{}.eu-west-1.amazonaws.com", service.metadata.endpoint_prefix)),
            ..Wire::plain(service.metadata.protocols[0])
        },
    }
}

fn recording(exchanges: Vec<Exchange>) -> Recording {
    Recording {
        format: FormatVersion::CURRENT,
        scenario: "mixed/it".to_owned(),
        stimulus: None,
        origin: Origin::Aws,
        region: "eu-west-1".to_owned(),
        date: "2026-06-02".to_owned(),
        models: "botocore 1".to_owned(),
        rules: Rules::builtin().used(),
        completeness: Completeness::Complete,
        variables: vec![Variable {
            like: Some("uuid".to_owned()),
            ..Variable::new("MessageId:1", VariableKind::ServerId)
        }],
        exchanges,
    }
}

/// Text, bytes, events, a variable and a scrubbed value.
fn sample() -> Recording {
    let events = Events(vec![
        standin_tape::Event::new("Records", object(&[("Payload", Document::blob("a,b\n"))])),
        standin_tape::Event::new("End", Document::empty()),
    ]);
    let select = object(&[
        ("Bucket", "b".into()),
        ("Key", "k €".into()),
        ("Expression", "select 1".into()),
        ("ExpressionType", "SQL".into()),
        ("InputSerialization", object(&[("CSV", Document::empty())])),
        ("OutputSerialization", object(&[("CSV", Document::empty())])),
    ]);
    let body = Document::blob(Bytes::from_static(b"\xff\0\x1f"));
    let put = [("Bucket", "b".into()), ("Key", "bin".into()), ("Body", body.clone())];
    let redacted = object(&[("$redacted", "Body".into()), ("len", 3.into())]);
    let message = object(&[("Body", redacted), ("MessageId", "«MessageId:1»".into())]);
    recording(vec![
        exchange(
            "SendMessage#1",
            "sqs",
            object(&[("QueueUrl", "https://q/1/x".into()), ("MessageBody", "a: \u{85}'\"".into())]),
            object(&[("MessageId", "«MessageId:1»".into())]),
        ),
        exchange("PutObject#1", "s3", object(&put), object(&[("ETag", "\"x\"".into())])),
        exchange("GetObject#1", "s3", object(&put[..2]), object(&[("Body", body)])),
        exchange(
            "SelectObjectContent#1",
            "s3",
            select,
            object(&[("Payload", events.into_document())]),
        ),
        exchange(
            "ReceiveMessage#1",
            "sqs",
            object(&[("QueueUrl", "https://q/1/x".into())]),
            object(&[("Messages", Document::list(vec![message]))]),
        ),
    ])
}

fn export(format: Format, recording: &Recording) -> Result<Exported, ExportError> {
    super::export(format, recording, Catalog::embedded(), &Sweep::patterns())
}

fn imported(name: &str, text: &str) -> Recording {
    let scratch = Scratch::new(&format!("export-{name}"));
    let file = scratch.0.join(format!("it.{}", if name == "har" { "har" } else { "yaml" }));
    std::fs::write(&file, text).expect("written");
    let mut scenario = None;
    let output = scratch.0.join("out");
    let summary =
        import::import(Choice::Auto, Catalog::embedded(), &[file], &output, &mut |report| {
            if let import::Outcome::Saved { scenario: saved, .. } = &report.outcome {
                scenario = Some(saved.clone());
            }
        });
    let summary = summary.expect("imported");
    let scenario = scenario.unwrap_or_else(|| panic!("{summary:?}\n{text}"));
    crate::Scenario::in_folder(&output.join(Path::new(&scenario))).read().expect("readable")
}

#[test]
fn exported_recordings_are_imported_as_the_same_exchanges() {
    let recording = sample();
    for format in Format::ALL {
        let exported = export(format, &recording).expect("exported");
        assert_eq!((exported.exchanges, &exported.left_out), (5, &Vec::new()), "{format:?}");
        let again = imported(format.name(), &exported.text);
        assert_eq!(again.completeness, Completeness::Complete, "{format:?}");
        assert_eq!((&again.date, &again.region), (&recording.date, &recording.region));
        let sent: Vec<_> =
            again.exchanges.iter().filter(|exchange| !exchange.is_inferred()).collect();
        assert_eq!(sent.len(), 5);
        for (before, after) in recording.exchanges.iter().zip(&sent).take(4) {
            assert_eq!(before.operation(), after.operation());
            for (name, value) in before.input.as_object().expect("an object").iter() {
                assert_eq!(after.input.get(name), Some(value), "{format:?} {} {name}", before.id);
            }
        }
        let output = |at: usize| match sent[at].answer() {
            Some(Answer::Output(output)) => output,
            other => panic!("{other:?}"),
        };
        let id = output(0).get("MessageId").and_then(Document::as_str).expect("a text");
        assert_eq!(id.len(), 36, "a UUID");
        assert_eq!(output(2).get("Body"), Some(&Document::blob(Bytes::from_static(b"\xff\0\x1f"))));
        let events = Events::in_document(output(3).get("Payload").expect("a stream"));
        let events = events.expect("a form").expect("events").0;
        let kinds: Vec<_> = events.iter().map(|event| event.kind.name()).collect();
        assert_eq!(kinds, ["Records", "End"]);
        assert!(matches!(events[0].kind, EventKind::Event(_)));
    }
}

#[test]
fn an_export_is_stable_and_says_what_was_scrubbed() {
    let text = |format| export(format, &sample()).expect("exported").text;
    for format in Format::ALL {
        assert_eq!(text(format), text(format));
        assert!(text(format).contains("REDACTED"), "{format:?}");
        assert!(!text(format).contains('«'), "{format:?}");
    }
}

#[test]
fn what_has_no_request_is_left_out_with_the_reason() {
    let mut recording = sample();
    recording.exchanges[0].input = template::unknown();
    recording.exchanges[1].outcome = Outcome::Inferred;
    let exported = export(Format::Har, &recording).expect("exported");
    let left_out: Vec<_> =
        exported.left_out.iter().map(|(id, reason)| format!("{id}: {reason}")).collect();
    let expected = [
        "SendMessage#1: its request is not recorded",
        "PutObject#1: it was not recorded, only inferred",
    ];
    assert_eq!(left_out, expected);
    recording.exchanges.truncate(1);
    let error = export(Format::Har, &recording).expect_err("nothing");
    assert!(matches!(error, ExportError::Nothing(_)), "{error}");
}

#[test]
fn a_secret_in_a_recording_is_not_exported() {
    let mut recording = sample();
    let key = ["AKIA", "QWERTYUIOPASDFGH"].concat();
    recording.exchanges[0].input =
        object(&[("QueueUrl", "https://q/1/x".into()), ("MessageBody", key.as_str().into())]);
    let error = export(Format::Vcr, &recording).expect_err("refused");
    assert!(matches!(error, ExportError::Secret(_)), "{error}");
    assert!(!error.to_string().contains(&key));
}
