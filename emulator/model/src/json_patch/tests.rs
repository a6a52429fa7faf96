//! RFC 6902's rules, and that hostile patches only ever fail.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn patched(mut document: Value, changes: Value) -> Result<Value, Error> {
    let changes: Vec<Change> = serde_json::from_value(changes).expect("a patch");
    apply(&mut document, &changes).map(|()| document)
}

/// The examples of RFC 6902, appendix A, in our own words.
#[test]
fn applies_each_operation() {
    let cases = [
        (
            json!({"a": 1}),
            json!([{"op": "add", "path": "/b", "value": 2}]),
            json!({"a": 1, "b": 2}),
        ),
        (json!([1, 3]), json!([{"op": "add", "path": "/1", "value": 2}]), json!([1, 2, 3])),
        (json!([1]), json!([{"op": "add", "path": "/-", "value": [2]}]), json!([1, [2]])),
        (json!({"a": 1}), json!([{"op": "add", "path": "", "value": null}]), json!(null)),
        (json!({"a": 1, "b": 2}), json!([{"op": "remove", "path": "/a"}]), json!({"b": 2})),
        (json!([1, 2, 3]), json!([{"op": "remove", "path": "/1"}]), json!([1, 3])),
        (json!({"a": 1}), json!([{"op": "replace", "path": "/a", "value": 2}]), json!({"a": 2})),
        (
            json!({"a": {"x": 1}, "b": {}}),
            json!([{"op": "move", "from": "/a/x", "path": "/b/y"}]),
            json!({"a": {}, "b": {"y": 1}}),
        ),
        (json!([1, 2, 3]), json!([{"op": "move", "from": "/0", "path": "/2"}]), json!([2, 3, 1])),
        (
            json!({"a": [1]}),
            json!([{"op": "copy", "from": "/a", "path": "/b"}]),
            json!({"a": [1], "b": [1]}),
        ),
        (json!({"~/": 1}), json!([{"op": "test", "path": "/~0~1", "value": 1}]), json!({"~/": 1})),
    ];
    for (document, changes, expected) in cases {
        assert_eq!(patched(document, changes.clone()), Ok(expected), "{changes}");
    }
}

#[test]
fn refuses_what_does_not_apply() {
    let cases = [
        (json!([{"op": "remove", "path": "/x"}]), Error::Missing("/x".into())),
        (json!([{"op": "replace", "path": "/x/y", "value": 1}]), Error::Missing("/x".into())),
        (json!([{"op": "add", "path": "/list/2", "value": 1}]), Error::Missing("/list/2".into())),
        (json!([{"op": "add", "path": "/list/01", "value": 1}]), Error::Missing("/list/01".into())),
        (json!([{"op": "add", "path": "/a/b", "value": 1}]), Error::Missing("/a/b".into())),
        (json!([{"op": "test", "path": "/a", "value": 2}]), Error::Different("/a".into())),
        (json!([{"op": "remove", "path": "a"}]), Error::Pointer("a".into())),
        (json!([{"op": "remove", "path": "/~2"}]), Error::Pointer("/~2".into())),
        (
            json!([{"op": "move", "from": "/list", "path": "/list/0"}]),
            Error::IntoItself("/list".into()),
        ),
    ];
    for (changes, error) in cases {
        let document = json!({"a": 1, "list": [1]});
        assert_eq!(patched(document, changes.clone()), Err(error), "{changes}");
    }
}

#[test]
fn keeps_the_order_of_what_stays() {
    let mut document: Value = serde_json::from_str(r#"{"c":1,"a":2,"b":3,"d":4}"#).expect("JSON");
    apply(&mut document, &[Change::Remove { path: "/c".into() }]).expect("there is a c");
    assert_eq!(document.to_string(), r#"{"a":2,"b":3,"d":4}"#);
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c~/]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-c~/]{0,2}", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn pointer() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec("(-|[0-3]|[a-c]|~0|~1){0,2}", 0..4)
            .prop_map(|keys| keys.iter().flat_map(|key| ["/", key.as_str()]).collect()),
        "[a/~0-9]{0,6}",
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (pointer(), tree()).prop_map(|(path, value)| Change::Add { path, value }),
        pointer().prop_map(|path| Change::Remove { path }),
        (pointer(), tree()).prop_map(|(path, value)| Change::Replace { path, value }),
        (pointer(), pointer()).prop_map(|(from, path)| Change::Move { from, path }),
        (pointer(), pointer()).prop_map(|(from, path)| Change::Copy { from, path }),
        (pointer(), tree()).prop_map(|(path, value)| Change::Test { path, value }),
    ]
}

proptest! {
    #[test]
    fn never_panics(mut document in tree(), changes in prop::collection::vec(change(), 0..6)) {
        let _outcome = apply(&mut document, &changes);
    }

    #[test]
    fn what_was_added_is_there(document in tree(), path in pointer(), value in tree()) {
        let mut added = document;
        let fresh = !path.ends_with("/-");
        if fresh && apply(&mut added, &[Change::Add { path: path.clone(), value: value.clone() }]).is_ok() {
            prop_assert_eq!(apply(&mut added, &[Change::Test { path, value }]), Ok(()));
        }
    }

    #[test]
    fn removing_what_was_added_restores(document in tree(), key in "[x-z]{1,2}", value in tree()) {
        let before = document.clone();
        let mut after = document;
        let path = format!("/{key}");
        if apply(&mut after, &[Change::Add { path: path.clone(), value }]).is_ok() {
            prop_assert_eq!(apply(&mut after, &[Change::Remove { path }]), Ok(()));
            prop_assert_eq!(after, before);
        }
    }
}
