//! What a signature says of the body.

use http::HeaderMap;

use crate::Algorithm;

/// The name of the header that says it.
pub(crate) const HEADER: &str = "x-amz-content-sha256";

/// What a signature says of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Its SHA-256 in hex, computed by the client.
    Hash(String),
    /// No word: the body itself is hashed.
    Absent,
    /// Nothing; the transport is trusted.
    Unsigned,
    /// aws-chunked framing whose trailer carries a checksum; nothing in it is signed.
    UnsignedTrailer,
    /// aws-chunked framing, each chunk signed.
    Chunked(Algorithm),
    /// aws-chunked framing, each chunk and the trailer signed.
    ChunkedTrailer(Algorithm),
    /// Messages of an event stream, each in a message that is signed.
    Events,
}

/// A payload mode that can't be signed again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The header names a mode that isn't supported.
    #[error("payload mode {0} is not supported by the signing proxy")]
    Unsupported(String),
    /// The header is not text.
    #[error("x-amz-content-sha256 is not text")]
    NotText,
}

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const EVENTS: &str = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

const CHUNKED: [(&str, Payload); 4] = [
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Payload::Chunked(Algorithm::Hmac)),
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", Payload::ChunkedTrailer(Algorithm::Hmac)),
    ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", Payload::Chunked(Algorithm::Ecdsa)),
    ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER", Payload::ChunkedTrailer(Algorithm::Ecdsa)),
];

impl Payload {
    /// What the headers of a request say.
    pub fn of(headers: &HeaderMap) -> Result<Self, PayloadError> {
        let Some(value) = headers.get(HEADER) else { return Ok(Self::Absent) };
        let text = value.to_str().map_err(|_| PayloadError::NotText)?;
        match text {
            UNSIGNED => Ok(Self::Unsigned),
            UNSIGNED_TRAILER => Ok(Self::UnsignedTrailer),
            EVENTS => Ok(Self::Events),
            hash if hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Ok(Self::Hash(hash.to_owned()))
            }
            other => {
                let chunked = CHUNKED.into_iter().find(|(name, _)| *name == other);
                let unsupported = || PayloadError::Unsupported(other.chars().take(64).collect());
                chunked.map(|(_, payload)| payload).ok_or_else(unsupported)
            }
        }
    }

    /// The hash of a body.
    pub fn hash(body: &[u8]) -> Self {
        Self::Hash(crate::canonical::sha256_hex(body))
    }

    /// The text that stands for the body in the canonical request.
    pub(crate) fn text(&self, body: &[u8]) -> String {
        match self {
            Self::Hash(hash) => hash.clone(),
            Self::Absent => crate::canonical::sha256_hex(body),
            Self::Unsigned => UNSIGNED.to_owned(),
            Self::UnsignedTrailer => UNSIGNED_TRAILER.to_owned(),
            Self::Events => EVENTS.to_owned(),
            Self::Chunked(_) | Self::ChunkedTrailer(_) => {
                let chunked = CHUNKED.into_iter().find(|(_, payload)| payload == self);
                chunked.expect("both modes have a name by both algorithms").0.to_owned()
            }
        }
    }

    /// Whether parts of the body are signed one after the other, so that the head's signature is but the first.
    pub fn goes_on(&self) -> bool {
        self.signs_chunks() || *self == Self::Events
    }

    /// Whether the body's chunks are signed.
    pub fn signs_chunks(&self) -> bool {
        matches!(self, Self::Chunked(_) | Self::ChunkedTrailer(_))
    }

    /// Whether the body is in aws-chunked framing.
    pub fn is_chunked(&self) -> bool {
        *self == Self::UnsignedTrailer || self.signs_chunks()
    }
}
