//! The values of vectors, which stand there as JSON, to documents by their shapes.

use bytes::Bytes;
use serde_json::Value;
use standin_model::{Document, Fields, Member, Number, Service, Shape, ShapeKind, Timestamp};

use crate::codec::json::parse_untyped;

/// A value as a document of a shape.
pub(super) fn document(service: &Service, shape: &Shape, value: &Value) -> Document {
    if value.is_null() {
        return Document::Null;
    }
    let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match &shape.kind {
        ShapeKind::Structure(structure) => {
            let mut fields = Fields::default();
            for (name, value) in value.as_object().into_iter().flatten() {
                if let Some(member) = structure.member(name) {
                    let shape = service.shape(member.shape);
                    let json = is_json(shape, member);
                    let value = if json && !value.is_null() {
                        json_text(value)
                    } else {
                        document(service, shape, value)
                    };
                    fields.push(member.name, value);
                }
            }
            Document::Object(fields)
        }
        ShapeKind::List(element) => {
            let items = value.as_array().into_iter().flatten();
            let shape = service.shape(element.shape);
            Document::List(
                items
                    .map(|item| match is_json(shape, element) {
                        true => json_text(item),
                        false => document(service, shape, item),
                    })
                    .collect(),
            )
        }
        ShapeKind::Map(_, element) => {
            let fields = value.as_object().into_iter().flatten();
            let shape = service.shape(element.shape);
            fields
                .map(|(key, value)| (key.clone().into(), document(service, shape, value)))
                .collect::<Fields>()
                .pipe(Document::Object)
        }
        ShapeKind::String => Document::String(text()),
        ShapeKind::Boolean => Document::Boolean(value.as_bool().expect("a boolean")),
        ShapeKind::Blob => Document::blob(Bytes::from(text())),
        ShapeKind::Float | ShapeKind::Double => Document::from(float(value)),
        ShapeKind::Timestamp => timestamp(value),
        ShapeKind::Document => parse_untyped(value.to_string().as_bytes()).expect("JSON"),
        ShapeKind::Integer | ShapeKind::Long => {
            value.as_i64().map_or_else(|| Document::from(float(value)), Document::from)
        }
        ShapeKind::BigInteger | ShapeKind::BigDecimal => {
            Document::Number(crate::codec::scalar::parse_number(&value.to_string()))
        }
    }
}

/// A document without what the wire can't tell from absence: nulls and empty collections of members.
pub(super) fn without_empty(document: Document) -> Document {
    match document {
        Document::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key, without_empty(value)))
            .filter(|(_, value)| !is_empty(value))
            .collect::<Fields>()
            .pipe(Document::Object),
        Document::List(items) => Document::List(items.into_iter().map(without_empty).collect()),
        // Single precision loses digits on its way.
        Document::Number(Number::Float(value)) => Document::from(f64::from(single(value))),
        other => other,
    }
}

fn is_json(shape: &Shape, member: &Member) -> bool {
    matches!(shape.kind, ShapeKind::String) && (member.json_value || shape.json_value)
}

/// JSON in a string; botocore takes it parsed, some vectors give the text.
fn json_text(value: &Value) -> Document {
    Document::String(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn is_empty(value: &Document) -> bool {
    match value {
        Document::Null => true,
        Document::List(items) => items.is_empty(),
        Document::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "both sides are compared in single precision")]
fn single(value: f64) -> f32 {
    value as f32
}

fn float(value: &Value) -> f64 {
    match value.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        Some(text) => text.parse().expect("a number"),
        None => value.as_f64().expect("a number"),
    }
}

/// A timestamp; text that is none stays text, as a reader of a client keeps it.
fn timestamp(value: &Value) -> Document {
    match value.as_str() {
        Some(text) => crate::codec::scalar::parse_any_timestamp(text)
            .map_or_else(|| Document::from(text), Document::Timestamp),
        None => {
            Document::Timestamp(Timestamp::from_seconds_f64(float(value)).expect("a timestamp"))
        }
    }
}

/// Passes a value on to a function, at the end of a chain.
trait Pipe: Sized {
    fn pipe<R>(self, function: impl FnOnce(Self) -> R) -> R {
        function(self)
    }
}

impl Pipe for Fields {}
