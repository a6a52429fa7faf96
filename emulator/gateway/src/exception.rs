//! What can end a request early.

use standin_core::{ServiceError, error};
use standin_model::Protocol;
use standin_protocol::checksum::ChecksumError;
use standin_protocol::eventstream::FrameError;
use standin_protocol::routing::RouteError;
use standin_protocol::{ParseError, SerializeError, UnpackError};
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
    /// The body is no stream of messages.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The stream of events does not begin with the members besides it.
    #[error("the stream does not begin with an initial-request")]
    NoInitialRequest,
    /// The members besides the stream of events come within it.
    #[error("an initial-request within the stream")]
    LateInitialRequest,
    /// The browser's page may not call us.
    #[error("origin '{0}' is not allowed")]
    ForbiddenOrigin(String),
    /// The `Authorization` header is of no kind of AWS's, or malformed.
    #[error("{message}")]
    Signature {
        /// What is wrong, in AWS's words.
        message: String,
        /// The service that was asked.
        service: &'static str,
    },
    /// A handler panicked.
    #[error("panic: {0}")]
    Panic(String),
}

impl From<ServiceError> for Exception {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<UnpackError> for Exception {
    fn from(error: UnpackError) -> Self {
        match error {
            UnpackError::TooLarge(limit) => Self::BodyTooLarge(limit),
            UnpackError::Malformed(_) => Self::BodyEncoding("gzip"),
        }
    }
}

impl Exception {
    /// The error that a service of a protocol answers for it.
    pub(crate) fn service_error(&self, protocol: Protocol) -> ServiceError {
        match self {
            Self::Service(error) => error.clone(),
            Self::Route(error) => error.to_service_error(),
            Self::Parse(error) => error.service_error(protocol),
            Self::BodyTooLarge(limit) => too_large(*limit, protocol),
            Self::BodyBroken(_) => ServiceError::sender(
                "IncompleteBody",
                "The request body ended before the number of bytes that its headers promise.",
            ),
            Self::BodyStalled => ServiceError::sender(
                "RequestTimeout",
                "Your socket connection to the server was not read from or written to within the \
             timeout period.",
            ),
            Self::BodyEncoding(encoding) => {
                error::serialization_exception(format!("The request body is not {encoding}."))
            }
            Self::Chunked(error) => chunked(*error),
            Self::Framing(error) => ServiceError::sender("InvalidArgument", error.to_string()),
            Self::Trailer(_) => malformed_trailer(),
            Self::Checksum(error) => error.service_error(),
            Self::Frame(_) | Self::NoInitialRequest | Self::LateInitialRequest => {
                error::serialization_exception(self.to_string())
            }
            Self::ForbiddenOrigin(_) => error::access_denied(self.to_string()),
            Self::Signature { message, service } => {
                incomplete_signature(message, service, protocol)
            }
            Self::Serialize(_) | Self::Panic(_) => error::internal_failure(),
        }
    }
}

/// The codes and words of `IncompleteBody`, `InvalidChunkSizeError` and `MalformedTrailerError` are those of S3's list of errors; which of them
/// AWS gives for which fault was not seen.
fn chunked(error: ChunkedError) -> ServiceError {
    match error {
        ChunkedError::Trailer(_) => malformed_trailer(),
        ChunkedError::ChunkTooSmall(_) => {
            let text = "Only the last chunk is allowed to have a size less than 8192 bytes";
            ServiceError::sender("InvalidChunkSizeError", text).with_status(403)
        }
        ChunkedError::Truncated | ChunkedError::Length { .. } | ChunkedError::Separator(_) => {
            ServiceError::sender(
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header",
            )
        }
        ChunkedError::Size(_)
        | ChunkedError::ChunkTooLarge(_)
        | ChunkedError::Line(_)
        | ChunkedError::Unsigned => ServiceError::sender("InvalidRequest", error.to_string()),
    }
}

/// JSON services name it as an exception, and S3 has words of its own; those are from reports of clients.
fn incomplete_signature(message: &str, service: &str, protocol: Protocol) -> ServiceError {
    if service == "s3" {
        let message = "The authorization header is malformed; the authorization header requires three components: \
                       Credential, SignedHeaders, and Signature.";
        return ServiceError::sender("AuthorizationHeaderMalformed", message);
    }
    let code = match protocol {
        Protocol::Json | Protocol::RestJson | Protocol::RpcV2Cbor => "IncompleteSignatureException",
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => "IncompleteSignature",
    };
    ServiceError::sender(code, message)
}

fn malformed_trailer() -> ServiceError {
    ChecksumError::NoTrailer.service_error()
}

fn too_large(limit: u64, protocol: Protocol) -> ServiceError {
    if protocol == Protocol::RestXml {
        let message = "Your proposed upload exceeds the maximum allowed size";
        return ServiceError::sender("EntityTooLarge", message);
    }
    let message = format!("The request body is larger than {limit} bytes.");
    ServiceError::sender("RequestEntityTooLarge", message).with_status(413)
}
