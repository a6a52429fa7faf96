//! Recordings in, variables out.

use standin_model::{Answer, Document, Fields, Protocol, Timestamp};
use standin_tape::{
    Completeness, Exchange, FormatVersion, Gap, Origin, Outcome, Recording, RulesUsed,
    VariableKind, Wire,
};

use super::Known;

pub(crate) fn object(fields: &[(&'static str, &str)]) -> Document {
    let fields: Fields =
        fields.iter().map(|(key, value)| ((*key).into(), Document::from(*value))).collect();
    Document::Object(fields)
}

pub(crate) fn exchange(id: &str, input: Document, output: Document) -> Exchange {
    let mut wire = Wire::plain(Protocol::Json);
    wire.host = Some("sqs.eu-west-1.amazonaws.com".to_owned());
    Exchange {
        id: id.parse().expect("an id"),
        service: "sqs".to_owned(),
        after: Vec::new(),
        gap: Gap::NONE,
        input,
        outcome: Outcome::Answered { status: 200, answer: Answer::Output(output) },
        wire,
    }
}

pub(crate) fn recording(exchanges: Vec<Exchange>) -> Recording {
    Recording {
        format: FormatVersion::CURRENT,
        scenario: "sqs/test".to_owned(),
        stimulus: None,
        origin: Origin::Aws,
        region: "eu-west-1".to_owned(),
        date: "2026-01-01".to_owned(),
        models: String::new(),
        rules: RulesUsed { version: 1, hash: String::new() },
        completeness: Completeness::Complete,
        variables: Vec::new(),
        exchanges,
    }
}

const URL: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs";

fn life_of_a_message() -> Recording {
    recording(vec![
        exchange("CreateQueue#1", object(&[("QueueName", "jobs")]), object(&[("QueueUrl", URL)])),
        exchange(
            "SendMessage#1",
            object(&[("QueueUrl", URL), ("MessageBody", "hello")]),
            object(&[
                ("MD5OfMessageBody", "5d41402abc4b2a76b9719d911017c592"),
                ("MessageId", "2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b"),
            ]),
        ),
        exchange(
            "ReceiveMessage#1",
            object(&[("QueueUrl", URL)]),
            object(&[
                ("MessageId", "2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b"),
                ("ReceiptHandle", "short handle"),
                ("SentTimestamp", "1700000000123"),
                ("Arn", "arn:aws:sqs:eu-west-1:123456789012:jobs"),
            ]),
        ),
        exchange(
            "DeleteMessage#1",
            object(&[("ReceiptHandle", "short handle")]),
            Document::empty(),
        ),
    ])
}

fn correlate(recording: Recording) -> Recording {
    super::correlate(recording, &Known::default()).expect("it comes out as it was").recording
}

fn output(recording: &Recording, index: usize) -> &Document {
    match recording.exchanges[index].answer() {
        Some(Answer::Output(document)) => document,
        other => panic!("no output: {other:?}"),
    }
}

#[test]
fn minted_values_become_variables_and_what_follows_from_the_request_stays() {
    let recording = correlate(life_of_a_message());
    let sent = output(&recording, 1);
    assert_eq!(sent.get("MessageId"), Some(&"«MessageId:1»".into()));
    assert_eq!(sent.get("MD5OfMessageBody"), Some(&"5d41402abc4b2a76b9719d911017c592".into()));
    let received = output(&recording, 2);
    assert_eq!(received.get("MessageId"), Some(&"«MessageId:1»".into()));
    assert_eq!(received.get("SentTimestamp"), Some(&"«t:1»".into()));
    assert_eq!(received.get("Arn"), Some(&"arn:aws:sqs:«region»:«account»:jobs".into()));
    assert_eq!(
        recording.exchanges[3].input.get("ReceiptHandle"),
        Some(&"«ReceiptHandle:1»".into())
    );
}

#[test]
fn urls_of_the_endpoint_keep_their_path() {
    let recording = correlate(life_of_a_message());
    let url: Document = "«endpoint»/«account»/jobs".into();
    assert_eq!(output(&recording, 0).get("QueueUrl"), Some(&url));
    assert_eq!(recording.exchanges[1].input.get("QueueUrl"), Some(&url));
}

#[test]
fn points_in_time_become_time_variables() {
    let time = Document::Timestamp(Timestamp::from_unix(1_700_000_000, 0).expect("in range"));
    let output_document = Document::Object(Fields::from_iter([("When".into(), time)]));
    let recording = correlate(recording(vec![exchange("X#1", Document::empty(), output_document)]));
    assert_eq!(output(&recording, 0).get("When"), Some(&"«t:1»".into()));
    assert_eq!(recording.variable("t:1").expect("a time").kind, VariableKind::Time);
}

#[test]
fn correlating_twice_changes_nothing() {
    let once = correlate(life_of_a_message());
    assert_eq!(correlate(once.clone()), once);
}

#[test]
fn a_blob_that_comes_back_is_a_variable() {
    let blob = || Document::blob(vec![1, 2, 3, 4, 5, 6, 7]);
    let with = |name: &'static str| {
        Document::Object([(name.into(), blob())].into_iter().collect::<Fields>())
    };
    let encrypt = exchange("Encrypt#1", object(&[("Text", "a")]), with("CiphertextBlob"));
    let decrypt = exchange("Decrypt#1", with("CiphertextBlob"), Document::empty());
    let found = correlate(recording(vec![encrypt, decrypt]));
    let variable = found.variable("CiphertextBlob:1").expect("it is used again");
    assert_eq!(variable.format.as_deref(), Some("base64"));
    let expected = standin_tape::template::blob_of("«CiphertextBlob:1»");
    assert_eq!(output(&found, 0).get("CiphertextBlob"), Some(&expected));
    assert_eq!(found.exchanges[1].input.get("CiphertextBlob"), Some(&expected));
}

/// Data of requests and answers at random: few values, so that they meet.
mod random {
    use proptest::prelude::*;

    use super::*;

    fn value(run: &'static str) -> impl Strategy<Value = Document> {
        let text = move |kind: u8, number: u8| -> String {
            let uuid = format!("2f9b3b1e-6a2d-4a5f-9d3a-{run}c1d2e3f4{number:03x}");
            match kind {
                0 => uuid,
                1 => format!("arn:aws:sns:eu-west-1:123456789012:topic:{uuid}"),
                2 => format!("{URL}-{run}{number}"),
                3 => format!("word-{number}"),
                4 => "5d41402abc4b2a76b9719d911017c592".to_owned(),
                5 => format!("17000000{run}{}", number % 9),
                6 => "\"5d41402abc4b2a76b9719d911017c592\"".to_owned(),
                7 => "a « b".replace('«', "««"),
                8 => format!("name{number} of {run}"),
                _ => "hello".to_owned(),
            }
        };
        prop_oneof![
            8 => (0_u8..10, 0_u8..4).prop_map(move |(kind, number)| text(kind, number).into()),
            1 => (0_u8..4).prop_map(move |number| {
                let shift = i64::from(number) + i64::from(run.as_bytes()[0]);
                Document::Timestamp(Timestamp::from_unix(1_700_000_000 + shift, 0).expect("a time"))
            }),
            1 => (0_u8..4).prop_map(move |number| {
                Document::blob(format!("blob {run} {number}").into_bytes())
            }),
            1 => Just(Document::Boolean(true)),
            1 => (0_i64..4).prop_map(move |number| (number + i64::from(run.as_bytes()[1])).into()),
        ]
    }

    const MEMBERS: [&str; 6] =
        ["QueueUrl", "MessageBody", "MessageId", "ReceiptHandle", "MD5OfBody", "Name"];

    fn half(run: &'static str) -> impl Strategy<Value = Document> {
        let members = prop::collection::btree_map(0..MEMBERS.len(), value(run), 0..5);
        members.prop_map(|members| {
            let fields = members.into_iter().map(|(at, value)| (MEMBERS[at].into(), value));
            Document::Object(fields.collect())
        })
    }

    fn run(name: &'static str) -> impl Strategy<Value = Recording> {
        prop::collection::vec((half(name), half(name)), 1..6).prop_map(|halves| {
            let exchanges = halves.into_iter().enumerate().map(|(at, (input, output))| {
                exchange(&format!("SendMessage#{}", at + 1), input, output)
            });
            recording(exchanges.collect())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn every_run_passes_the_gate(recorded in run("01")) {
            let known = Known::default();
            let once = super::super::correlate(recorded, &known).expect("the gate");
            let twice = super::super::correlate(once.recording.clone(), &known).expect("the gate");
            prop_assert_eq!(once.recording, twice.recording);
        }

        #[test]
        fn every_pair_of_runs_passes_the_gate(first in run("01"), second in run("92")) {
            let known = Known::default();
            let found = super::super::correlate_twins(&first, &second, &known);
            prop_assert_eq!(found.err(), None);
        }
    }
}
