//! What the run itself sent, and so may come back.

use std::collections::{BTreeSet, HashSet};
use std::ops::Bound;

use bytes::Bytes;
use memchr::memmem;
use standin_model::Document;

/// Shorter values are compared whole: inside a longer text they say nothing.
const PART_LENGTH: usize = 8;

/// Longer values are not searched for what they wrap.
const WRAP_LENGTH: usize = 64 * 1024;

/// The strings and blobs of a run's inputs.
#[derive(Clone, Debug, Default)]
pub(super) struct Supplied {
    values: HashSet<Bytes>,
    /// The values that others may wrap. None begins with another, so the one before a text in order is
    /// the only one that the text can begin with.
    wrapped: BTreeSet<Bytes>,
    /// The blobs, which may be read in parts.
    blobs: Vec<Bytes>,
}

impl Supplied {
    /// Notes all that a plain input holds.
    pub(super) fn add(&mut self, input: &Document) {
        match input {
            Document::String(text) => {
                self.add_value(Bytes::copy_from_slice(text.as_bytes()));
            }
            Document::Blob(bytes) => self.add_blob(bytes),
            Document::List(items) => items.iter().for_each(|item| self.add(item)),
            Document::Object(fields) => fields.iter().for_each(|(key, value)| {
                self.values.insert(Bytes::copy_from_slice(key.as_bytes()));
                self.add(value);
            }),
            _ => {}
        }
    }

    /// Whether a value was supplied, is a part of a blob that was, or wraps what was.
    pub(super) fn has(&self, value: &[u8]) -> bool {
        value.is_empty()
            || self.values.contains(value)
            || self.wraps(value)
            || self.blobs.iter().any(|blob| memmem::find(blob, value).is_some())
    }

    fn add_blob(&mut self, bytes: &Bytes) {
        if self.add_value(bytes.clone()) {
            self.blobs.push(bytes.clone());
        }
    }

    /// Adds a value; false if it was there.
    fn add_value(&mut self, value: Bytes) -> bool {
        if !self.values.insert(value.clone()) {
            return false;
        }
        if value.len() >= PART_LENGTH && !self.begins(&value) {
            let after = self.wrapped.range::<[u8], _>((Bound::Included(&*value), Bound::Unbounded));
            let longer: Vec<_> = after.take_while(|it| it.starts_with(&value)).cloned().collect();
            for longer in &longer {
                self.wrapped.remove(longer);
            }
            self.wrapped.insert(value);
        }
        true
    }

    fn wraps(&self, value: &[u8]) -> bool {
        value.len() <= WRAP_LENGTH
            && (0..value.len().saturating_sub(PART_LENGTH - 1)).any(|at| self.begins(&value[at..]))
    }

    /// Whether a text begins with a supplied value.
    fn begins(&self, text: &[u8]) -> bool {
        let before = self.wrapped.range::<[u8], _>((Bound::Unbounded, Bound::Included(text)));
        before.last().is_some_and(|value| text.starts_with(value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_wrapped_is_found(
            values in proptest::collection::vec("[ab]{6,12}", 1..8), text in "[ab]{0,30}",
        ) {
            let mut supplied = Supplied::default();
            for value in &values {
                supplied.add(&value.as_str().into());
            }
            let expected = text.is_empty() || values.iter().any(|value| {
                *value == text || value.len() >= PART_LENGTH && text.contains(value.as_str())
            });
            prop_assert_eq!(supplied.has(text.as_bytes()), expected);
        }
    }

    #[test]
    fn a_range_of_a_blob_was_supplied() {
        let mut supplied = Supplied::default();
        supplied.add(&Document::blob("Hello World!"));
        assert!(supplied.has(b"ello"));
        assert!(!supplied.has(b"jello"));
    }
}
