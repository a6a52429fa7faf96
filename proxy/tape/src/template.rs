//! Templates: documents and strings that may hold variables.
//!
//! In a template `«Name:n»` is a variable and `««` a literal `«`; an object key that starts with `$` in the
//! data starts with `$$` here, because an object whose keys start with one `$` is a form.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_model::{Document, Fields, Key};

use crate::Events;

/// A piece of a template string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// Text that stands for itself.
    Literal(Cow<'t, str>),
    /// The name of a variable.
    Variable(&'t str),
}

/// A template could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A `«` without a name and a `»` after it.
    #[error("a « that starts no variable in `{0}` (a literal one is doubled)")]
    Malformed(String),
    /// A variable has no value.
    #[error("variable «{0}» has no value")]
    Unbound(String),
    /// The value of a blob is not base64.
    #[error("the value of `{0}` is not base64")]
    Base64(String),
    /// A form has no plain value.
    #[error("`{0}` has no value to send")]
    Form(String),
}

/// Makes a template of plain text.
pub fn escape(text: &str) -> Cow<'_, str> {
    if text.contains('«') { Cow::Owned(text.replace('«', "««")) } else { Cow::Borrowed(text) }
}

/// How a variable is written in a template.
pub fn reference(name: &str) -> String {
    format!("«{name}»")
}

/// The pieces of a template string. Neighbouring pieces of text are one.
pub fn parts(template: &str) -> Result<Vec<Part<'_>>, TemplateError> {
    let malformed = || TemplateError::Malformed(template.to_owned());
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('«') {
        push_literal(&mut found, &rest[..at]);
        let after = &rest[at + '«'.len_utf8()..];
        if let Some(next) = after.strip_prefix('«') {
            push_literal(&mut found, "«");
            rest = next;
            continue;
        }
        let (name, next) = after.split_once('»').ok_or_else(malformed)?;
        if !is_name(name) {
            return Err(malformed());
        }
        found.push(Part::Variable(name));
        rest = next;
    }
    push_literal(&mut found, rest);
    Ok(found)
}

