//! Contents too large to hold in memory: a mark stands for each in the documents, and the content itself is read
//! from where its owner keeps it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;

use crate::{Blobs, Digest};

/// How a content is read from its beginning.
type Open = dyn Fn() -> io::Result<Box<dyn Read>> + Send + Sync;

/// A content that is kept elsewhere.
#[derive(Clone)]
pub struct OutsideContent {
    length: u64,
    open: Arc<Open>,
}

/// The contents of a recording that are kept elsewhere, by their digests.
///
/// The mark of a content is a blob that begins with the salt. Who makes an `Outside` picks a salt that no client can
/// guess, so that no body of a client's is taken for a mark.
#[derive(Clone, Debug)]
pub struct Outside {
    salt: String,
    contents: BTreeMap<Digest, OutsideContent>,
}

impl OutsideContent {
    /// A content of some length in bytes.
    pub fn new(
        length: u64,
        open: impl Fn() -> io::Result<Box<dyn Read>> + Send + Sync + 'static,
    ) -> Self {
        Self { length, open: Arc::new(open) }
    }

    /// The length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// A reader from the beginning.
    pub fn open(&self) -> io::Result<Box<dyn Read>> {
        (self.open)()
    }
}

impl Outside {
    /// No contents yet.
    pub fn new(salt: impl Into<String>) -> Self {
        Self { salt: salt.into(), contents: BTreeMap::new() }
    }

    /// Adds a content; gives the mark that stands for it. The same content has the same mark.
    pub fn insert(&mut self, digest: Digest, content: OutsideContent) -> Bytes {
        let mark = self.mark(&digest);
        self.contents.insert(digest, content);
        mark
    }

    /// The content that a blob stands for, if it is a mark.
    pub fn find(&self, blob: &[u8]) -> Option<(&Digest, &OutsideContent)> {
        let digest = blob.strip_prefix(self.salt.as_bytes())?;
        let digest: Digest = std::str::from_utf8(digest).ok()?.parse().ok()?;
        self.contents.get_key_value(&digest)
    }

    /// All contents, by digest.
    pub fn contents(&self) -> impl Iterator<Item = (&Digest, &OutsideContent)> {
        self.contents.iter()
    }

    /// Blobs, of which these contents are not read.
    pub fn over<'b>(&'b self, blobs: &'b dyn Blobs) -> impl Blobs + 'b {
        Over { outside: self, blobs }
    }

    fn mark(&self, digest: &Digest) -> Bytes {
        format!("{}{digest}", self.salt).into()
    }
}

struct Over<'b> {
    outside: &'b Outside,
    blobs: &'b dyn Blobs,
}

impl Blobs for Over<'_> {
    fn blob(&self, digest: &Digest) -> Option<Bytes> {
        self.blobs.blob(digest)
    }

    fn mark(&self, digest: &Digest) -> Option<Bytes> {
        self.outside.contents.contains_key(digest).then(|| self.outside.mark(digest))
    }
}

impl fmt::Debug for OutsideContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutsideContent({} bytes)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_mark_of_a_known_content_is_one() {
        let mut outside = Outside::new("salt-");
        let digest = Digest::of(b"content");
        let open = || Ok(Box::new(&b"content"[..]) as Box<dyn Read>);
        let mark = outside.insert(digest.clone(), OutsideContent::new(7, open));
        assert_eq!(mark, format!("salt-{digest}"));
        let (found, content) = outside.find(&mark).expect("a mark");
        assert_eq!((found, content.length()), (&digest, 7));
        let mut text = String::new();
        content.open().expect("readable").read_to_string(&mut text).expect("readable");
        assert_eq!(text, "content");
        for other in [digest.as_str().as_bytes(), b"salt-", Digest::of(b"x").as_str().as_bytes()] {
            assert!(outside.find(other).is_none());
        }
        assert_eq!(outside.over(&()).mark(&digest), Some(mark));
        assert_eq!(outside.over(&()).blob(&digest), None);
    }
}
