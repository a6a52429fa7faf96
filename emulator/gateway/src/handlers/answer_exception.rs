//! The one place that turns what went wrong into an answer.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use standin_core::{ServiceError, error};
use standin_model::{Catalog, Protocol};
use standin_protocol::checksum::ChecksumError;
use standin_protocol::routing::{RouteError, needs_body};
use standin_protocol::serialize_error;
use standin_sigv4::ChunkedError;

use crate::chain::ExceptionHandler;
use crate::{Body, Exception, RequestContext};

/// Answers with AWS's error in the protocol of the request.
pub(crate) struct AnswerException(pub(crate) &'static Catalog);

impl ExceptionHandler for AnswerException {
    fn handle(&self, exception: &Exception, context: &mut RequestContext) -> Result<(), Exception> {
        let response = match exception {
            Exception::ForbiddenOrigin(_) => forbidden(exception),
            Exception::Route(error) => self.unrouted(error, &context.request_id),
            _ => answer(exception, context),
        };
        context.response = Some(response.map(Body::Whole));
        Ok(())
    }
}

impl AnswerException {
    fn unrouted(&self, error: &RouteError, request_id: &str) -> Response<Bytes> {
        let service = error.service.and_then(|name| self.0.service(name));
        serialize_error(error.protocol, service, &error.to_service_error(), request_id)
    }
}

fn answer(exception: &Exception, context: &RequestContext) -> Response<Bytes> {
    let Some(call) = context.call else {
        // Only forms are read before the request is routed.
        let form = needs_body(&context.request);
        let protocol = if form { Protocol::Query } else { Protocol::RestJson };
        let error = service_error(exception, protocol);
        return serialize_error(protocol, None, &error, &context.request_id);
    };
    call.serialize_error(&service_error(exception, call.protocol), &context.request_id)
}

fn service_error(exception: &Exception, protocol: Protocol) -> ServiceError {
    match exception {
        Exception::Service(error) => error.clone(),
        Exception::Route(error) => error.to_service_error(),
        Exception::Parse(error) => error.service_error(protocol),
        Exception::BodyTooLarge(limit) => too_large(*limit, protocol),
        Exception::BodyBroken(_) => ServiceError::sender(
            "IncompleteBody",
            "The request body ended before the number of bytes that its headers promise.",
        ),
        Exception::BodyStalled => ServiceError::sender(
            "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the \
             timeout period.",
        ),
        Exception::BodyEncoding(encoding) => {
            error::serialization_exception(format!("The request body is not {encoding}."))
        }
        Exception::Chunked(error) => chunked(*error),
        Exception::Framing(error) => ServiceError::sender("InvalidArgument", error.to_string()),
        Exception::Trailer(_) => malformed_trailer(),
        Exception::Checksum(error) => error.service_error(),
        Exception::ForbiddenOrigin(_) => error::access_denied(exception.to_string()),
        Exception::Serialize(_) | Exception::Panic(_) => error::internal_failure(),
    }
}

/// The codes and words of `IncompleteBody` and `MalformedTrailerError` are those of S3's list of errors; which of them
/// AWS gives for which fault was not seen.
fn chunked(error: ChunkedError) -> ServiceError {
    match error {
        ChunkedError::Trailer(_) => malformed_trailer(),
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

/// To a page in a browser, which isn't an AWS client.
fn forbidden(exception: &Exception) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!("{exception}\n")));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, text);
    response
}
