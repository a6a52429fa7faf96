//! Who may speak to us: the client of this run.

use bytes::Bytes;
use http::request::Parts;
use standin_sigv4::{Payload, Signature, verify, verify_chunked};

use crate::Session;
use crate::refusal::Refusal;

/// The signature of a request, if it has one; it must be made with the run's dummy key.
pub(crate) fn admit(
    session: &Session,
    parts: &Parts,
    body: &Bytes,
) -> Result<Option<Signature>, Refusal> {
    let Some(signature) = Signature::of(parts)? else { return Ok(None) };
    if signature.access_key_id != session.access_key_id() {
        return Err(Refusal::ForeignKey(signature.access_key_id));
    }
    verify(parts, body, &signature, session.secret())?;
    if matches!(Payload::of(&parts.headers)?, Payload::Chunked | Payload::ChunkedTrailer) {
        verify_chunked(body, &signature, session.secret())?;
    }
    Ok(Some(signature))
}
