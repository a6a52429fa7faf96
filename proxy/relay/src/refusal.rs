//! Requests that we answer ourselves, in the error of their protocol.

use bytes::Bytes;
use http::Response;
use standin_model::{Protocol, Service, ServiceError};
use standin_protocol::routing::RouteError;
use standin_protocol::{Call, serialize_error};
use standin_sigv4::{
    ChunkedError, FormError, FramingError, PayloadError, PolicyError, ResignError, ScopeError,
    SignError, VerifyError,
};

use crate::body::BodyError;
use crate::destination::DestinationError;
use crate::guard::Denied;
use crate::signed_events::EventsError;
use crate::{CredentialsError, UpstreamError};

/// Why a request does not go to the upstream, or has no answer from it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// It names no operation.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// Its signature can't be read.
    #[error(transparent)]
    Signature(#[from] ScopeError),
    /// It is signed with another key than this run's.
    #[error("the access key id {0} is not this run's")]
    ForeignKey(String),
    /// Its signature does not hold.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// Its payload mode isn't known.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// It was signed too long ago, or ahead of time: it may be somebody's copy.
    #[error("the request was signed at {0}, more than a quarter of an hour from now")]
    Old(String),
    /// A presigned URL whose time is over.
    #[error("the presigned URL has expired")]
    Expired,
    /// The run's credentials are no longer good.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// It is outside of what the run may do.
    #[error("standin refuses this request: {0}")]
    Denied(#[from] Denied),
    /// Nobody knows where it should go.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// It can't be signed again.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Its chunks are signed by another algorithm than the endpoint's, and chunks keep theirs.
    #[error("the endpoint takes {0}, and the parts of the body are signed otherwise")]
    Algorithm(&'static str),
    /// Its chunks were not signed as it says.
    #[error(transparent)]
    Resign(#[from] ResignError),
    /// The messages of its event stream can't be read, or were not signed as it says.
    #[error(transparent)]
    Events(#[from] EventsError),
    /// Its aws-chunked framing can't be read.
    #[error(transparent)]
    Chunked(#[from] ChunkedError),
    /// The headers of its framing are malformed.
    #[error(transparent)]
    Framing(#[from] FramingError),
    /// A form that can't be read.
    #[error(transparent)]
    Form(#[from] FormError),
    /// A form that names no bucket, neither in the path nor before S3's host.
    #[error("a form for no bucket: its path is not /BUCKET")]
    FormBucket,
    /// The policy of a form can't be signed anew.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Its body did not come to its end.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Its body had to be kept before it could be signed, and there was no room.
    #[error("the body can't be kept: {0}")]
    Spill(#[from] std::io::Error),
    /// Its body was not taken whole: the upstream answered before, or was gone.
    #[error("the body was not taken whole")]
    Unsent,
    /// It can't be written for the upstream.
    #[error("the request can't be sent on: {0}")]
    Http(#[from] http::Error),
    /// The upstream gave no answer.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

impl Refusal {
    /// Whether sending the request again can't help.
    pub(crate) fn is_lasting(&self) -> bool {
        !matches!(self, Self::Upstream(_) | Self::Body(_) | Self::Unsent)
    }

    /// The answer, in the protocol of the call or the one that the request seems to speak.
    pub(crate) fn answer(&self, call: Option<Call>, request_id: &str) -> Response<Bytes> {
        let protocol = match (call, self) {
            (Some(call), _) => call.protocol,
            (None, Self::Route(error)) => error.protocol,
            (None, _) => Protocol::Json,
        };
        let error = self.service_error(protocol, call.map(|call| call.service));
        match call {
            Some(call) => call.serialize_error(&error, request_id),
            None => serialize_error(protocol, None, &error, request_id),
        }
    }

    fn service_error(&self, protocol: Protocol, service: Option<&Service>) -> ServiceError {
        let is_s3 = service.is_some_and(|service| service.metadata.name == "s3");
        let json = matches!(protocol, Protocol::Json | Protocol::RestJson | Protocol::RpcV2Cbor);
        let message = self.to_string();
        let (code, status) = match self {
            Self::Route(error) => return error.to_service_error(),
            Self::Signature(_) | Self::Payload(_) if json => ("IncompleteSignatureException", 400),
            Self::Signature(_) | Self::Payload(_) if is_s3 => ("AuthorizationHeaderMalformed", 400),
            Self::Signature(_) | Self::Payload(_) => ("IncompleteSignature", 400),
            Self::ForeignKey(_) if json => ("UnrecognizedClientException", 403),
            Self::ForeignKey(_) if is_s3 => ("InvalidAccessKeyId", 403),
            Self::ForeignKey(_) => ("InvalidClientTokenId", 403),
            Self::Body(BodyError::TooLarge(_)) if is_s3 => ("EntityTooLarge", 400),
            Self::Body(BodyError::TooLarge(_)) => ("RequestEntityTooLarge", 413),
            Self::Body(BodyError::Stalled(_)) => ("RequestTimeout", 400),
            Self::Body(_)
            | Self::Chunked(_)
            | Self::Framing(_)
            | Self::Resign(ResignError::Framing(_))
            | Self::Events(EventsError::Frame(_)) => ("IncompleteBody", 400),
            Self::Verify(VerifyError::Body) if is_s3 => ("XAmzContentSHA256Mismatch", 400),
            Self::Old(_) if is_s3 => ("RequestTimeTooSkewed", 403),
            Self::Verify(_) | Self::Old(_) | Self::Events(_) if json => {
                ("InvalidSignatureException", 403)
            }
            Self::Verify(_) | Self::Old(_) | Self::Events(_) | Self::Resign(_) => {
                ("SignatureDoesNotMatch", 403)
            }
            Self::Credentials(_) if json => ("ExpiredTokenException", 403),
            Self::Credentials(_) => ("ExpiredToken", 403),
            Self::Denied(_) if protocol == Protocol::Ec2 => ("UnauthorizedOperation", 403),
            Self::Denied(_) if json => ("AccessDeniedException", 403),
            Self::Denied(_) | Self::Expired => ("AccessDenied", 403),
            Self::Destination(_) | Self::Sign(_) | Self::Algorithm(_) | Self::Http(_) => {
                ("InvalidRequest", 400)
            }
            Self::Form(_) => ("MalformedPOSTRequest", 400),
            Self::FormBucket => ("MethodNotAllowed", 405),
            Self::Policy(_) => ("InvalidPolicyDocument", 400),
            Self::Spill(_) => {
                return ServiceError::fault("InternalFailure", message).with_status(500);
            }
            Self::Upstream(UpstreamError::Timeout(..) | UpstreamError::Stalled(..)) => {
                return ServiceError::fault("GatewayTimeout", message).with_status(504);
            }
            Self::Upstream(_) | Self::Unsent => {
                return ServiceError::fault("BadGateway", message).with_status(502);
            }
        };
        ServiceError::sender(code, message).with_status(status)
    }
}
