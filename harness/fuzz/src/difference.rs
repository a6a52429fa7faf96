//! Where two values differ, and how a person reads it.

use standin_model::{Document, Fields, Number, TimestampFormat};

/// A place where two values differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The place: member names, map keys and list places, with dots between.
    pub path: String,
    /// What came out; none where there is nothing.
    pub found: Option<Document>,
    /// What went in.
    pub expected: Option<Document>,
}

/// All places where two values differ.
pub fn differences(found: &Document, expected: &Document) -> Vec<Difference> {
    let mut all = Vec::new();
    compare(Some(found), Some(expected), &mut String::new(), &mut all);
    all
}

/// A value on one line, as JSON with what JSON lacks in words: `blob(AA==)`, `1970-01-01T00:00:00Z`.
pub fn show(value: Option<&Document>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Document::Null) => "null".to_owned(),
        Some(Document::Boolean(value)) => value.to_string(),
        Some(Document::Number(Number::Integer(value))) => value.to_string(),
        Some(Document::Number(Number::Float(value))) => format!("{value:?}"),
        Some(Document::Number(Number::Text(text))) => text.to_string(),
        Some(Document::String(text)) => format!("{text:?}"),
        Some(Document::Blob(bytes)) => format!("blob({})", bytes.escape_ascii()),
        Some(Document::Timestamp(at)) => at.format(TimestampFormat::Iso8601),
        Some(Document::List(items)) => {
            let items: Vec<_> = items.iter().map(|item| show(Some(item))).collect();
            format!("[{}]", items.join(", "))
        }
        Some(Document::Object(fields)) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", show(Some(value))))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

fn compare(
    found: Option<&Document>,
    expected: Option<&Document>,
    path: &mut String,
    all: &mut Vec<Difference>,
) {
    match (found, expected) {
        (Some(Document::Object(a)), Some(Document::Object(b))) => objects(a, b, path, all),
        (Some(Document::List(a)), Some(Document::List(b))) if a.len() == b.len() => {
            for (place, (a, b)) in a.iter().zip(b).enumerate() {
                within(&place.to_string(), path, |path| compare(Some(a), Some(b), path, all));
            }
        }
        (a, b) if a == b => {}
        (a, b) => {
            all.push(Difference { path: path.clone(), found: a.cloned(), expected: b.cloned() });
        }
    }
}

fn objects(found: &Fields, expected: &Fields, path: &mut String, all: &mut Vec<Difference>) {
    for (key, value) in expected.iter() {
        within(key, path, |path| compare(found.get(key), Some(value), path, all));
    }
    for (key, value) in found.iter().filter(|(key, _)| expected.get(key).is_none()) {
        within(key, path, |path| compare(Some(value), None, path, all));
    }
}

fn within(step: &str, path: &mut String, inner: impl FnOnce(&mut String)) {
    let length = path.len();
    if length > 0 {
        path.push('.');
    }
    path.push_str(step);
    inner(path);
    path.truncate(length);
}
