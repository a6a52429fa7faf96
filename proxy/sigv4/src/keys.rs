//! Signing keys, derived once for a day, a region and a service.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use ring::hmac;

use crate::Scope;

/// A key that signs in one scope.
#[derive(Clone)]
pub struct SigningKey(hmac::Key);

/// The signing keys that were derived, for whoever signs or verifies often.
#[derive(Default)]
pub struct SigningKeys(Mutex<Vec<Derived>>);

struct Derived {
    secret: String,
    scope: Scope,
    key: SigningKey,
}

/// A client chooses its scopes, so their number is bounded: the oldest is forgotten.
const KEPT: usize = 64;

impl SigningKey {
    /// The key of a secret in a scope: four HMACs.
    pub fn derive(secret: &str, scope: &Scope) -> Self {
        let start = format!("AWS4{secret}");
        let parts = [&*scope.date, &*scope.region, &*scope.service, "aws4_request"];
        let key = |bytes: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let derived = parts.iter().fold(key(start.as_bytes()), |last, part| {
            key(hmac::sign(&last, part.as_bytes()).as_ref())
        });
        Self(derived)
    }

    /// The signature of a text, in hex.
    pub(crate) fn sign(&self, text: &[u8]) -> String {
        crate::canonical::hex(&self.sign_raw(text))
    }

    /// The signature of a text.
    pub(crate) fn sign_raw(&self, text: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.0, text);
        tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
    }
}

impl SigningKeys {
    /// The key of a secret in a scope, derived when it is first asked for.
    pub fn get(&self, secret: &str, scope: &Scope) -> SigningKey {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().find(|derived| derived.scope == *scope && derived.secret == secret);
        if let Some(derived) = known {
            return derived.key.clone();
        }
        let key = SigningKey::derive(secret, scope);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(Derived { secret: secret.to_owned(), scope: scope.clone(), key: key.clone() });
        key
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeys(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(day: u32) -> Scope {
        Scope { date: day.to_string(), region: "us-east-1".into(), service: "iam".into() }
    }

    #[test]
    fn a_key_is_the_one_that_aws_publishes() {
        let derived =
            SigningKey::derive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", &scope(20_150_830));
        // The string to sign and the signature of the documentation's example for IAM.
        let text = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
                    f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";
        let signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        assert_eq!(derived.sign(text.as_bytes()), signature);
    }

    #[test]
    fn keys_are_kept_by_secret_and_scope_and_their_number_is_bounded() {
        let keys = SigningKeys::default();
        let one = keys.get("a", &scope(20_150_830)).sign(b"text");
        assert_eq!(keys.get("a", &scope(20_150_830)).sign(b"text"), one);
        assert_ne!(keys.get("b", &scope(20_150_830)).sign(b"text"), one);
        assert_ne!(keys.get("a", &scope(20_150_831)).sign(b"text"), one);
        for day in 0..1000 {
            let _ = keys.get("a", &scope(20_160_000 + day));
        }
        assert_eq!(keys.0.lock().unwrap().len(), KEPT);
        assert_eq!(keys.get("a", &scope(20_150_830)).sign(b"text"), one);
        assert_eq!(
            format!("{keys:?}{:?}", keys.get("s3cret", &scope(1))),
            "SigningKeys(***)SigningKey(***)"
        );
    }
}
