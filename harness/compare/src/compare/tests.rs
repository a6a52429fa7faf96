//! Answers against recordings, on SQS's model.

use standin_model::{Answer, Catalog, Document, Fields, Protocol, ServiceError};
use standin_tape::{Exchange, Gap, Outcome, Variable, VariableKind, Wire};

use super::{Actual, Comparison, compare};
use crate::{Bindings, Class, Rules};

fn document(json: &str) -> Document {
    fn from(value: serde_json::Value) -> Document {
        use serde_json::Value;
        match value {
            Value::Null => Document::Null,
            Value::Bool(value) => value.into(),
            Value::Number(number) => number.as_i64().expect("whole").into(),
            Value::String(text) => text.into(),
            Value::Array(items) => Document::List(items.into_iter().map(from).collect()),
            Value::Object(fields) => {
                let fields: Fields =
                    fields.into_iter().map(|(key, value)| (key.into(), from(value))).collect();
                Document::Object(fields)
            }
        }
    }
    from(serde_json::from_str(json).expect("JSON"))
}

/// The differences as `class path` lines, with the bindings afterwards.
fn differences(operation: &str, recorded: Answer, actual: &Answer) -> (Vec<String>, Bindings) {
    let service = Catalog::embedded().service("sqs").expect("in the pack");
    let operation = service.operation(operation).expect("in the model");
    let rules = Rules::embedded("sqs");
    let status = |answer: &Answer| match answer {
        Answer::Output(_) => 200,
        Answer::Error(error) => error.status,
    };
    let exchange = Exchange {
        id: format!("{}#1", operation.name).parse().expect("an id"),
        service: "sqs".to_owned(),
        after: Vec::new(),
        gap: Gap::NONE,
        input: Document::empty(),
        outcome: Outcome::Answered { status: status(&recorded), answer: recorded },
        wire: Wire::plain(Protocol::Json),
    };
    let mut id = Variable::new("MessageId:1", VariableKind::ServerId);
    id.like = Some("uuid".to_owned());
    let mut bindings = Bindings::new(&[id, Variable::new("t:1", VariableKind::Time)]);
    let actual = Actual { status: status(actual), answer: actual, headers: &[] };
    let comparison = Comparison { service, operation, rules: &rules };
    let found = compare(comparison, &exchange, &actual, &mut bindings);
    (found.iter().map(|d| format!("{} {}", d.class, d.path)).collect(), bindings)
}

fn outputs(operation: &str, recorded: &str, actual: &str) -> Vec<String> {
    let (recorded, actual) = (document(recorded), document(actual));
    differences(operation, Answer::Output(recorded), &Answer::Output(actual)).0
}

#[test]
fn minted_values_are_bound_and_must_stay_equal() {
    let recorded = document(r#"{"MessageId":"«MessageId:1»","MD5OfMessageBody":"«MessageId:1»"}"#);
    let actual = document(
        r#"{"MessageId":"2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b","MD5OfMessageBody":"other"}"#,
    );
    let (found, bindings) =
        differences("SendMessage", Answer::Output(recorded), &Answer::Output(actual));
    assert_eq!(found, ["variable MD5OfMessageBody"]);
    assert_eq!(bindings.value("MessageId:1"), Some("2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b"));
}

#[test]
fn missing_extra_and_type_are_told_apart() {
    let found =
        outputs("SendMessage", r#"{"A":"x","B":"y","C":"z"}"#, r#"{"B":7,"C":"z","D":"w"}"#);
    assert_eq!(found, ["missing A", "type B", "extra D"]);
}

#[test]
fn elements_are_aligned_by_identity_before_variables_are_bound() {
    let recorded = r#"{"Messages":[{"Body":"a","MessageId":"«MessageId:1»"},{"Body":"b"}]}"#;
    let actual = r#"{"Messages":[{"Body":"b"},
        {"Body":"a","MessageId":"2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b"}]}"#;
    assert_eq!(outputs("ReceiveMessage", recorded, actual), [""; 0]);
    let actual = r#"{"Messages":[{"Body":"c"}]}"#;
    assert_eq!(
        outputs("ReceiveMessage", recorded, actual),
        [
            "missing Messages[Body=\"a\"]",
            "missing Messages[Body=\"b\"]",
            "extra Messages[Body=\"c\"]"
        ]
    );
}

