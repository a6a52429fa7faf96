//! Recordings survive the way to text and back; bad texts say why.

use std::time::Duration;

use proptest::prelude::*;
use standin_model::{Answer, Document, Fields, Protocol, ServiceError};

use super::{ReadError, read, write};
use crate::template::escape_document;
use crate::value::tests::document;
use crate::{
    Completeness, Event, Events, Exchange, Expression, FormatVersion, Gap, Missing, Origin,
    Outcome, Raw, Recording, RulesUsed, Signing, Stimulus, TimeFormat, TimeOffset, Variable,
    VariableKind, Wire,
};

fn fields(pairs: &[(&'static str, &str)]) -> Document {
    Document::Object(
        pairs.iter().map(|(key, text)| ((*key).into(), (*text).into())).collect::<Fields>(),
    )
}

fn exchange(id: &str, input: Document, outcome: Outcome) -> Exchange {
    Exchange {
        id: id.parse().expect("an id"),
        service: "sqs".to_owned(),
        after: Vec::new(),
        gap: Gap::NONE,
        input,
        outcome,
        wire: Wire::plain(Protocol::Json),
    }
}

pub(crate) fn sample() -> Recording {
    let url = "https://sqs.«region».amazonaws.com/«account»/«QueueName:1»";
    let create =
        exchange("CreateQueue#1", fields(&[("QueueName", "«QueueName:1»")]), Outcome::Inferred);
    let send = exchange(
        "SendMessage#1",
        fields(&[("QueueUrl", url), ("MessageBody", "hello")]),
        Outcome::Answered {
            status: 200,
            answer: Answer::Output(fields(&[("MessageId", "«MessageId:1»")])),
        },
    );
    let error = ServiceError {
        message: Some("The specified queue does not exist.".to_owned()),
        ..ServiceError::sender("QueueDoesNotExist", "")
    };
    let missing = Exchange {
        after: vec![send.id.clone()],
        gap: Gap::from_pause(Duration::from_millis(1234)),
        wire: Wire {
            host: Some("sqs.«region».amazonaws.com".to_owned()),
            signing: Signing::Query,
            response_headers: vec![("x-amzn-query-error".into(), "NonExistentQueue;Sender".into())],
            ..Wire::plain(Protocol::Json)
        },
        ..exchange(
            "GetQueueUrl#1",
            fields(&[("QueueName", "«QueueName:1»-nope")]),
            Outcome::Answered { status: 400, answer: Answer::Error(error) },
        )
    };
    Recording {
        format: FormatVersion::CURRENT,
        scenario: "sqs/basics".to_owned(),
        stimulus: Some(Stimulus { command: vec!["python3".into(), "scenario.py".into()] }),
        origin: Origin::Aws,
        region: "eu-west-1".to_owned(),
        date: "2026-09-20".to_owned(),
        models: "botocore 1.44.5".to_owned(),
        rules: RulesUsed { version: 2, hash: "sha256-0".to_owned() },
        completeness: Completeness::Partial(vec![Missing {
            reason: "cleared body".into(),
            count: 2,
        }]),
        variables: vec![
            Variable::new("account", VariableKind::Account),
            Variable::new("region", VariableKind::Region),
            Variable {
                like: Some("[a-z]{8}".to_owned()),
                ..Variable::new("QueueName:1", VariableKind::Client)
            }
            .defined_at("CreateQueue#1.input.QueueName"),
            Variable::new("MessageId:1", VariableKind::ServerId)
                .defined_at("SendMessage#1.output.MessageId"),
            Variable {
                shape: Some("Timestamp".to_owned()),
                format: Some(TimeFormat::EpochMillis.name().to_owned()),
                not_before: vec!["Sent:2".to_owned(), "Sent:3".to_owned()],
                offset: Some(TimeOffset(-300)),
                ..Variable::new("Sent:1", VariableKind::Time)
            },
        ],
        exchanges: vec![create, send, missing],
    }
}

#[test]
fn a_recording_round_trips() {
    let recording = sample();
    let written = write(&recording).expect("it has a text");
    assert_eq!(read(&written.text, &written.blobs).expect("it reads back"), recording);
    assert_eq!(write(&recording), Ok(written));
}

proptest! {
    #[test]
    fn any_exchange_round_trips(input in document(), output in document(), gap in 0u64..100_000) {
        let mut recording = sample();
        let answer = Answer::Output(escape_document(output));
        let mut exchange =
            exchange("Publish#1", escape_document(input), Outcome::Answered { status: 299, answer });
        exchange.gap = Gap::from_pause(Duration::from_millis(gap));
        recording.exchanges.push(exchange);
        let written = write(&recording).expect("it has a text");
        let back = read(&written.text, &written.blobs).expect("it reads back");
        prop_assert_eq!(&back, &recording);
        prop_assert_eq!(write(&back), Ok(written));
    }

    #[test]
    fn a_changed_byte_never_panics(at in 0usize..2000, byte in any::<u8>()) {
        let mut bytes = write(&sample()).expect("it has a text").text.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = read(&text, &());
        }
    }
}

#[test]
fn forms_that_stay_in_documents_round_trip() {
    let mut recording = sample();
    let derived: Expression = "md5(SendMessage#1.input.MessageBody)".parse().expect("fine");
    let payload = fields(&[("Payload", "a,«MessageId:1»")]);
    let events = Events(vec![Event::new("Records", payload), Event::new("End", Document::empty())]);
    let output = [
        ("MD5OfMessageBody".into(), derived.document()),
        ("Payload".into(), events.into_document()),
    ];
    let exchange = &mut recording.exchanges[1];
    let answer = Answer::Output(Document::Object(output.into_iter().collect()));
    exchange.outcome = Outcome::Answered { status: 200, answer };
    exchange.wire.raw = Raw {
        request: Some("{ \"MessageBody\" : \"«account»\" }".into()),
        response: Some(Document::blob(vec![0, 159])),
    };
    let written = write(&recording).expect("it has a text");
    assert_eq!(read(&written.text, &written.blobs).expect("it reads back"), recording);
    for (from, to, expected) in [
        ("md5(SendMessage#1.i", "md6(SendMessage#1.i", "an unknown function"),
        ("\"type\": \"Records\"", "\"kind\": \"Records\"", "neither or both"),
        ("{ \"$b64\": \"AJ8=\" }", "7", "number instead of a body"),
        ("\"«Sent:2»\"", "\"Sent:2\"", "not the name of a variable"),
        ("-5m", "5m", "is not an offset"),
    ] {
        let text = written.text.replacen(from, to, 1);
        assert_ne!(text, written.text, "{from} is not in the text");
        let error = read(&text, &written.blobs).expect_err(to).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn rules_without_a_version_are_the_first() {
    let text = write(&sample()).expect("it has a text").text;
    let (before, after) = text.split_once("  \"rules\": {").expect("rules");
    let (_, after) = after.split_once("},").expect("their end");
    let earlier = format!("{before}  \"rules\": \"sha256-0\",{after}");
    let recording = read(&earlier, &()).expect("readable");
    assert_eq!(recording.rules, RulesUsed { version: 1, hash: "sha256-0".to_owned() });
}

#[test]
fn a_truncated_text_is_refused_wherever_it_ends() {
    let text = write(&sample()).expect("it has a text").text;
    for end in (0..text.len() - 1).filter(|end| text.is_char_boundary(*end)) {
        // All but the last newline is needed.
        if text[end..].trim_end().is_empty() {
            continue;
        }
        assert!(read(&text[..end], &()).is_err(), "cut at {end}");
    }
}

#[test]
fn bad_texts_say_why() {
    let text = write(&sample()).expect("it has a text").text;
    let cases = [
        (
            "\"format\": \"1.0\"",
            "\"format\": \"2.0\"",
            "format 2.0 is not readable here: this build reads 1.x",
        ),
        (
            "\"format\": \"1.0\"",
            "\"format\": \"new\"",
            "format new is not readable here: this build reads 1.x",
        ),
        ("---\n{", "{", "no snapshot: the header between two `---` lines is missing"),
        ("\"region\"", "\"regoin\"", "recording: `region` is missing"),
        (
            "\"gap_ms\": 1200",
            "\"gap_ms\": 1234",
            "exchanges[2]: `gap_ms` is not 300 or more in hundreds",
        ),
        ("\"gap_ms\": 1200", "\"gap\": 1200", "GetQueueUrl#1: unknown member `gap`"),
        ("\"status\": 200", "\"status\": 70000", "SendMessage#1.status: `70000` is out of range"),
        (
            "\"after\": [\"SendMessage#1\"]",
            "\"after\": [\"GetQueueUrl#1\"]",
            "GetQueueUrl#1: `after` names GetQueueUrl#1, which does not stand before it",
        ),
        (
            "\"id\": \"GetQueueUrl#1\"",
            "\"id\": \"SendMessage#1\"",
            "SendMessage#1: the id occurs twice",
        ),
        (
            "\"kind\": \"client\"",
            "\"kind\": \"clients\"",
            "variables.«QueueName:1»: unknown kind of variable `clients`",
        ),
        (
            "\"protocol\": \"json\"",
            "\"protocol\": \"soap\"",
            "CreateQueue#1.wire: unknown protocol `soap`",
        ),
        (
            "\"region\": \"eu-west-1\",",
            "\"region\" \"eu-west-1\",",
            "line 13, column 12: a colon was expected",
        ),
    ];
    for (from, to, expected) in cases {
        assert!(text.contains(from), "{from} is not in the sample");
        let bad = text.replacen(from, to, 1);
        let error = read(&bad, &()).expect_err(to);
        if let ReadError::Invalid { line, .. } = &error {
            let line = line.expect("the line is known");
            assert_eq!(error.to_string(), format!("line {line}, {expected}"));
            let place = bad.lines().nth(line - 1).expect("a line");
            assert!(place.contains(to) || place.ends_with('{'), "{place}");
        } else {
            assert_eq!(error.to_string(), expected);
        }
    }
}

#[test]
fn a_later_minor_version_may_say_more() {
    let text = write(&sample()).expect("it has a text").text;
    let later =
        text.replacen("\"format\": \"1.0\"", "\"format\": \"1.7\",\n  \"mood\": \"good\"", 1);
    let later = later.replacen("\"gap_ms\": 1200", "\"gap_ms\": 1200, \"mood\": 1", 1);
    let recording = read(&later, &()).expect("readable");
    assert!(recording.format.is_newer());
    assert!(recording.same_exchanges(&sample()));
}

#[test]
fn what_insta_adds_to_the_header_does_not_matter() {
    let text = write(&sample()).expect("it has a text").text;
    let accepted = text.replacen("---\nsource", "---\nsnapshot_kind: text\nsource", 1);
    assert_eq!(read(&accepted, &()).expect("readable"), sample());
}

#[test]
fn git_may_end_lines_as_windows_does() {
    let text = write(&sample()).expect("it has a text").text;
    assert_eq!(read(&text.replace('\n', "\r\n"), &()).expect("readable"), sample());
}

#[test]
fn what_git_could_not_merge_is_said() {
    let text = write(&sample()).expect("it has a text").text;
    let ours = "      \"gap_ms\": 1200,\n";
    let both = format!("<<<<<<< HEAD\n{ours}=======\n>>>>>>> theirs\n");
    let line = text[..text.find(ours).expect("in it")].lines().count() + 1;
    let expected = format!("line {line}, column 1: a merge conflict is not resolved");
    let error = read(&text.replacen(ours, &both, 1), &()).expect_err("a conflict");
    assert_eq!(error.to_string(), expected);
    let error = read(&format!("<<<<<<< HEAD\n{text}"), &()).expect_err("a conflict");
    assert_eq!(error.to_string(), "line 1, column 1: a merge conflict is not resolved");
}

#[test]
fn exchanges_that_wait_for_each_other_are_refused() {
    let text = write(&sample()).expect("it has a text").text;
    let wait = "\"service\": \"sqs\",\n      \"after\": [\"GetQueueUrl#1\"],\n      \"input\": {\n";
    let circle = text.replacen("\"service\": \"sqs\",\n      \"input\": {\n", wait, 1);
    let error = read(&circle, &()).expect_err("a circle").to_string();
    assert!(
        error.contains("SendMessage#1: `after` names GetQueueUrl#1, which does not stand"),
        "{error}"
    );
    let own = text.replacen("[\"SendMessage#1\"]", "[\"GetQueueUrl#1\"]", 1);
    assert!(read(&own, &()).is_err());
}

#[test]
fn what_is_nested_too_deeply_to_be_read_again_is_not_written() {
    let deep = |levels| {
        let wrap = |inner, _| Document::list(vec![inner]);
        let mut recording = sample();
        recording.exchanges[1].input = (0..levels).fold(Document::Null, wrap);
        write(&recording)
    };
    let written = deep(120).expect("it has a text");
    assert!(read(&written.text, &()).is_ok());
    assert!(deep(130).expect_err("too deep").to_string().contains("nested too deeply"));
}

#[test]
fn deep_json_in_a_string_stays_a_string() {
    let text = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let mut recording = sample();
    recording.exchanges[1].input =
        (0..100).fold(Document::from(text), |inner, _| Document::list(vec![inner]));
    let written = write(&recording).expect("it has a text");
    assert_eq!(read(&written.text, &()), Ok(recording));
}
