//! The SHA-256 of a body that comes in parts.

use ring::digest::{Context, SHA256};

use crate::canonical;

/// The SHA-256 of what was shown to it so far.
#[derive(Clone)]
pub struct ContentHasher(Context);

impl ContentHasher {
    /// The hash of bytes that are here as a whole, in hex.
    pub fn of(bytes: &[u8]) -> String {
        canonical::sha256_hex(bytes)
    }

    /// Takes the next part.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The hash in hex.
    pub fn hex(self) -> String {
        canonical::hex(self.0.finish().as_ref())
    }
}

impl Default for ContentHasher {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl std::fmt::Debug for ContentHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContentHasher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hash_as_the_whole() {
        let mut hasher = ContentHasher::default();
        hasher.update(b"a");
        hasher.update(b"bc");
        assert_eq!(
            hasher.hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(ContentHasher::default().hex(), ContentHasher::of(b""));
    }
}
