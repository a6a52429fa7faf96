//! Ids: random, or derived from a seed and from what they name.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::{AccountId, Region};

/// Makes ids. Clones share the source.
///
/// With a seed, an id depends only on the seed, the account, the region, the service, a resource's name and an
/// ordinal within it, so that unrelated clients at the same time don't change each other's ids.
#[derive(Clone)]
pub struct Ids(Arc<Source>);

enum Source {
    Random { seed: [u8; 32], count: AtomicU64 },
    Seeded { seed: u64, ordinals: Mutex<BTreeMap<[u8; 32], u64>> },
}

/// A stream of random-looking characters for the ids of one thing.
#[derive(Clone, Debug)]
pub struct IdStream {
    seed: [u8; 32],
    block: u64,
    digest: [u8; 32],
    /// How many bytes of the digest are still unused.
    left: usize,
}

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";

impl Ids {
    /// Ids that no run repeats, from the randomness of the process.
    pub fn random() -> Self {
        let state = RandomState::new();
        let mut seed = [0; 32];
        for (index, part) in seed.chunks_exact_mut(8).enumerate() {
            part.copy_from_slice(&state.hash_one(index).to_le_bytes());
        }
        Self(Arc::new(Source::Random { seed, count: AtomicU64::new(0) }))
    }

    /// Ids that every run with this seed repeats.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Source::Seeded { seed, ordinals: Mutex::default() }))
    }

    /// The ids of the `ordinal`th thing within a resource, for callers that keep count in their store.
    pub fn at(&self, scope: (AccountId, &Region, &str), resource: &str, ordinal: u64) -> IdStream {
        match &*self.0 {
            Source::Random { seed, count } => {
                IdStream::new(seed, count.fetch_add(1, Ordering::Relaxed))
            }
            Source::Seeded { seed, .. } => IdStream::new(&scoped(*seed, scope, resource), ordinal),
        }
    }

    /// The ids of the next thing within a resource, counted here.
    pub fn next(&self, scope: (AccountId, &Region, &str), resource: &str) -> IdStream {
        let Source::Seeded { seed, ordinals } = &*self.0 else {
            return self.at(scope, resource, 0);
        };
        let key = scoped(*seed, scope, resource);
        let mut ordinals = ordinals.lock().unwrap_or_else(PoisonError::into_inner);
        let ordinal = ordinals.entry(key).or_default();
        *ordinal += 1;
        IdStream::new(&key, *ordinal)
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Source::Random { .. } => f.write_str("Ids(random)"),
            Source::Seeded { seed, .. } => write!(f, "Ids(seed {seed})"),
        }
    }
}

impl IdStream {
    fn new(seed: &[u8; 32], ordinal: u64) -> Self {
        let mut hash = Sha256::new_with_prefix(seed);
        hash.update(ordinal.to_le_bytes());
        Self { seed: hash.finalize().into(), block: 0, digest: [0; 32], left: 0 }
    }

    /// A random UUID, version 4 (`8-4-4-4-12`).
    pub fn uuid(&mut self) -> String {
        let mut bytes: [u8; 16] = std::array::from_fn(|_| self.byte());
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = String::with_capacity(36);
        for (index, byte) in bytes.into_iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
        text
    }

    /// Lower-case hexadecimal digits.
    pub fn hex(&mut self, length: usize) -> String {
        self.text(HEX, length)
    }

    /// Letters of both cases and digits.
    pub fn alphanumeric(&mut self, length: usize) -> String {
        self.text(ALPHANUMERIC, length)
    }

    /// Capital letters and digits, as in the ids of IAM.
    pub fn base32(&mut self, length: usize) -> String {
        self.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length)
    }

    /// Characters of an alphabet of at most 256.
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
    }

    /// A number of 64 bits.
    pub fn number(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// Bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }

    /// A byte below the bound, each as likely: bytes that would favour the first ones are passed over.
    fn below(&mut self, bound: usize) -> usize {
        let limit = 256 - 256 % bound;
        loop {
            let byte = usize::from(self.byte());
            if byte < limit {
                return byte % bound;
            }
        }
    }

    fn byte(&mut self) -> u8 {
        if self.left == 0 {
            let mut hash = Sha256::new_with_prefix(self.seed);
            hash.update(self.block.to_le_bytes());
            self.block += 1;
            self.digest = hash.finalize().into();
            self.left = self.digest.len();
        }
        self.left -= 1;
        self.digest[self.left]
    }
}

fn scoped(seed: u64, scope: (AccountId, &Region, &str), resource: &str) -> [u8; 32] {
    let (account, region, service) = scope;
    let mut hash = Sha256::new_with_prefix(seed.to_le_bytes());
    for part in [account.as_str(), region.as_str(), service, resource] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(region: &Region) -> (AccountId, &Region, &'static str) {
        (AccountId::DEFAULT, region, "sqs")
    }

    #[test]
    fn a_seed_repeats_ids_and_unrelated_requests_do_not_change_them() {
        let region = Region::us_east_1();
        let (first, second) = (Ids::seeded(7), Ids::seeded(7));
        let alone = first.next(scope(&region), "queue/a").uuid();
        second.next(scope(&region), "queue/b");
        assert_eq!(second.next(scope(&region), "queue/a").uuid(), alone);
        assert_ne!(second.next(scope(&region), "queue/a").uuid(), alone);
        assert_ne!(Ids::seeded(8).next(scope(&region), "queue/a").uuid(), alone);
        assert_eq!(
            first.at(scope(&region), "queue/a", 3).hex(8),
            second.at(scope(&region), "queue/a", 3).hex(8)
        );
    }

    #[test]
    fn random_ids_differ_between_runs_and_calls() {
        let region = Region::us_east_1();
        let ids = Ids::random();
        let one = ids.at(scope(&region), "q", 1).uuid();
        assert_ne!(one, ids.at(scope(&region), "q", 1).uuid());
        assert_ne!(one, Ids::random().at(scope(&region), "q", 1).uuid());
    }

    #[test]
    fn ids_have_their_form() {
        let region = Region::us_east_1();
        let mut stream = Ids::seeded(1).next(scope(&region), "q");
        let uuid = stream.uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
        assert_eq!(stream.hex(40).len(), 40);
        assert!(stream.alphanumeric(500).bytes().all(|b| b.is_ascii_alphanumeric()));
        assert!(stream.base32(64).bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
    }
}
