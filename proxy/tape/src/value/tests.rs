//! Documents survive the way to JSON and back.

use proptest::prelude::*;
use standin_model::{Document, Fields, Number, Timestamp};

use super::{Reader, Writer};
use crate::json;
use crate::template::{bind, escape_document};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z$«»:0-9]{0,12}",
        Just("{\"a\":[1,2.50,\"x\"],\"b\":null}".to_owned()),
        Just("[]".to_owned()),
        Just("x".repeat(9000)),
    ]
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::Integer),
        any::<f64>().prop_map(Number::Float),
        Just(Number::Float(f64::NAN)),
        Just(Number::Float(f64::NEG_INFINITY)),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,5})?(e[0-9]{1,3})?"
            .prop_map(|text| Number::Text(text.into())),
    ]
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800i64..=253_402_300_799, 0u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| Timestamp::from_unix(seconds, nanos).expect("in range"))
}

/// Any plain document; keys are unique.
pub(crate) fn document() -> impl Strategy<Value = Document> {
    let leaf = prop_oneof![
        Just(Document::Null),
        any::<bool>().prop_map(Document::Boolean),
        number().prop_map(Document::Number),
        text().prop_map(Document::String),
        proptest::collection::vec(any::<u8>(), 0..1500).prop_map(Document::blob),
        text().prop_map(Document::blob),
        timestamp().prop_map(Document::Timestamp),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Document::list),
            proptest::collection::btree_map("[a-z$«»]{1,6}", inner, 0..5).prop_map(|fields| {
                let fields = fields.into_iter().map(|(key, value)| (key.into(), value));
                Document::Object(fields.collect::<Fields>())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn documents_round_trip(plain in document()) {
        let template = escape_document(plain.clone());
        let mut writer = Writer::default();
        let pretty = json::pretty(&writer.json(&template).expect("a template has JSON"));
        let reader = Reader { blobs: &writer.blobs };
        let parsed = json::parse(&pretty).expect("we parse what we print");
        let read = reader.document(parsed, "here").expect("we read what we write");
        prop_assert_eq!(&read, &template);
        let again = json::pretty(&Writer::default().json(&read).expect("still a template"));
        prop_assert_eq!(again, pretty);
        prop_assert_eq!(bind(&template, &|_| None).expect("no variables"), plain);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in ".{0,200}") {
        let _ = json::parse(&text);
    }

    #[test]
    fn json_like_text_is_parsed_or_refused(text in "[\\[\\]{}\",:0-9eE+\\-.truefalsn\\\\u ]{0,60}") {
        let reader = Reader { blobs: &() };
        if let Ok(json) = json::parse(&text) {
            let _ = reader.document(json, "");
        }
    }
}

#[test]
fn deep_nesting_is_refused() {
    let error = json::parse(&"[".repeat(100_000)).expect_err("too deep");
    assert_eq!(error.reason, "nested too deeply");
}

#[test]
fn forms_are_readable() {
    let time = Timestamp::from_unix(1_780_425_044, 500_000_000).expect("in range");
    let fields: Fields = [
        ("Body".into(), Document::blob("hello")),
        ("Raw".into(), Document::blob(vec![0, 255])),
        ("When".into(), Document::Timestamp(time)),
        ("Policy".into(), Document::from("{\"Version\":\"2012-10-17\",\"Statement\":[]}")),
        ("$ref".into(), Document::from("a « b")),
        ("Score".into(), Document::Number(Number::Float(f64::NAN))),
    ]
    .into_iter()
    .collect();
    let json = Writer::default().json(&escape_document(Document::Object(fields))).expect("fine");
    let expected = r#"{
  "$$ref": "a «« b",
  "Body": { "$text": "hello" },
  "Policy": {
    "$json": {
      "Version": "2012-10-17",
      "Statement": []
    }
  },
  "Raw": { "$b64": "AP8=" },
  "Score": { "$float": "NaN" },
  "When": { "$timestamp": "2026-06-02T18:30:44.5Z" }
}
"#;
    assert_eq!(json::pretty(&json), expected);
}

#[test]
fn a_blob_may_be_a_variable() {
    let template = crate::template::blob_of("«Blob:1»");
    let json = Writer::default().json(&template).expect("a template");
    assert_eq!(json::pretty(&json), "{ \"$b64\": \"«Blob:1»\" }\n");
    assert_eq!(Reader { blobs: &() }.document(json, "x"), Ok(template.clone()));
    assert_eq!(crate::template::form(&template), None);
    let bound = bind(&template, &|_| Some("AP8=".to_owned()));
    assert_eq!(bound, Ok(Document::blob(vec![0, 255])));
    assert!(bind(&template, &|_| Some("?".to_owned())).is_err());
}

#[test]
fn malformed_values_say_where_and_why() {
    let cases = [
        (r#"{"a":[{"$b64":"?"}]}"#, "x.a[0]: malformed base64"),
        (r#"{"a":{"$frob":"1"}}"#, "x.a: unknown form `$frob`"),
        (r#"{"a":{"$timestamp":3}}"#, "x.a: `$timestamp` holds number instead of a string"),
        (r#"{"a":"«x"}"#, "x.a: a « that starts no variable"),
        (r#"{"a":"1","$b64":"AA=="}"#, "x: `$b64` among other keys"),
    ];
    for (text, expected) in cases {
        let json = json::parse(text).expect("JSON");
        let error = Reader { blobs: &() }.document(json, "x").expect_err(text).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_blob_that_is_missing_or_changed_is_named() {
    let mut writer = Writer::default();
    let json = writer.json(&Document::blob(vec![0; 5000])).expect("fine");
    let missing = Reader { blobs: &() }.document(json.clone(), "x").expect_err("no blob");
    assert!(missing.to_string().contains("is missing"), "{missing}");
    for content in writer.blobs.values_mut() {
        *content = "changed".into();
    }
    let changed = Reader { blobs: &writer.blobs }.document(json, "x").expect_err("wrong blob");
    assert!(changed.to_string().contains("another content"), "{changed}");
}
