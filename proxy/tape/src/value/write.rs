//! Documents to JSON.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use standin_model::{Document, Fields, Number, Timestamp, TimestampFormat};

use super::read::number_from_text;
use super::{KEPT_FORMS, kept};
use crate::blob::INLINE_BINARY_LIMIT;
use crate::json::{self, Json};
use crate::{Digest, INLINE_LIMIT, Outside, template};

/// A document that has no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadDocument {
    /// An object has a key twice.
    #[error("the key `{0}` occurs twice")]
    Duplicate(String),
    /// A form that stands for a value which documents hold otherwise.
    #[error("`{0}` is not a form that a document may hold")]
    Form(String),
    /// A form that stands in documents and is not whole.
    #[error("{0}")]
    Broken(String),
    /// A string is not a template.
    #[error(transparent)]
    Template(#[from] template::TemplateError),
}

/// Turns documents into JSON and gathers what goes out of line.
#[derive(Default)]
pub(crate) struct Writer<'o> {
    pub(crate) outside: Option<&'o Outside>,
    pub(crate) blobs: BTreeMap<Digest, Bytes>,
}

impl Writer<'_> {
    pub(crate) fn json(&mut self, document: &Document) -> Result<Json, BadDocument> {
        if let Some(text) = template::blob(document).filter(|text| text.contains('«')) {
            template::parts(text)?;
            return Ok(form("$b64", text));
        }
        Ok(match document {
            Document::Null => Json::Null,
            Document::Boolean(value) => Json::Boolean(*value),
            Document::Number(number) => number_json(number),
            Document::String(text) => self.string(text)?,
            Document::Blob(bytes) => self.blob(bytes),
            Document::Timestamp(time) => form("$timestamp", exact(*time)),
            Document::List(items) => {
                Json::Array(items.iter().map(|item| self.json(item)).collect::<Result<_, _>>()?)
            }
            Document::Object(fields) => {
                if fields.iter().any(|(key, _)| KEPT_FORMS.contains(&&**key)) {
                    kept(document).map_err(BadDocument::Broken)?;
                }
                self.object(fields)?
            }
        })
    }

    pub(crate) fn object(&mut self, fields: &Fields) -> Result<Json, BadDocument> {
        let mut sorted: Vec<_> = fields.iter().collect();
        sorted.sort_by(|a, b| a.0.cmp(b.0));
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(BadDocument::Duplicate(pair[0].0.to_string()));
        }
        let mut object = Vec::with_capacity(sorted.len());
        for (key, value) in sorted {
            if template::is_form_key(key) && !KEPT_FORMS.contains(&&**key) {
                return Err(BadDocument::Form(key.to_string()));
            }
            template::parts(key)?;
            object.push((key.to_string(), self.json(value)?));
        }
        Ok(Json::Object(object))
    }

    fn string(&mut self, text: &str) -> Result<Json, BadDocument> {
        template::parts(text)?;
        if text.len() > INLINE_LIMIT {
            return Ok(self.out_of_line(Bytes::copy_from_slice(text.as_bytes()), "text"));
        }
        Ok(match json_inside(text) {
            Some(inside) => Json::Object(vec![("$json".to_owned(), inside)]),
            None => Json::from(text),
        })
    }

    fn blob(&mut self, bytes: &Bytes) -> Json {
        if let Some((digest, content)) = self.outside.and_then(|outside| outside.find(bytes)) {
            return named(digest, content.length(), "blob");
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if bytes.len() <= INLINE_LIMIT && is_readable(text) => form("$text", text),
            _ if bytes.len() <= INLINE_BINARY_LIMIT => form("$b64", STANDARD.encode(bytes)),
            _ => self.out_of_line(bytes.clone(), "blob"),
        }
    }

    fn out_of_line(&mut self, content: Bytes, kind: &str) -> Json {
        let digest = Digest::of(&content);
        let form = named(&digest, content.len() as u64, kind);
        self.blobs.insert(digest, content);
        form
    }
}

/// The form of a content that stands out of line.
fn named(digest: &Digest, length: u64, kind: &str) -> Json {
    Json::Object(vec![
        ("$blob".to_owned(), digest.as_str().into()),
        ("len".to_owned(), Json::Number(length.to_string())),
        ("type".to_owned(), kind.into()),
    ])
}

/// Structures in strings that are nested more deeply stay strings.
const INSIDE_DEPTH: usize = 24;

/// The structure of a string that holds JSON, if writing it again gives the same string.
fn json_inside(text: &str) -> Option<Json> {
    if !text.starts_with(['{', '[']) || text.len() < 3 {
        return None;
    }
    let inside = json::parse(text).ok().filter(|inside| inside.depth() <= INSIDE_DEPTH)?;
    (json::compact(&inside) == text).then_some(inside)
}

fn number_json(number: &Number) -> Json {
    match number {
        Number::Integer(whole) => Json::Number(whole.to_string()),
        Number::Float(value) if value.is_finite() => Json::Number(format!("{value:?}")),
        Number::Float(value) if value.is_nan() => form("$float", "NaN"),
        Number::Float(value) => form("$float", if *value > 0.0 { "Infinity" } else { "-Infinity" }),
        Number::Text(text) => {
            let is_plain = matches!(json::parse(text), Ok(Json::Number(_)))
                && !text.starts_with(char::is_whitespace)
                && !text.ends_with(char::is_whitespace)
                && matches!(number_from_text(text), Number::Text(_));
            if is_plain { Json::Number(text.to_string()) } else { form("$number", &**text) }
        }
    }
}

fn form(name: &str, value: impl Into<Json>) -> Json {
    Json::Object(vec![(name.to_owned(), value.into())])
}

/// Text that a person can read in a file: no control characters but line breaks and tabs.
fn is_readable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// RFC 3339 with all digits of the fraction.
fn exact(time: Timestamp) -> String {
    let whole = Timestamp::from_unix(time.seconds(), 0).expect("the seconds of a timestamp");
    let text = whole.format(TimestampFormat::Iso8601);
    let fraction = format!("{:09}", time.nanos());
    match fraction.trim_end_matches('0') {
        "" => text,
        digits => format!("{}.{digits}Z", text.trim_end_matches('Z')),
    }
}
