//! Signs and verifies AWS requests: pure functions over request heads and bytes, the clock passed in.
//!
//! The canonical request and the signing keys are made here, so that a key is derived once a day and scope, and by
//! SigV4 as well as SigV4a; AWS's own suites and its `aws-sigv4` crate prove both. The aws-chunked framing of
//! streamed uploads is read and re-signed here too, and the messages of event streams are signed.

mod canonical;
mod chunked;
mod date;
mod ecdsa;
mod events;
mod form;
mod hasher;
mod keys;
mod payload;
mod post;
mod resign;
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
pub use events::{EventChain, EventError};
pub use form::{Field, Form, FormDecoder, FormError};
pub use hasher::ContentHasher;
pub use keys::{SigningKey, SigningKeys};
pub use payload::{Payload, PayloadError};
pub use post::{PolicyError, SignedForm, sign_form};
pub use resign::{Chain, ResignError, Resigner};
pub use rules::{ContentHash, Normalize, PathEncoding, QueryToken, Rules};
pub use scope::{Algorithm, Place, Scope, ScopeError, Signature};
pub use sign::{SignError, Signed, Signer, presign, sign, strip_hop_headers};
pub use v2::PresignedV2;
pub use verify::{VerifyError, signed_payload, verify, verify_chunked, verify_head, verify_with};

pub use aws_credential_types::Credentials;
