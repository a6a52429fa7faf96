//! Writes variables in the place of the values that they stand for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_model::{Answer, Document, TimestampFormat};
use standin_tape::{Exchange, Outcome, template};

use super::mint::Mint;
use super::supplied::LARGEST_TOKEN;
use crate::bindings::tokens;

/// Substitutes in the input and the answer of an exchange.
pub(super) fn exchange(exchange: &mut Exchange, mint: &Mint) {
    input(&mut exchange.input, mint);
    if let Outcome::Answered { answer, .. } = &mut exchange.outcome {
        match answer {
            Answer::Output(document) => output(document, mint),
            Answer::Error(error) => {
                if let Some(message) = &mut error.message {
                    *message = text(message, mint);
                }
                error.members.iter_mut().for_each(|(_, value)| output(value, mint));
            }
        }
    }
    for (_, value) in &mut exchange.wire.response_headers {
        *value = text(value, mint);
    }
}

/// Times of an input stay as they are: a variable has no type to send.
fn input(document: &mut Document, mint: &Mint) {
    blobs(document, mint);
    strings(document, &mut |found| *found = text(found, mint));
}

fn output(document: &mut Document, mint: &Mint) {
    times(document, mint);
    blobs(document, mint);
    strings(document, &mut |found| *found = text(found, mint));
}

/// A blob is a variable as a whole or not at all.
fn blobs(document: &mut Document, mint: &Mint) {
    match document {
        Document::Blob(bytes) if bytes.len() <= LARGEST_TOKEN => {
            if let Some(name) = mint.name(&STANDARD.encode(&*bytes)) {
                *document = template::blob_of(template::reference(name));
            }
        }
        Document::List(items) => items.iter_mut().for_each(|item| blobs(item, mint)),
        Document::Object(fields) => fields.iter_mut().for_each(|(_, value)| blobs(value, mint)),
        _ => {}
    }
}

fn times(document: &mut Document, mint: &Mint) {
    match document {
        Document::Timestamp(time) => {
            if let Some(name) = mint.name(&time.format(TimestampFormat::Iso8601)) {
                *document = Document::String(template::reference(name));
            }
        }
        Document::List(items) => items.iter_mut().for_each(|item| times(item, mint)),
        Document::Object(fields) => fields.iter_mut().for_each(|(_, value)| times(value, mint)),
        _ => {}
    }
}

fn strings(document: &mut Document, change: &mut dyn FnMut(&mut String)) {
    match document {
        Document::String(text) => change(text),
        Document::List(items) => items.iter_mut().for_each(|item| strings(item, change)),
        Document::Object(fields) => {
            fields.iter_mut().for_each(|(_, value)| strings(value, change));
        }
        _ => {}
    }
}

/// A template with the values of known variables replaced: the whole text, the endpoint it begins with,
/// or its pieces between separators.
fn text(template: &str, mint: &Mint) -> String {
    if template.contains('«') {
        return template.to_owned();
    }
    if let Some(name) = mint.name(template) {
        return template::reference(name);
    }
    let endpoint = mint.endpoint(template).filter(|endpoint| mint.name(endpoint).is_some());
    let start = endpoint.map_or(0, str::len);
    let mut replaced = String::with_capacity(template.len());
    if let Some(name) = endpoint.and_then(|endpoint| mint.name(endpoint)) {
        replaced.push_str(&template::reference(name));
    }
    let rest = &template[start..];
    let mut copied = 0;
    for (at, token) in tokens(rest) {
        if let Some(name) = mint.name(token) {
            replaced.push_str(&rest[copied..at]);
            replaced.push_str(&template::reference(name));
            copied = at + token.len();
        }
    }
    replaced.push_str(&rest[copied..]);
    replaced
}