/// Whether text can be the name of a variable: letters, digits, `-`, `_`, `.`, and `:` before a number.
pub fn is_name(name: &str) -> bool {
    let (word, number) = name.split_once(':').unwrap_or((name, "1"));
    let in_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !word.is_empty()
        && word.bytes().all(in_word)
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// The plain text of a template, with the values that `lookup` gives its variables.
pub fn bind_text(
    template: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<String, TemplateError> {
    if !template.contains('«') {
        return Ok(template.to_owned());
    }
    let mut text = String::with_capacity(template.len());
    for part in parts(template)? {
        match part {
            Part::Literal(literal) => text.push_str(&literal),
            Part::Variable(name) => {
                text.push_str(&lookup(name).ok_or_else(|| TemplateError::Unbound(name.into()))?);
            }
        }
    }
    Ok(text)
}

/// Makes a template of a plain document.
pub fn escape_document(document: Document) -> Document {
    match document {
        Document::String(text) => Document::String(escape_owned(text)),
        Document::List(items) => Document::List(items.into_iter().map(escape_document).collect()),
        Document::Object(fields) => Document::Object(
            fields
                .into_iter()
                .map(|(key, value)| (escape_key(key), escape_document(value)))
                .collect(),
        ),
        other => other,
    }
}

/// The plain document of a template, with the values that `lookup` gives its variables.
///
/// A form in it (`$redacted`, `$derived`) is an error: it has no plain value. Only `$events` stays, with plain
/// payloads.
pub fn bind(
    template: &Document,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Document, TemplateError> {
    if let Some(text) = blob(template) {
        return bind_blob(text, lookup);
    }
    if let Some(Ok(events)) = Events::in_document(template) {
        return bind_events(events, lookup);
    }
    Ok(match template {
        Document::String(text) => Document::String(bind_text(text, lookup)?),
        Document::List(items) => {
            Document::List(items.iter().map(|item| bind(item, lookup)).collect::<Result<_, _>>()?)
        }
        Document::Object(fields) => Document::Object(bind_fields(fields, lookup)?),
        other => other.clone(),
    })
}

/// Puts a variable in the place of a value, wherever the value stands alone: between other characters than
/// letters and digits. Keys of objects too.
#[must_use]
pub fn replace(template: Document, value: &str, name: &str) -> Document {
    match template {
        Document::String(text) => Document::String(replace_text(text, value, name)),
        Document::List(items) => {
            Document::List(items.into_iter().map(|item| replace(item, value, name)).collect())
        }
        Document::Object(fields) => Document::Object(
            fields.into_iter().map(|(key, item)| replace_field(key, item, value, name)).collect(),
        ),
        other => other,
    }
}

/// Puts a variable in the place of a value in a template string; see [`replace`].
#[must_use]
pub fn replace_text(text: String, value: &str, name: &str) -> String {
    if value.is_empty() || !text.contains(value) {
        return text;
    }
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in text.match_indices(value) {
        let end = at + found.len();
        if is_word(text[..at].chars().next_back()) || is_word(text[end..].chars().next()) {
            continue;
        }
        replaced.push_str(&text[from..at]);
        replaced.push_str(&reference(name));
        from = end;
    }
    replaced.push_str(&text[from..]);
    replaced
}

/// The template of base64 text that stands for a blob (`{"$b64": "«CiphertextBlob:1»"}`), if it is one.
pub fn blob(document: &Document) -> Option<&str> {
    let fields = document.as_object().filter(|fields| fields.len() == 1)?;
    fields.get("$b64")?.as_str()
}

/// The template of a blob whose base64 text is a template.
pub fn blob_of(template: impl Into<String>) -> Document {
    Document::Object([("$b64".into(), Document::String(template.into()))].into_iter().collect())
}

/// What stands for an input that is not recorded.
pub fn unknown() -> Document {
    Document::Object([("$unknown".into(), "input".into())].into_iter().collect())
}

/// The name of the form without a plain value that an object is (`$redacted`), if it is one.
pub fn form(document: &Document) -> Option<&str> {
    if blob(document).is_some() {
        return None;
    }
    let (key, _) = document.as_object()?.iter().find(|(key, _)| is_form_key(key))?;
    Some(key)
}

pub(crate) fn is_form_key(key: &str) -> bool {
    key.starts_with('$') && !key.starts_with("$$")
}

fn bind_blob(
    template: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Document, TemplateError> {
    let text = bind_text(template, lookup)?;
    match STANDARD.decode(&text) {
        Ok(bytes) => Ok(Document::blob(bytes)),
        Err(_) => Err(TemplateError::Base64(template.to_owned())),
    }
}

fn bind_events(
    mut events: Events,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Document, TemplateError> {
    for event in &mut events.0 {
        event.payload = bind(&event.payload, lookup)?;
        for (_, value) in &mut event.headers {
            *value = bind_text(value, lookup)?;
        }
    }
    Ok(events.into_document())
}

fn replace_field(key: Key, item: Document, value: &str, name: &str) -> (Key, Document) {
    let key = if key.contains(value) && !value.is_empty() {
        Key::from(replace_text(key.into_owned(), value, name))
    } else {
        key
    };
    (key, replace(item, value, name))
}

fn push_literal<'t>(found: &mut Vec<Part<'t>>, text: &'t str) {
    match found.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Literal(before)) => before.to_mut().push_str(text),
        _ => found.push(Part::Literal(Cow::Borrowed(text))),
    }
}

fn escape_owned(text: String) -> String {
    match escape(&text) {
        Cow::Owned(escaped) => escaped,
        Cow::Borrowed(_) => text,
    }
}

pub(crate) fn escape_key(key: Key) -> Key {
    if key.starts_with('$') {
        return Key::from(format!("${}", escape(&key)));
    }
    if key.contains('«') { Key::from(escape(&key)) } else { key }
}

fn bind_fields(
    fields: &Fields,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Fields, TemplateError> {
    fields
        .iter()
        .map(|(key, value)| {
            if is_form_key(key) {
                return Err(TemplateError::Form(key.to_string()));
            }
            let plain = key.strip_prefix('$').unwrap_or(key);
            let key = if plain.contains('«') || plain.len() != key.len() {
                Key::from(bind_text(plain, lookup)?)
            } else {
                key.clone()
            };
            Ok((key, bind(value, lookup)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_replaced_where_it_stands_alone() {
        let cases = [
            ("arn:aws:sqs:r:123456789012:q", "arn:aws:sqs:r:«account»:q"),
            ("123456789012", "«account»"),
            ("x123456789012", "x123456789012"),
            ("1234567890123 123456789012/123456789012", "1234567890123 «account»/«account»"),
        ];
        for (text, expected) in cases {
            assert_eq!(replace_text(text.to_owned(), "123456789012", "account"), expected);
        }
    }

    #[test]
    fn what_is_replaced_binds_back() {
        let text = escape("a « 123456789012").into_owned();
        let template = replace_text(text, "123456789012", "account");
        let bound = bind_text(&template, &|_| Some("123456789012".to_owned()));
        assert_eq!(bound.as_deref(), Ok("a « 123456789012"));
    }
}
