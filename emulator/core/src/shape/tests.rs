//! The macros at work, and values moved both ways.

use std::sync::Arc;

use proptest::prelude::*;

use self::sample::{Choice, Colour, Everything};
use super::*;
use crate::{Context, Input, Number, Provider, ServiceError, Timestamp};

mod sample {
    #![expect(unreachable_pub, dead_code, reason = "the macros write for crates of shapes")]

    use std::collections::BTreeMap;

    use crate::{Bytes, Document, Timestamp};

    crate::structure! { Everything {
        text: String = "Text",
        whole: i32 = "Whole",
        long: i64 = "Long",
        real: f64 = "Real",
        flag: bool = "Flag",
        blob: Bytes = "Blob",
        at: Timestamp = "At",
        colour: Colour = "Colour",
        list: Vec<Everything> = "List",
        sparse: Vec<Option<String>> = "Sparse",
        map: BTreeMap<String, Choice> = "Map",
        inner: Box<Everything> = "Inner",
        any: Document = "Any",
    }}

    crate::union! { Choice {
        Text(String) = "Text",
        Number(i64) = "Number",
    }}

    crate::enumeration! { Colour {
        RED = "red",
        GREEN = "green",
    }}
}

mod service {
    #![expect(unreachable_pub, reason = "the macros write for crates of shapes")]

    use super::sample::Everything;
    use crate::shape::{Empty, Streamed};

    crate::operations! {
        "sample";
        echo = "Echo": Everything => Everything;
        store = "Store": Streamed<Everything> => Empty;
        vanish = "Vanish": Empty => Empty;
    }
}

struct Sample;

crate::provider! {
    impl service for Sample, admitted by Sample::admit {
        echo = echo;
        store = Sample::store;
    }
}

impl Sample {
    fn admit(_: &Self, context: &Context) -> Result<(), ServiceError> {
        match &context.caller.access_key_id {
            Some(_) => Err(crate::error::access_denied(context.operation)),
            None => Ok(()),
        }
    }

    async fn store(&self, _: Context, input: Streamed<Everything>) -> Result<Empty, ServiceError> {
        let bytes = input.stream.collect().await.expect("whole");
        Err(crate::error::missing_parameter(format!("{} bytes", bytes.len())))
    }
}

async fn echo(_: &Sample, _: Context, input: Everything) -> Result<Everything, ServiceError> {
    Ok(input)
}

fn context(operation: &'static str) -> Context {
    let clock = Arc::new(crate::VirtualClock::frozen(Timestamp::MIN));
    Context::internal(crate::Environment::alone(clock, crate::Ids::seeded(1)), "sample", operation)
}

async fn call(operation: &'static str, input: Input) -> Result<Document, String> {
    let handler = Arc::new(Sample).operation(operation).expect("listed");
    let answered = handler.call(context(operation), input).await;
    answered.map(|output| output.document).map_err(|error| error.to_string())
}

#[tokio::test]
async fn listed_operations_are_bound_and_others_are_known_to_be_missing() {
    assert_eq!(Arc::new(Sample).operations(), ["Echo", "Store"]);
    let vanish = <service::operation::vanish as Operation>::NAME;
    assert!(Arc::new(Sample).operation(vanish).is_none());
    assert!(Arc::new(Sample).operation("Nonsense").is_none());
    let missing = service::Api::vanish(&Sample, context("Vanish"), Empty).await;
    assert!(crate::error::is_not_implemented(&missing.expect_err("not listed")));

    let input = object(&[("Text", "a".into())]);
    assert_eq!(call("Echo", input.clone().into()).await, Ok(input));
}

#[tokio::test]
async fn callers_are_asked_for_once_before_the_input() {
    let mut stranger = context("Echo");
    stranger.caller.access_key_id = Some("key".into());
    let wrong = || Input::from(object(&[("Text", 1.into())]));
    let handler = || Arc::new(Sample).operation("Echo").expect("listed");
    let refused = handler().call(stranger.clone(), wrong()).await.expect_err("a stranger");
    assert_eq!(refused.to_string(), "AccessDenied: Echo");
    let mut asked = handler();
    assert_eq!(asked.admit(&stranger).expect_err("a stranger").to_string(), "AccessDenied: Echo");
    let answered = asked.call(stranger, wrong()).await.expect_err("the input is wrong");
    assert_eq!(answered.code, "SerializationException");
}

#[tokio::test]
async fn inputs_become_typed_and_streams_are_handed_over() {
    let wrong = call("Echo", object(&[("Text", 1.into())]).into()).await;
    assert_eq!(
        wrong,
        Err("SerializationException: expected string but found number at 'Text'".into())
    );
    let stream = Some(bytes::Bytes::from("four").into());
    let streamed = call("Store", Input { stream, ..Document::empty().into() }).await;
    assert_eq!(streamed, Err("MissingParameter: 4 bytes".into()));
}

