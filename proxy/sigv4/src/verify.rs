//! Checking a request's signature by computing it again with a known secret.

use aws_credential_types::Credentials;
use aws_sigv4::sign::v4;
use http::request::Parts;

use crate::rules::ContentHash;
use crate::{
    Payload, PayloadError, Place, Rules, Signature, Signer, canonical, date, payload,
    resign_chunked,
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
    if !signature.signed_headers.iter().any(|name| name == "host") {
        return Err(VerifyError::HostUnsigned);
    }
    let payload = payload_text(rules, (parts, body), signature)?;
    let canonical = canonical::request(parts, signature, rules, &payload);
    let expected = expected(&canonical.ok_or(VerifyError::Header)?, signature, secret)?;
    if same(expected.as_bytes(), signature.signature.as_bytes()) {
        Ok(())
    } else {
        Err(VerifyError::Mismatch)
    }
}

/// Checks the signatures of a chunk-signed body, its head having been checked.
pub fn verify_chunked(body: &[u8], signature: &Signature, secret: &str) -> Result<(), VerifyError> {
    let credentials = Credentials::from_keys(&signature.access_key_id, secret, None);
    let time = signature.time().ok_or(VerifyError::Date)?;
    let signer = Signer::new(&credentials, &signature.scope.region, &signature.scope.service, time);
    let expected = resign_chunked(body, &signature.signature, &signer);
    match expected {
        Ok(expected) if expected == body => Ok(()),
        _ => Err(VerifyError::Mismatch),
    }
}

/// What the canonical request says of the body, which is compared where it was hashed.
fn payload_text(
    rules: Rules,
    (parts, body): (&Parts, &[u8]),
    signature: &Signature,
) -> Result<String, VerifyError> {
    let presigned = matches!(signature.place, Place::Query { .. });
    match Payload::of(&parts.headers)? {
        Payload::Hash(hash) if hash != canonical::sha256_hex(body) => Err(VerifyError::Body),
        Payload::Absent if presigned => Ok(presigned_text(rules, parts, body)),
        payload => Ok(payload.text(body)),
    }
}

/// Presigned URLs of S3 leave the body out, unless they say otherwise in the query.
fn presigned_text(rules: Rules, parts: &Parts, body: &[u8]) -> String {
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = canonical::query_pairs(query);
    if let Some((_, value, _)) = pairs.find(|(key, _, _)| key.eq_ignore_ascii_case(payload::HEADER))
    {
        return value;
    }
    match rules.content_hash {
        ContentHash::Header => Payload::Unsigned.text(body),
        ContentHash::Implied => Payload::Absent.text(body),
    }
}

fn expected(canonical: &str, signature: &Signature, secret: &str) -> Result<String, VerifyError> {
    let scope = &signature.scope;
    let day = date::parse_scope(&scope.date).ok_or(VerifyError::Date)?;
    let key = v4::generate_signing_key(secret, day, &scope.region, &scope.service);
    let hash = canonical::sha256_hex(canonical.as_bytes());
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{hash}", signature.timestamp);
    Ok(v4::calculate_signature(key, text.as_bytes()))
}

/// Compares in a time that does not depend on where the texts differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
