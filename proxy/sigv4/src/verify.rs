//! Checking a request's signature by computing it again with a known secret.

use http::request::Parts;

use crate::rules::ContentHash;
use crate::{
    Chain, Payload, PayloadError, Place, Resigner, Rules, Scope, Signature, SigningKey, canonical,
    date, payload,
};

/// A signature that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The signature differs from the one that the secret gives.
    #[error("the request signature we calculated does not match the signature you provided")]
    Mismatch,
    /// A header that is said to be signed is not there, or is not text.
    #[error("a signed header is absent or is not text")]
    Header,
    /// The host is not signed.
    #[error("the host is not signed")]
    HostUnsigned,
    /// The scope or the time of signing is malformed.
    #[error("malformed date of signing")]
    Date,
    /// The body is not the one that was hashed.
    #[error("the provided x-amz-content-sha256 header does not match what was computed")]
    Body,
    /// The payload mode isn't known.
    #[error(transparent)]
    Payload(#[from] PayloadError),
}

/// Checks a request against a secret by its service's rules.
///
/// Of a chunk-signed body only the head is checked here; see [`verify_chunked`].
pub fn verify(
    parts: &Parts,
    body: &[u8],
    signature: &Signature,
    secret: &str,
) -> Result<(), VerifyError> {
    verify_with(Rules::of(&signature.scope.service), (parts, body), signature, secret)
}

/// Checks a request against a secret by rules of the caller's choice.
pub fn verify_with(
    rules: Rules,
    (parts, body): (&Parts, &[u8]),
    signature: &Signature,
    secret: &str,
) -> Result<(), VerifyError> {
    let payload = payload_text(rules, (parts, body), signature)?;
    let key = SigningKey::derive((&signature.access_key_id, secret), &signature.scope);
    check(rules, (parts, &payload), signature, &key)
}

/// Checks the head of a request by its service's rules. `payload` is what the canonical request says of the
/// body: a hash, or the name of a mode; that it is true is the caller's to check.
pub fn verify_head(
    parts: &Parts,
    payload: &str,
    signature: &Signature,
    key: &SigningKey,
) -> Result<(), VerifyError> {
    check(Rules::of(&signature.scope.service), (parts, payload), signature, key)
}

fn check(
    rules: Rules,
    (parts, payload): (&Parts, &str),
    signature: &Signature,
    key: &SigningKey,
) -> Result<(), VerifyError> {
    if !signature.signed_headers.iter().any(|name| name == "host") {
        return Err(VerifyError::HostUnsigned);
    }
    date::parse_scope(&signature.scope.date).ok_or(VerifyError::Date)?;
    let canonical = canonical::request(parts, signature, rules, payload);
    let canonical = canonical.ok_or(VerifyError::Header)?;
    let text = string_to_sign(&canonical, &signature.timestamp, &signature.scope);
    let holds = key.verifies(text.as_bytes(), &signature.signature);
    if holds { Ok(()) } else { Err(VerifyError::Mismatch) }
}

/// What a key signs for a canonical request.
pub(crate) fn string_to_sign(canonical: &str, timestamp: &str, scope: &Scope) -> String {
    let hash = canonical::sha256_hex(canonical.as_bytes());
    format!("{}\n{timestamp}\n{scope}\n{hash}", scope.algorithm.name())
}

/// Checks the signatures of a chunk-signed body, its head having been checked.
pub fn verify_chunked(body: &[u8], signature: &Signature, secret: &str) -> Result<(), VerifyError> {
    let key = SigningKey::derive((&signature.access_key_id, secret), &signature.scope);
    let chain = Chain::of(signature, key);
    let mut resigner = Resigner::new(None, chain.clone(), chain);
    let read = resigner.push(body, &mut Vec::new()).and_then(|_| resigner.finish());
    read.map(drop).map_err(|_| VerifyError::Mismatch)
}

/// What the canonical request says of the body; none where it is the body's own hash, which the caller must
/// compute.
///
/// Presigned URLs of S3 leave the body out, unless they say otherwise in the query.
pub fn signed_payload(
    parts: &Parts,
    signature: &Signature,
) -> Result<Option<String>, PayloadError> {
    said_of_payload(Rules::of(&signature.scope.service), parts, signature)
}

fn said_of_payload(
    rules: Rules,
    parts: &Parts,
    signature: &Signature,
) -> Result<Option<String>, PayloadError> {
    let payload = Payload::of(&parts.headers)?;
    if payload != Payload::Absent {
        return Ok(Some(payload.text(b"")));
    }
    if signature.place == Place::Header {
        return Ok(None);
    }
    Ok(presigned_payload(rules, parts.uri.query().unwrap_or_default()))
}

/// What the canonical request of a presigned URL says of the body; none where it is the body's own hash.
pub(crate) fn presigned_payload(rules: Rules, query: &str) -> Option<String> {
    let mut pairs = canonical::query_pairs(query);
    let in_query = pairs.find(|(key, ..)| key.eq_ignore_ascii_case(payload::HEADER));
    let unsigned = (rules.content_hash == ContentHash::Header).then(|| Payload::Unsigned.text(b""));
    in_query.map(|(_, value, _)| value).or(unsigned)
}

/// What the canonical request says of the body, which is compared where it was hashed.
fn payload_text(
    rules: Rules,
    (parts, body): (&Parts, &[u8]),
    signature: &Signature,
) -> Result<String, VerifyError> {
    let said = said_of_payload(rules, parts, signature)?;
    let text = said.unwrap_or_else(|| canonical::sha256_hex(body));
    let is_hashed = matches!(Payload::of(&parts.headers)?, Payload::Hash(_));
    if is_hashed && text != canonical::sha256_hex(body) {
        return Err(VerifyError::Body);
    }
    Ok(text)
}

/// Compares in a time that does not depend on where the texts differ.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
