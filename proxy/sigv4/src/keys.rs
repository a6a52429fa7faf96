//! Signing keys, derived once for a day, a region and a service.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use ring::hmac;

use crate::ecdsa::KeyPair;
use crate::verify::same;
use crate::{Algorithm, Scope, canonical};

/// A key that signs in one scope; by SigV4a, in every scope of its access key.
#[derive(Clone)]
pub struct SigningKey(Kind);

#[derive(Clone)]
enum Kind {
    Hmac(hmac::Key),
    Ecdsa(Box<KeyPair>),
}

/// The signing keys that were derived, for whoever signs or verifies often.
#[derive(Default)]
pub struct SigningKeys(Mutex<Vec<Derived>>);

struct Derived {
    access_key: (String, String),
    scope: Scope,
    key: SigningKey,
}

/// A client chooses its scopes, so their number is bounded: the oldest is forgotten.
const KEPT: usize = 64;

impl SigningKey {
    /// The key of an access key, its id and its secret, in a scope.
    pub fn derive((id, secret): (&str, &str), scope: &Scope) -> Self {
        Self(match scope.algorithm {
            Algorithm::Hmac => Kind::Hmac(derive_hmac(secret, scope)),
            Algorithm::Ecdsa => Kind::Ecdsa(Box::new(KeyPair::derive(id, secret))),
        })
    }

    /// The signature of a text, in hex.
    pub(crate) fn sign(&self, text: &[u8]) -> String {
        match &self.0 {
            Kind::Hmac(key) => canonical::hex(hmac::sign(key, text).as_ref()),
            Kind::Ecdsa(pair) => pair.sign(text),
        }
    }

    /// Whether that is the signature of a text.
    pub(crate) fn verifies(&self, text: &[u8], signature: &str) -> bool {
        match &self.0 {
            Kind::Hmac(_) => same(self.sign(text).as_bytes(), signature.as_bytes()),
            Kind::Ecdsa(pair) => pair.verifies(text, signature),
        }
    }
}

impl SigningKeys {
    /// The key of an access key in a scope, derived when it is first asked for.
    pub fn get(&self, (id, secret): (&str, &str), scope: &Scope) -> SigningKey {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().find(|derived| derived.serves((id, secret), scope));
        if let Some(derived) = known {
            return derived.key.clone();
        }
        let key = SigningKey::derive((id, secret), scope);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        let access_key = (id.to_owned(), secret.to_owned());
        kept.push(Derived { access_key, scope: scope.clone(), key: key.clone() });
        key
    }
}

impl Derived {
    fn serves(&self, (id, secret): (&str, &str), scope: &Scope) -> bool {
        let in_scope = match scope.algorithm {
            Algorithm::Hmac => self.scope == *scope,
            Algorithm::Ecdsa => self.scope.algorithm == Algorithm::Ecdsa,
        };
        in_scope && self.access_key.1 == secret && self.access_key.0 == id
    }
}

/// The key of a secret in a scope: four HMACs.
pub(crate) fn derive_hmac(secret: &str, scope: &Scope) -> hmac::Key {
    let start = format!("AWS4{secret}");
    let parts = [&*scope.date, &*scope.region, &*scope.service, "aws4_request"];
    let key = |bytes: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, bytes);
    parts
        .iter()
        .fold(key(start.as_bytes()), |last, part| key(hmac::sign(&last, part.as_bytes()).as_ref()))
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
        Scope {
            date: day.to_string(),
            region: "us-east-1".into(),
            service: "iam".into(),
            ..Scope::default()
        }
    }

    #[test]
    fn a_key_is_the_one_that_aws_publishes() {
        let derived = SigningKey::derive(
            ("", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            &scope(20_150_830),
        );
        // The string to sign and the signature of the documentation's example for IAM.
        let text = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
                    f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";
        let signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        assert_eq!(derived.sign(text.as_bytes()), signature);
    }

    #[test]
    fn keys_are_kept_by_secret_and_scope_and_their_number_is_bounded() {
        let keys = SigningKeys::default();
        let one = keys.get(("id", "a"), &scope(20_150_830)).sign(b"text");
        assert_eq!(keys.get(("id", "a"), &scope(20_150_830)).sign(b"text"), one);
        assert_ne!(keys.get(("id", "b"), &scope(20_150_830)).sign(b"text"), one);
        assert_ne!(keys.get(("id", "a"), &scope(20_150_831)).sign(b"text"), one);
        for day in 0..1000 {
            let _ = keys.get(("id", "a"), &scope(20_160_000 + day));
        }
        assert_eq!(keys.0.lock().unwrap().len(), KEPT);
        assert_eq!(keys.get(("id", "a"), &scope(20_150_830)).sign(b"text"), one);
        assert_eq!(
            format!("{keys:?}{:?}", keys.get(("id", "s3cret"), &scope(1))),
            "SigningKeys(***)SigningKey(***)"
        );
    }
}
