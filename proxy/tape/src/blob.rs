//! Values that live in files of their own, named by their content.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::hex;

/// Blobs and strings longer than this stand out of line.
pub const INLINE_LIMIT: usize = 8 * 1024;

/// Bytes that nobody can read stand out of line above this.
pub(crate) const INLINE_BINARY_LIMIT: usize = 1024;

/// The name of a blob: `sha256-` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(String);

/// Where a reader finds the blobs of a recording.
pub trait Blobs {
    /// The content of a blob; `None` if it is not there.
    fn blob(&self, digest: &Digest) -> Option<Bytes>;

    /// What stands for a blob that is not to be read (see [`crate::Outside`]); its content is not looked at.
    fn mark(&self, _: &Digest) -> Option<Bytes> {
        None
    }
}

/// No blobs at all.
impl Blobs for () {
    fn blob(&self, _: &Digest) -> Option<Bytes> {
        None
    }
}

/// Blobs in memory.
impl Blobs for std::collections::BTreeMap<Digest, Bytes> {
    fn blob(&self, digest: &Digest) -> Option<Bytes> {
        self.get(digest).cloned()
    }
}

/// Text is not the name of a blob.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a blob's name (sha256- and 64 hexadecimal digits)")]
pub struct BadDigest(pub String);

impl Digest {
    /// The name of a content.
    pub fn of(content: &[u8]) -> Self {
        Self(format!("sha256-{}", hex::lower(&Sha256::digest(content))))
    }

    /// The name as text, which is the file's name too.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Digest {
    type Err = BadDigest;

    fn from_str(text: &str) -> Result<Self, BadDigest> {
        let is_hex = |digits: &str| {
            digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        match text.strip_prefix("sha256-") {
            Some(digits) if is_hex(digits) => Ok(Self(text.to_owned())),
            _ => Err(BadDigest(text.to_owned())),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
