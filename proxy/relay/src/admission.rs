//! Who may speak to us: the client of this run, with its dummy key or one that it got through us.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;
use standin_model::{Answer, Document};
use standin_sigv4::{Credentials, Payload, PresignedV2, Signature, verify, verify_chunked};

use crate::Session;
use crate::refusal::Refusal;

/// The keys of one run.
pub(crate) struct Keys {
    session: Session,
    /// Credentials that answers gave to the client (`AssumeRole`), by access key id.
    given: Mutex<HashMap<String, Credentials>>,
}

impl Keys {
    /// The session's own, at first.
    pub(crate) fn new(session: Session) -> Self {
        Self { session, given: Mutex::default() }
    }

    /// The dummy pair.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// The signature of a request, if it has one; it must be made with a key of this run.
    pub(crate) fn admit(&self, parts: &Parts, body: &Bytes) -> Result<Option<Signature>, Refusal> {
        let Some(signature) = Signature::of(parts)? else { return Ok(None) };
        let secret = self.secret(&signature.access_key_id)?;
        verify(parts, body, &signature, &secret)?;
        if matches!(Payload::of(&parts.headers)?, Payload::Chunked | Payload::ChunkedTrailer) {
            verify_chunked(body, &signature, &secret)?;
        }
        Ok(Some(signature))
    }

    /// The signature of a request, if it has one. Presigned URLs of version 2 come in the terms of version 4.
    pub(crate) fn admit_any(
        &self,
        parts: &Parts,
        body: &Bytes,
        (region, now): (&str, SystemTime),
    ) -> Result<Option<Signature>, Refusal> {
        let Some(presigned) = PresignedV2::of(parts)? else { return self.admit(parts, body) };
        presigned.verify(parts, &self.secret(&presigned.access_key_id)?)?;
        presigned.in_version_4(region, now).map(Some).ok_or(Refusal::Expired)
    }

    /// The secret behind an access key id of this run.
    fn secret(&self, key: &str) -> Result<String, Refusal> {
        if key == self.session.access_key_id() {
            return Ok(self.session.secret().to_owned());
        }
        let given = self.given(key).ok_or_else(|| Refusal::ForeignKey(key.to_owned()))?;
        Ok(given.secret_access_key().to_owned())
    }

    /// The credentials behind an access key id that an answer gave.
    pub(crate) fn given(&self, access_key_id: &str) -> Option<Credentials> {
        self.lock().get(access_key_id).cloned()
    }

    /// All credentials that answers gave.
    pub(crate) fn all_given(&self) -> Vec<Credentials> {
        self.lock().values().cloned().collect()
    }

    /// Looks for credentials in an answer: the client may sign with them from now on.
    pub(crate) fn learn(&self, answer: &Answer) {
        if let Answer::Output(output) = answer {
            self.learn_from(output);
        }
    }

    fn learn_from(&self, document: &Document) {
        match document {
            Document::Object(fields) => {
                if let Some(credentials) = credentials(document) {
                    let key = credentials.access_key_id().to_owned();
                    self.lock().insert(key, credentials);
                }
                fields.iter().for_each(|(_, value)| self.learn_from(value));
            }
            Document::List(items) => items.iter().for_each(|item| self.learn_from(item)),
            _ => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Credentials>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The credentials that a structure is, by the names that services give their parts.
fn credentials(structure: &Document) -> Option<Credentials> {
    let text = |names: &[&str]| {
        names.iter().find_map(|name| structure.get(name)?.as_str()).map(str::to_owned)
    };
    let key = text(&["AccessKeyId", "accessKeyId"])?;
    let secret = text(&["SecretAccessKey", "secretAccessKey", "SecretKey"])?;
    Some(Credentials::from_keys(key, secret, text(&["SessionToken", "sessionToken"])))
}
