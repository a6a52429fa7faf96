//! The key pair of one run: made at random, good for nothing outside it.

use rustls::crypto::ring;
use standin_sigv4::Credentials;

/// The dummy credentials that the client of one run signs with.
#[derive(Clone)]
pub struct Session {
    access_key_id: String,
    secret: String,
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

impl Session {
    /// A fresh pair. The id says that the account is nobody's, and names the session.
    ///
    /// # Panics
    /// If the machine has no randomness to give.
    pub fn random() -> Self {
        Self {
            access_key_id: format!("AKST000000000000{}", random_text(8)),
            secret: random_text(40),
        }
    }

    /// The access key id.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret, which only the client and this process know.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The pair as credentials.
    pub fn credentials(&self) -> Credentials {
        Credentials::from_keys(&self.access_key_id, &self.secret, None)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

pub(crate) fn random_text(length: usize) -> String {
    let mut bytes = vec![0; length];
    ring::default_provider()
        .secure_random
        .fill(&mut bytes)
        .expect("the operating system gives randomness");
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}
