//! What was redacted, so that it is looked for elsewhere.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_model::Document;

use crate::entropy;

/// Values that are easier to guess than this many bits are words, which stand everywhere.
const SECRET_BITS: f64 = 64.0;

/// Secret values of a run that were redacted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Redacted(BTreeSet<String>);

impl Redacted {
    /// Notes a value, if it is hard to guess.
    pub(super) fn add(&mut self, value: &Document) {
        match value {
            Document::String(text) if is_hard(text.as_bytes()) => {
                self.0.insert(text.clone());
            }
            Document::Blob(bytes) if is_hard(bytes) => {
                let text = std::str::from_utf8(bytes);
                let text = text.map_or_else(|_| STANDARD.encode(&**bytes), str::to_owned);
                self.0.insert(text);
            }
            _ => {}
        }
    }

    /// Whether a text was redacted elsewhere.
    pub(super) fn has(&self, value: &Document) -> bool {
        value.as_str().is_some_and(|text| self.0.contains(text))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn is_hard(value: &[u8]) -> bool {
    entropy::bits(value) >= SECRET_BITS
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redacted({} values)", self.0.len())
    }
}
