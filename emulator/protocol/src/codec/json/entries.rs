//! Maps of JSON: their keys, and for how many entries to make room.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};
use standin_model::{Fields, Key};

/// How many entries a map gets room for at once where that many seem to come.
const AT_ONCE: usize = 32;

/// The entries of a map of which some may be read.
pub(super) struct Entries {
    pub(super) fields: Fields,
    /// The address of the first key.
    first: Option<usize>,
    /// The address of the body's end.
    end: usize,
}

impl Entries {
    /// None, of a body that ends at an address.
    pub(super) fn new(end: usize) -> Self {
        Self { fields: Fields::default(), first: None, end }
    }

    /// Makes room before an entry whose key has been read.
    ///
    /// A list that doubles needs three times its size while it is copied, so the entries to come are guessed:
    /// as many as those before them would fit into the rest of the body.
    pub(super) fn make_room(&mut self, key: &EntryKey) {
        self.first = self.first.or(key.address);
        let taken = self.fields.len();
        if taken < 4 || taken < self.fields.capacity() {
            return;
        }
        if let (Some(first), Some(next)) = (self.first, key.address) {
            let size = (next.saturating_sub(first) / taken).max(1);
            let more = self.end.saturating_sub(next) / size + 1;
            let most = taken.max(AT_ONCE.saturating_sub(taken));
            self.fields.reserve_exact(more.clamp(taken / 4, most));
        }
    }
}

/// The key of a map's entry.
pub(super) struct EntryKey {
    pub(super) key: Key,
    /// The address of its text, if that stands in the body as it is.
    address: Option<usize>,
}

/// Reads a key.
#[derive(Clone, Copy)]
pub(super) struct EntryKeySeed;

impl<'de> DeserializeSeed<'de> for EntryKeySeed {
    type Value = EntryKey;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<EntryKey, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for EntryKeySeed {
    type Value = EntryKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<EntryKey, E> {
        Ok(EntryKey { key: Key::new(text), address: Some(text.as_ptr().addr()) })
    }

    fn visit_str<E>(self, text: &str) -> Result<EntryKey, E> {
        Ok(EntryKey { key: Key::new(text), address: None })
    }
}
