//! What the client supplied, and what follows from it.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use sha2::{Sha256, Sha512};
use standin_model::{Document, TimestampFormat};

use super::Leaf;
use crate::bindings::tokens;
use crate::{Path, Segment};

/// Blobs above this are contents, not tokens that a later request repeats.
pub(super) const LARGEST_TOKEN: usize = 8 * 1024;

/// The values that the client sent so far, their pieces, and their digests.
#[derive(Default)]
pub(super) struct Supplied(HashSet<String>);

impl Supplied {
    /// Adds the values of an input.
    pub(super) fn add_input(&mut self, input: &Document) {
        match input {
            Document::String(text) => self.add_text(text),
            Document::Blob(bytes) => {
                self.add_digests(bytes);
                self.0.insert(STANDARD.encode(bytes));
                if let Ok(text) = std::str::from_utf8(bytes) {
                    self.add_text(text);
                }
            }
            Document::List(items) => items.iter().for_each(|item| self.add_input(item)),
            Document::Object(fields) => {
                for (key, value) in fields.iter() {
                    self.add_text(key);
                    self.add_input(value);
                }
            }
            _ => {}
        }
    }

    /// Whether a value is one of the client's, or follows from one.
    pub(super) fn has(&self, value: &str) -> bool {
        self.0.contains(value)
    }

    fn add_text(&mut self, text: &str) {
        self.add_digests(text.as_bytes());
        for (_, token) in tokens(text) {
            self.0.insert(token.to_owned());
        }
        self.0.insert(text.to_owned());
    }

    fn add_digests(&mut self, bytes: &[u8]) {
        let md5 = Md5::digest(bytes);
        let sha256 = Sha256::digest(bytes);
        let crc32 = crc32fast::hash(bytes).to_be_bytes();
        self.0.extend([
            hex(&md5),
            STANDARD.encode(md5),
            hex(&sha256),
            STANDARD.encode(sha256),
            STANDARD.encode(Sha512::digest(bytes)),
            STANDARD.encode(crc32),
        ]);
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    })
}

/// Visits the texts and times of a document.
pub(super) fn visit(document: &Document, path: &Path, visit_leaf: &mut dyn FnMut(&Path, Leaf<'_>)) {
    match document {
        Document::String(text) => visit_leaf(path, Leaf::Text(text)),
        Document::Timestamp(time) => {
            visit_leaf(path, Leaf::Time(&time.format(TimestampFormat::Iso8601)));
        }
        Document::Blob(bytes) if bytes.len() <= LARGEST_TOKEN => {
            visit_leaf(path, Leaf::Blob(&STANDARD.encode(bytes)));
        }
        Document::List(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, &path.join(Segment::Index(index)), visit_leaf);
            }
        }
        Document::Object(fields) => {
            for (key, value) in fields.iter() {
                visit(value, &path.member(key), visit_leaf);
            }
        }
        _ => {}
    }
}
