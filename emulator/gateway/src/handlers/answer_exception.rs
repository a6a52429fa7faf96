//! The one place that turns what went wrong into an answer.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use standin_model::{Catalog, Protocol};
use standin_protocol::routing::{RouteError, needs_body};
use standin_protocol::serialize_error;

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
        let error = exception.service_error(protocol);
        return serialize_error(protocol, None, &error, &context.request_id);
    };
    call.serialize_error(&exception.service_error(call.protocol), &context.request_id)
}

/// To a page in a browser, which isn't an AWS client.
fn forbidden(exception: &Exception) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!("{exception}\n")));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, text);
    response
}
