//! Who may speak to us: the client of this run, with its dummy key or one that it got through us.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;
use standin_model::{Answer, Document};
use standin_sigv4::{
    Algorithm, Chain, ContentHasher, Credentials, EventChain, Framing, Payload, PresignedV2,
    Resigner, Signature, SigningKey, SigningKeys, VerifyError, signed_payload, verify_head,
};

use crate::Session;
use crate::refusal::Refusal;
use crate::signed_events::EventResigner;

/// What a canonical request says of a body that is left out.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Who a request says it is from.
pub(crate) enum Claim {
    /// Nobody.
    Unsigned,
    /// Whoever has a key of this run; that the signature holds is not looked at yet.
    Signed {
        /// The signature.
        signature: Signature,
        /// The key that it must be made with.
        key: SigningKey,
        /// What it covers of the body; none where that is the body's own hash.
        payload: Option<String>,
    },
    /// Whoever has a key of this run, and the signature holds.
    Proved(Signature),
}

/// The keys of one run.
pub(crate) struct Keys {
    session: Session,
    signing_keys: SigningKeys,
    /// Credentials that answers gave to the client (`AssumeRole`), by access key id.
    given: Mutex<HashMap<String, Credentials>>,
}

impl Keys {
    /// The session's own, at first.
    pub(crate) fn new(session: Session) -> Self {
        Self { session, signing_keys: SigningKeys::default(), given: Mutex::default() }
    }

    /// The keys derived so far.
    pub(crate) fn signing_keys(&self) -> &SigningKeys {
        &self.signing_keys
    }

    /// The dummy pair.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// Who a request says it is from. Presigned URLs of version 2 are verified at once, and come in the terms of
    /// version 4.
    pub(crate) fn claim(
        &self,
        parts: &Parts,
        (region, now): (&str, SystemTime),
    ) -> Result<Claim, Refusal> {
        if let Some(presigned) = PresignedV2::of(parts)? {
            presigned.verify(parts, &self.secret(&presigned.access_key_id)?)?;
            let signature = presigned.in_version_4(region, now).ok_or(Refusal::Expired)?;
            return Ok(Claim::Proved(signature));
        }
        let Some(signature) = Signature::of(parts)? else { return Ok(Claim::Unsigned) };
        let secret = self.secret(&signature.access_key_id)?;
        let key = self.signing_keys.get((&signature.access_key_id, &secret), &signature.scope);
        let payload = signed_payload(parts, &signature)?;
        Ok(Claim::Signed { signature, key, payload })
    }

    /// The signature of a request that is here as a whole, if it has one; it must be made with a key of this run.
    pub(crate) fn admit(
        &self,
        parts: &Parts,
        body: &Bytes,
        at: (&str, SystemTime),
    ) -> Result<Option<Signature>, Refusal> {
        let claim = self.claim(parts, at)?;
        let hash = || ContentHasher::of(body);
        match Payload::of(&parts.headers)? {
            Payload::Hash(said) if said != hash() => return Err(VerifyError::Body.into()),
            Payload::Chunked(_) | Payload::ChunkedTrailer(_) => {
                if let Some(mut resigner) = claim.resigner(parts, None)? {
                    resigner.push(body, &mut Vec::new())?;
                    resigner.finish()?;
                }
            }
            Payload::Events => {
                if let Some(signature) = claim.signature() {
                    let chain = self.events(signature)?;
                    let mut resigner = EventResigner::new(chain.clone(), chain, 0);
                    resigner.push(body, &mut Vec::new())?;
                    resigner.finish()?;
                }
            }
            _ => {}
        }
        claim.prove(parts, hash)?;
        Ok(claim.signature().cloned())
    }

    /// What verifies the messages of an event stream, after the signature of the request's head.
    pub(crate) fn events(&self, signature: &Signature) -> Result<EventChain, Refusal> {
        let Signature { access_key_id, scope, signature, .. } = signature;
        if scope.algorithm != Algorithm::Hmac {
            return Err(Refusal::Algorithm(Algorithm::Hmac.name()));
        }
        let credentials = Credentials::from_keys(access_key_id, self.secret(access_key_id)?, None);
        Ok(EventChain::new(&credentials, &scope.region, &scope.service, signature))
    }

    /// The secret behind an access key id of this run.
    pub(crate) fn secret(&self, key: &str) -> Result<String, Refusal> {
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

impl Claim {
    /// Whether the body's hash must be known before the signature can be looked at.
    pub(crate) fn needs_body(&self) -> bool {
        matches!(self, Self::Signed { payload: None, .. })
    }

    /// Looks at the signature, which must hold. `hash` gives the body's SHA-256 where it is needed.
    pub(crate) fn prove(
        &self,
        parts: &Parts,
        hash: impl FnOnce() -> String,
    ) -> Result<(), Refusal> {
        if let Self::Signed { signature, key, payload } = self {
            match payload {
                Some(payload) => verify_head(parts, payload, signature, key)?,
                None => verify_head(parts, &hash(), signature, key)?,
            }
        }
        Ok(())
    }

    /// The same claim, of an operation whose clients may leave the body unsigned without saying so.
    pub(crate) fn maybe_without_body(self, parts: &Parts) -> Self {
        match self {
            Self::Signed { signature, key, payload: None }
                if verify_head(parts, UNSIGNED, &signature, &key).is_ok() =>
            {
                Self::Signed { signature, key, payload: Some(UNSIGNED.to_owned()) }
            }
            other => other,
        }
    }

    /// Whether the body is left unsigned although no header says so.
    pub(crate) fn leaves_body_out(&self, parts: &Parts) -> bool {
        let said = matches!(Payload::of(&parts.headers), Ok(Payload::Absent));
        said && matches!(self, Self::Signed { payload: Some(payload), .. } if payload == UNSIGNED)
    }

    /// The signature, if there is one.
    pub(crate) fn signature(&self) -> Option<&Signature> {
        match self {
            Self::Unsigned => None,
            Self::Signed { signature, .. } | Self::Proved(signature) => Some(signature),
        }
    }

    /// What verifies the chunks of the request's body and signs them by another chain, or by the same.
    pub(crate) fn resigner(
        &self,
        parts: &Parts,
        outbound: Option<Chain>,
    ) -> Result<Option<Resigner>, Refusal> {
        let Self::Signed { signature, key, .. } = self else { return Ok(None) };
        let inbound = Chain::of(signature, key.clone());
        let announced = Framing::of(&parts.headers)?.and_then(|framing| framing.decoded_length);
        let outbound = outbound.unwrap_or_else(|| inbound.clone());
        Ok(Some(Resigner::new(announced, inbound, outbound)))
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
