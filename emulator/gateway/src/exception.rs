//! What can end a request early.

use standin_core::ServiceError;
use standin_protocol::checksum::ChecksumError;
use standin_protocol::routing::RouteError;
use standin_protocol::{ParseError, SerializeError};
use standin_sigv4::{ChunkedError, FramingError};

/// Why a request handler gave up.
#[derive(Debug, thiserror::Error)]
pub enum Exception {
    /// The service's answer is an error.
    #[error("{0}")]
    Service(ServiceError),
    /// The request names no operation.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The request can't be read as the operation's input.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The output can't be written in the request's protocol.
    #[error(transparent)]
    Serialize(#[from] SerializeError),
    /// The body is larger than allowed.
    #[error("body of more than {0} bytes")]
    BodyTooLarge(u64),
    /// The body broke off before its end.
    #[error("body broke off: {0}")]
    BodyBroken(String),
    /// The rest of the body didn't come in time.
    #[error("body stalled")]
    BodyStalled,
    /// The body isn't in the encoding that its header names.
    #[error("body is not {0}")]
    BodyEncoding(&'static str),
    /// The body's aws-chunked framing is broken.
    #[error(transparent)]
    Chunked(#[from] ChunkedError),
    /// The headers that describe the framing are malformed.
    #[error(transparent)]
    Framing(#[from] FramingError),
    /// A trailer is malformed, or was not announced.
    #[error("trailer '{0}' is malformed or was not announced by x-amz-trailer")]
    Trailer(String),
    /// The body is not the one that its checksums are of.
    #[error(transparent)]
    Checksum(#[from] ChecksumError),
    /// The browser's page may not call us.
    #[error("origin '{0}' is not allowed")]
    ForbiddenOrigin(String),
    /// A handler panicked.
    #[error("panic: {0}")]
    Panic(String),
}

impl From<ServiceError> for Exception {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}
