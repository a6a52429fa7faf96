//! What the run itself sent, and so may come back.

use std::collections::HashSet;

use memchr::memmem;
use standin_model::Document;

/// Shorter values are compared whole: inside a longer text they say nothing.
const PART_LENGTH: usize = 8;

/// The strings and blobs of a run's inputs.
#[derive(Clone, Debug, Default)]
pub(super) struct Supplied {
    values: HashSet<Vec<u8>>,
}

impl Supplied {
    /// Notes all that a plain input holds.
    pub(super) fn add(&mut self, input: &Document) {
        match input {
            Document::String(text) => drop(self.values.insert(text.clone().into_bytes())),
            Document::Blob(bytes) => drop(self.values.insert(bytes.to_vec())),
            Document::List(items) => items.iter().for_each(|item| self.add(item)),
            Document::Object(fields) => fields.iter().for_each(|(key, value)| {
                self.values.insert(key.as_bytes().to_vec());
                self.add(value);
            }),
            _ => {}
        }
    }

    /// Whether a value was supplied, is a part of what was, or wraps what was.
    pub(super) fn has(&self, value: &[u8]) -> bool {
        value.is_empty()
            || self.values.contains(value)
            || self.values.iter().any(|supplied| {
                memmem::find(supplied, value).is_some()
                    || (supplied.len() >= PART_LENGTH && memmem::find(value, supplied).is_some())
            })
    }
}