fn object(fields: &[(&'static str, Document)]) -> Document {
    Document::Object(fields.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
}

fn failure(fields: &[(&'static str, Document)]) -> String {
    from_document::<Everything>(object(fields)).expect_err("wrong form").to_string()
}

#[test]
fn payloads_are_moved_not_copied() {
    let text = "x".repeat(1 << 20);
    let blob = bytes::Bytes::from(vec![1; 1 << 20]);
    let at = (text.as_ptr(), blob.as_ptr());
    let document = object(&[]);
    let Document::Object(mut fields) = document else { unreachable!() };
    fields.push("Text", text.into());
    fields.push("Blob", Document::blob(blob));
    let typed: Everything = from_document(Document::Object(fields)).expect("fits");
    let document = into_document(typed);
    let Some(Document::Blob(blob)) = document.get("Blob") else { unreachable!() };
    assert_eq!(
        (document.get("Text").and_then(Document::as_str).map(str::as_ptr), blob.as_ptr()),
        (Some(at.0), at.1)
    );
}

#[test]
fn unknown_enum_values_are_kept_and_unknown_members_dropped() {
    let fields = [("Colour", "mauve".into()), ("Smell", "none".into())];
    let typed: Everything = from_document(object(&fields)).expect("fits");
    assert_eq!(typed.colour.as_ref().map(Colour::as_str), Some("mauve"));
    assert_ne!(typed.colour, Some(Colour::RED));
    assert_eq!(into_document(typed), object(&fields[..1]));
    assert_eq!(Colour::VALUES, ["red", "green"]);
}

#[test]
fn errors_say_where() {
    assert_eq!(failure(&[("Text", true.into())]), "expected string but found boolean at 'Text'");
    assert_eq!(
        failure(&[(
            "List",
            Document::list(vec![object(&[]), object(&[("Whole", (1 << 40).into())])])
        )]),
        "expected integer but found number at 'List.2.Whole'"
    );
    assert_eq!(
        failure(&[("Map", object(&[("k", object(&[("Text", 1.into()), ("Number", 1.into())]))]))]),
        "expected one member but found several or none at 'Map.k'"
    );
    assert_eq!(
        failure(&[("Map", object(&[("k", object(&[("Size", 1.into())]))]))]),
        "expected a member of the union but found another at 'Map.k.Size'"
    );
}

#[test]
fn nulls_are_absent_but_in_sparse_lists() {
    let sparse = Document::list(vec![Document::Null, "a".into()]);
    let typed: Everything =
        from_document(object(&[("Text", Document::Null), ("Sparse", sparse.clone())]))
            .expect("fits");
    assert_eq!(typed.text, None);
    assert_eq!(into_document(typed), object(&[("Sparse", sparse)]));
}

fn leaf() -> impl Strategy<Value = Document> {
    prop_oneof![
        Just(Document::Null),
        any::<bool>().prop_map(Document::from),
        any::<i64>().prop_map(Document::from),
        any::<f64>().prop_map(Document::from),
        ".{0,8}".prop_map(Document::from),
        any::<Vec<u8>>().prop_map(Document::blob),
        (0i64..1 << 33)
            .prop_map(|at| Document::Timestamp(Timestamp::from_unix(at, 0).expect("in range"))),
    ]
}

fn tree() -> impl Strategy<Value = Document> {
    let names = "Text|Whole|Long|Real|Flag|Blob|At|Colour|List|Sparse|Map|Inner|Any|Number|Other";
    leaf().prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Document::list),
            proptest::collection::btree_map(names, inner, 0..6).prop_map(|fields| {
                Document::Object(fields.into_iter().map(|(k, v)| (k.into(), v)).collect())
            }),
        ]
    })
}

fn everything() -> impl Strategy<Value = Everything> {
    let plain = (
        any::<Option<String>>(),
        any::<Option<i32>>(),
        any::<Option<i64>>(),
        any::<Option<bool>>(),
        any::<Option<Vec<u8>>>(),
        proptest::option::of("red|mauve"),
        proptest::option::of(proptest::collection::vec(any::<Option<String>>(), 0..3)),
        proptest::option::of(proptest::collection::btree_map(
            "[a-c]",
            any::<i64>().prop_map(Choice::Number),
            0..3,
        )),
    );
    let leaf = plain.prop_map(|(text, whole, long, flag, blob, colour, sparse, map)| Everything {
        text,
        whole,
        long,
        flag,
        sparse,
        map,
        real: whole.map(|number| f64::from(number) / 7.0),
        blob: blob.map(bytes::Bytes::from),
        colour: colour.map(Colour::from),
        ..Everything::default()
    });
    leaf.prop_recursive(3, 20, 3, |inner| {
        (
            inner.clone(),
            proptest::option::of(proptest::collection::vec(inner.clone(), 0..3)),
            proptest::option::of(inner.prop_map(Box::new)),
        )
            .prop_map(|(outer, list, inner)| Everything { list, inner, ..outer })
    })
}

proptest! {
    #[test]
    fn any_document_is_answered(document in tree()) {
        if let Ok(typed) = from_document::<Everything>(document) {
            let again = into_document(typed.clone());
            let typed_again: Everything = from_document(again.clone()).expect("our own");
            prop_assert_eq!(into_document(typed_again), again);
        }
    }

    #[test]
    fn typed_values_round_trip(typed in everything()) {
        let again: Everything = from_document(into_document(typed.clone())).expect("our own");
        prop_assert_eq!(again, typed);
    }
}

#[test]
fn numbers_keep_their_kind() {
    let typed: Everything = from_document(object(&[("Real", 3.into())])).expect("a whole double");
    assert_eq!(into_document(typed), object(&[("Real", Document::Number(Number::Float(3.0)))]));
}
