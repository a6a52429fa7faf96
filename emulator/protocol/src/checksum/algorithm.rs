//! The checksum algorithms that models name, computed as the bytes come.

use std::fmt;

use crc::{CRC_32_ISCSI, CRC_64_NVME, Crc, Table};
use http::HeaderName;
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use twox_hash::{XxHash64, xxhash3_64, xxhash3_128};

use crate::codec::scalar;

/// A checksum algorithm, by the names of S3's `ChecksumAlgorithm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// CRC-32, what clients use unless told otherwise.
    Crc32,
    /// CRC-32C, by Castagnoli.
    Crc32C,
    /// CRC-64/NVME, S3's own choice.
    Crc64Nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
    /// MD5.
    Md5,
    /// XXH64 with seed 0.
    XxHash64,
    /// XXH3 of 64 bits with seed 0.
    XxHash3,
    /// XXH3 of 128 bits with seed 0.
    XxHash128,
}

/// A checksum in the making.
pub struct Checksum {
    algorithm: Algorithm,
    function: Box<dyn Function>,
}

/// What computes a checksum.
trait Function: Send {
    fn update(&mut self, bytes: &[u8]);

    /// The value, big end first.
    fn finish(self: Box<Self>) -> Vec<u8>;
}

// === impl Algorithm ===

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Crc32,
        Self::Crc32C,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Md5,
        Self::XxHash64,
        Self::XxHash3,
        Self::XxHash128,
    ];

    /// The algorithm of a name, in whatever case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The name, as in models.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// The header or trailer of a checksum.
    pub fn header(self) -> HeaderName {
        HeaderName::from_static(self.names().1)
    }

    /// How many bytes a checksum has.
    pub fn size(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32C => 4,
            Self::Crc64Nvme | Self::XxHash64 | Self::XxHash3 => 8,
            Self::Md5 | Self::XxHash128 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Crc32 => ("CRC32", "x-amz-checksum-crc32"),
            Self::Crc32C => ("CRC32C", "x-amz-checksum-crc32c"),
            Self::Crc64Nvme => ("CRC64NVME", "x-amz-checksum-crc64nvme"),
            Self::Sha1 => ("SHA1", "x-amz-checksum-sha1"),
            Self::Sha256 => ("SHA256", "x-amz-checksum-sha256"),
            Self::Sha512 => ("SHA512", "x-amz-checksum-sha512"),
            Self::Md5 => ("MD5", "x-amz-checksum-md5"),
            Self::XxHash64 => ("XXHASH64", "x-amz-checksum-xxhash64"),
            Self::XxHash3 => ("XXHASH3", "x-amz-checksum-xxhash3"),
            Self::XxHash128 => ("XXHASH128", "x-amz-checksum-xxhash128"),
        }
    }
}

// === impl Checksum ===

impl Checksum {
    /// The checksum of nothing yet.
    pub fn new(algorithm: Algorithm) -> Self {
        Self { algorithm, function: function(algorithm) }
    }

    /// The checksum of bytes that are here, in base64, as headers have it.
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> String {
        let mut checksum = Self::new(algorithm);
        checksum.update(bytes);
        scalar::format_blob(&checksum.finish())
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Goes on with further bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.function.update(bytes);
    }

    /// The value, big end first.
    pub fn finish(self) -> Vec<u8> {
        self.function.finish()
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Checksum").field(&self.algorithm).finish()
    }
}

static CRC32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);
static CRC64: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_NVME);

fn function(algorithm: Algorithm) -> Box<dyn Function> {
    match algorithm {
        Algorithm::Crc32 => Box::new(crc32fast::Hasher::new()),
        Algorithm::Crc32C => Box::new(CRC32C.digest()),
        Algorithm::Crc64Nvme => Box::new(CRC64.digest()),
        Algorithm::Sha1 => Box::new(Digested(Sha1::new())),
        Algorithm::Sha256 => Box::new(Digested(Sha256::new())),
        Algorithm::Sha512 => Box::new(Digested(Sha512::new())),
        Algorithm::Md5 => Box::new(Digested(Md5::new())),
        Algorithm::XxHash64 => Box::new(XxHash64::with_seed(0)),
        Algorithm::XxHash3 => Box::new(xxhash3_64::Hasher::new()),
        Algorithm::XxHash128 => Box::new(xxhash3_128::Hasher::new()),
    }
}

struct Digested<D>(D);

impl<D: Digest + Send> Function for Digested<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

impl Function for crc32fast::Hasher {
    fn update(&mut self, bytes: &[u8]) {
        crc32fast::Hasher::update(self, bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.finalize().to_be_bytes().to_vec()
    }
}

impl Function for crc::Digest<'static, u32, Table<16>> {
    fn update(&mut self, bytes: &[u8]) {
        crc::Digest::<'static, u32, Table<16>>::update(self, bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.finalize().to_be_bytes().to_vec()
    }
}

impl Function for crc::Digest<'static, u64, Table<16>> {
    fn update(&mut self, bytes: &[u8]) {
        crc::Digest::<'static, u64, Table<16>>::update(self, bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.finalize().to_be_bytes().to_vec()
    }
}

impl Function for XxHash64 {
    fn update(&mut self, bytes: &[u8]) {
        std::hash::Hasher::write(self, bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        std::hash::Hasher::finish(&*self).to_be_bytes().to_vec()
    }
}

impl Function for xxhash3_64::Hasher {
    fn update(&mut self, bytes: &[u8]) {
        std::hash::Hasher::write(self, bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        std::hash::Hasher::finish(&*self).to_be_bytes().to_vec()
    }
}

impl Function for xxhash3_128::Hasher {
    fn update(&mut self, bytes: &[u8]) {
        self.write(bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.finish_128().to_be_bytes().to_vec()
    }
}
