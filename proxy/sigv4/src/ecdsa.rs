//! The keys of SigV4a: P-256, derived from a secret.
//!
//! The derivation is the one of NIST SP 800-108 in counter mode over HMAC-SHA256 that AWS's signers share; its
//! published vectors are run in the tests.

use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use ring::hmac;

use crate::{Algorithm, canonical};

/// The key pair of one access key.
#[derive(Clone)]
pub(crate) struct KeyPair {
    secret: SigningKey,
    public: VerifyingKey,
}

/// The length of a signature in chunks, where shorter ones are padded: that of the longest in hex.
pub(crate) const PADDED: usize = 144;

impl KeyPair {
    /// The pair of an access key: the first of the numbers that the secret gives that is a private key.
    pub(crate) fn derive(access_key_id: &str, secret: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4A{secret}").as_bytes());
        let secret = (1..=254).find_map(|counter| candidate(&key, access_key_id, counter));
        let secret = secret.expect("one number of 2^32 is no key, and these are 254");
        let public = *secret.verifying_key();
        Self { secret, public }
    }

    /// The signature of a text: DER in hex. The same text has the same signature (RFC 6979).
    pub(crate) fn sign(&self, text: &[u8]) -> String {
        let signature: DerSignature = self.secret.sign(text);
        canonical::hex(signature.as_bytes())
    }

    /// Whether a text has a signature, which may be padded as in chunks.
    pub(crate) fn verifies(&self, text: &[u8], signature: &str) -> bool {
        let signature = bytes(unpadded(signature));
        let signature = signature.and_then(|bytes| DerSignature::try_from(&*bytes).ok());
        signature.is_some_and(|signature| self.public.verify(text, &signature).is_ok())
    }

    /// The public key: both coordinates in hex.
    #[cfg(test)]
    pub(crate) fn public(&self) -> (String, String) {
        let point = self.public.to_sec1_point(false);
        let bytes = point.as_bytes();
        (canonical::hex(&bytes[1..33]), canonical::hex(&bytes[33..]))
    }
}

/// A signature without the stars that pad it.
pub(crate) fn unpadded(signature: &str) -> &str {
    signature.trim_end_matches('*')
}

/// The private key that a counter gives, if it is one: the hash of key, label and context, plus one.
fn candidate(key: &hmac::Key, access_key_id: &str, counter: u8) -> Option<SigningKey> {
    let mut context = hmac::Context::with_key(key);
    context.update(&1_u32.to_be_bytes());
    context.update(Algorithm::Ecdsa.name().as_bytes());
    context.update(&[0]);
    context.update(access_key_id.as_bytes());
    context.update(&[counter]);
    context.update(&256_u32.to_be_bytes());
    let mut number: [u8; 32] = context.sign().as_ref().try_into().expect("SHA-256 has 32 bytes");
    let carries = number.iter_mut().rev().all(|digit| {
        *digit = digit.wrapping_add(1);
        *digit == 0
    });
    // What is left of a carry is zero, which is no key either.
    (!carries).then(|| SigningKey::from_slice(&number).ok()).flatten()
}

/// The bytes of a text of hexadecimal digits.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
