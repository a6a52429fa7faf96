//! Documents as JSON for the oracle's process: what JSON can't say is an object of one letter.
//!
//! `{"i": "1"}` is a whole number, `{"f": "1.5"}` a float, `{"b": "AA=="}` a blob, `{"t": [0, 500]}` a timestamp in
//! seconds and milliseconds, and `{"o": [["key", value]]}` an object.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use standin_model::{Document, Number, Timestamp};

/// Writes a document.
pub(crate) fn encode(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Boolean(value) => json!(value),
        Document::Number(Number::Integer(number)) => json!({ "i": number.to_string() }),
        Document::Number(Number::Float(number)) => json!({ "f": number.to_string() }),
        Document::Number(Number::Text(text)) => json!({ "i": &**text }),
        Document::String(text) => json!(text),
        Document::Blob(bytes) => json!({ "b": STANDARD.encode(&**bytes) }),
        Document::Timestamp(at) => json!({ "t": [at.seconds(), at.nanos() / 1_000_000] }),
        Document::List(items) => Value::Array(items.iter().map(encode).collect()),
        Document::Object(fields) => {
            let pairs: Vec<_> =
                fields.iter().map(|(key, value)| json!([key.as_str(), encode(value)])).collect();
            json!({ "o": pairs })
        }
    }
}

/// Reads a document; none where it isn't one.
pub(crate) fn decode(value: &Value) -> Option<Document> {
    Some(match value {
        Value::Null => Document::Null,
        Value::Bool(value) => Document::Boolean(*value),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(items) => Document::List(items.iter().map(decode).collect::<Option<_>>()?),
        Value::Object(tagged) => {
            let (tag, value) = tagged.iter().next()?;
            match tag.as_str() {
                "i" => integer(value.as_str()?),
                "f" => Document::from(value.as_str()?.parse::<f64>().ok()?),
                "b" => Document::blob(STANDARD.decode(value.as_str()?).ok()?),
                "t" => timestamp(value)?,
                "o" => {
                    let pairs = value.as_array()?.iter();
                    let pairs = pairs
                        .map(|pair| Some((pair[0].as_str()?.to_owned().into(), decode(&pair[1])?)));
                    Document::Object(pairs.collect::<Option<_>>()?)
                }
                _ => return None,
            }
        }
        Value::Number(_) => return None,
    })
}

fn integer(text: &str) -> Document {
    match text.parse::<i64>() {
        Ok(number) => Document::from(number),
        Err(_) => Document::Number(Number::Text(text.into())),
    }
}

fn timestamp(value: &Value) -> Option<Document> {
    let millis = u32::try_from(value[1].as_u64()?).ok()?;
    let at = Timestamp::from_unix(value[0].as_i64()?, millis * 1_000_000).ok()?;
    Some(Document::Timestamp(at))
}
