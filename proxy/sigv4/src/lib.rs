//! Signs and verifies AWS requests: pure functions over request heads and bytes, the clock passed in.
//!
//! Signing goes through the `aws-sigv4` crate. Verification builds the canonical request on its own, so that
//! each side proves the other. The aws-chunked framing of streamed uploads is read and re-signed here too.

mod canonical;
mod chunked;
mod date;
mod payload;
mod rules;
mod scope;
mod sign;
#[cfg(test)]
mod tests;
mod v2;
mod verify;

pub use canonical::encode_query;
pub use chunked::{
    ChunkDecoder, ChunkHead, ChunkLimits, Chunked, ChunkedError, Framing, FramingError, Piece,
    Trailer, decode_chunked, resign_chunked, strip_framing,
};
pub use payload::{Payload, PayloadError};
pub use rules::{ContentHash, Normalize, PathEncoding, Rules};
pub use scope::{Place, Scope, ScopeError, Signature};
pub use sign::{SignError, Signed, Signer, presign, sign, strip_hop_headers};
pub use v2::PresignedV2;
pub use verify::{VerifyError, verify, verify_chunked, verify_with};

pub use aws_credential_types::Credentials;