#[test]
fn a_minted_value_must_look_like_the_recorded_one() {
    let found = outputs("SendMessage", r#"{"MessageId":"«MessageId:1»"}"#, r#"{"MessageId":"1"}"#);
    assert_eq!(found, ["type MessageId"]);
}

#[test]
fn approximate_numbers_need_not_be_equal() {
    let recorded = r#"{"Attributes":{"ApproximateNumberOfMessages":"3"}}"#;
    let near = r#"{"Attributes":{"ApproximateNumberOfMessages":"2"}}"#;
    let other = r#"{"Attributes":{"ApproximateNumberOfMessages":"many"}}"#;
    assert_eq!(outputs("GetQueueAttributes", recorded, near), [""; 0]);
    assert_eq!(
        outputs("GetQueueAttributes", recorded, other),
        ["literal Attributes.ApproximateNumberOfMessages"]
    );
}

#[test]
fn keys_of_maps_may_hold_variables() {
    let recorded = r#"{"MessageId":"«MessageId:1»","Attributes":{"of «MessageId:1»":"x"}}"#;
    let id = "2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b";
    let actual = format!(r#"{{"MessageId":"{id}","Attributes":{{"of {id}":"x"}}}}"#);
    assert_eq!(outputs("SendMessage", recorded, &actual), [""; 0]);
    let other = format!(r#"{{"MessageId":"{id}","Attributes":{{"of me":"x"}}}}"#);
    assert_eq!(
        outputs("SendMessage", recorded, &other),
        ["missing Attributes.of «MessageId:1»", "extra Attributes.of me"]
    );
}

#[test]
fn times_keep_their_order_and_their_distance_from_the_answer() {
    let service = Catalog::embedded().service("sqs").expect("in the pack");
    let operation = service.operation("GetQueueAttributes").expect("in the model");
    let time = |name: &str| Variable {
        like: Some("epoch-string".to_owned()),
        ..Variable::new(name, VariableKind::Time)
    };
    let later = Variable {
        not_before: vec!["t:1".to_owned()],
        offset: Some(standin_tape::TimeOffset(345_600)),
        ..time("t:2")
    };
    let recorded = document(r#"{"Created":"«t:1»","Expires":"«t:2»"}"#);
    let exchange = crate::correlate::tests::exchange("X#1", Document::empty(), recorded);
    let found = |expires: &str| {
        let mut bindings = Bindings::new(&[time("t:1"), later.clone()]);
        let answer = format!(r#"{{"Created":"1700000000","Expires":"{expires}"}}"#);
        let answer = Answer::Output(document(&answer));
        let headers = [("date".to_owned(), "Tue, 14 Nov 2023 22:13:20 GMT".to_owned())];
        let actual = Actual { status: 200, answer: &answer, headers: &headers };
        let comparison = Comparison { service, operation, rules: &Rules::default() };
        let found = compare(comparison, &exchange, &actual, &mut bindings);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(found("1700345600"), [""; 0]);
    assert_eq!(
        found("1699999999"),
        [
            "variable Expires expected not before «t:1» actual before «t:1»",
            "literal Expires expected a time +4d from the answer actual a time +0s from the answer"
        ]
    );
}

#[test]
fn errors_differ_by_code_status_and_message() {
    let error =
        |code: &'static str, message: &str| Answer::Error(ServiceError::sender(code, message));
    let check = |recorded, actual: Answer| differences("SendMessage", recorded, &actual).0;
    let recorded = || error("QueueDoesNotExist", "no queue");
    assert_eq!(check(recorded(), error("Other", "no queue")), ["error-code error.code"]);
    assert_eq!(check(recorded(), error("QueueDoesNotExist", "gone")), ["literal error.message"]);
    assert_eq!(check(recorded(), Answer::Output(Document::empty())), ["error-code error.code"]);
    let moved =
        Answer::Error(ServiceError::sender("QueueDoesNotExist", "no queue").with_status(404));
    assert_eq!(check(recorded(), moved), ["status status"]);
    assert_eq!(Class::from_name("error-code"), Some(Class::ErrorCode));
}
