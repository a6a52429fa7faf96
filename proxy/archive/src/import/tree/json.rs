//! Trees from JSON and back. The reader's limit of nesting is serde_json's.

use serde_json::Value;

use super::Tree;

pub(super) fn read(content: &[u8]) -> Result<Tree, String> {
    let value: Value =
        serde_json::from_slice(content).map_err(|error| format!("not JSON: {error}"))?;
    Ok(tree(value))
}

fn tree(value: Value) -> Tree {
    match value {
        Value::Null => Tree::Null,
        Value::Bool(value) => Tree::Boolean(value),
        Value::Number(number) => Tree::Number(number.to_string().into()),
        Value::String(text) => Tree::Text(text.into()),
        Value::Array(items) => Tree::List(items.into_iter().map(tree).collect()),
        Value::Object(fields) => {
            Tree::Map(fields.into_iter().map(|(key, value)| (key.into(), tree(value))).collect())
        }
    }
}

pub(super) fn write(tree: &Tree) -> String {
    value(tree).to_string()
}

fn value(tree: &Tree) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Boolean(value) => Value::Bool(*value),
        // A YAML number may be none of JSON's (`0x1f`); then it is text.
        Tree::Number(text) => text
            .parse::<serde_json::Number>()
            .map_or_else(|_| Value::String(text.to_string()), Value::Number),
        Tree::Text(text) => Value::String(text.to_string()),
        Tree::Bytes(bytes) => Value::String(String::from_utf8_lossy(bytes).into_owned()),
        Tree::List(items) => Value::Array(items.iter().map(value).collect()),
        Tree::Map(fields) => {
            Value::Object(fields.iter().map(|(key, item)| (key.to_string(), value(item))).collect())
        }
    }
}
