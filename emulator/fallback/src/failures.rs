//! Answers of a backend that are not AWS's: its own failures, turned into errors that any protocol can write.

use http::{HeaderMap, Response, StatusCode, header};
use serde::Deserialize;
use standin_core::{ByteStream, Context, ServiceError, error};

use crate::{crossings::not_bridged, error::unavailable};

/// What our launcher says of an answer that isn't moto's.
const FAILURE: &str = "x-standin-failure";

/// The launcher's body beside that header.
#[derive(Default, Deserialize)]
struct Failure {
    #[serde(default)]
    message: String,
}

/// Whether an answer is the backend's own failure, and not one of the service that it stands for.
pub(crate) fn is_failure<B>(response: &Response<B>) -> bool {
    if response.headers().contains_key(FAILURE) {
        return true;
    }
    // No AWS service answers an error as a page, but web frameworks do.
    let server_or_unrouted = response.status().is_server_error()
        || matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
    server_or_unrouted && is_html(response.headers())
}

/// The error for it.
pub(crate) async fn read(
    context: &Context,
    backend: &str,
    response: Response<ByteStream>,
) -> ServiceError {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap_or_default();
    let kind = parts.headers.get(FAILURE).and_then(|kind| kind.to_str().ok());
    let message = serde_json::from_slice::<Failure>(&body).unwrap_or_default().message;
    match kind {
        Some("not-implemented") => not_implemented(context, backend),
        Some("unbridged") => not_bridged(&naming(context, &message)),
        Some("native") => unavailable(message),
        Some(_) => broken(context, backend, &message),
        None => page(context, backend, parts.status, &body),
    }
}

/// An error page of a backend without our launcher.
fn page(context: &Context, backend: &str, status: StatusCode, body: &[u8]) -> ServiceError {
    let text = String::from_utf8_lossy(body);
    let missing = status.is_client_error()
        || status == StatusCode::NOT_IMPLEMENTED
        || text.contains("NotImplementedError");
    if missing { not_implemented(context, backend) } else { broken(context, backend, "") }
}

fn not_implemented(context: &Context, backend: &str) -> ServiceError {
    let mut error = error::not_implemented(context.service, context.operation);
    let (operation, service) = (context.operation, context.service);
    error.message = Some(format!(
        "{operation} of {service} is not implemented, neither here nor by {backend}."
    ));
    error
}

fn broken(context: &Context, backend: &str, message: &str) -> ServiceError {
    let (operation, service) = (context.operation, context.service);
    let message = format!("{backend} failed at {operation} of {service}. {message}");
    ServiceError::fault("InternalFailure", message.trim_end())
}

/// The backend's words, with the service that was asked named where it isn't.
fn naming(context: &Context, message: &str) -> String {
    let service = context.service;
    if message.contains(service) { message.to_owned() } else { format!("{service}: {message}") }
}

fn is_html(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.starts_with("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)]) -> Response<()> {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(()).unwrap()
    }

    #[test]
    fn pages_and_marked_answers_are_failures_and_services_errors_are_not() {
        assert!(is_failure(&answer(501, &[(FAILURE, "not-implemented")])));
        assert!(is_failure(&answer(500, &[("content-type", "text/html; charset=utf-8")])));
        assert!(is_failure(&answer(404, &[("content-type", "text/html")])));
        assert!(!is_failure(&answer(404, &[("content-type", "application/xml")])));
        assert!(!is_failure(&answer(500, &[("content-type", "application/json")])));
        // An object may be a page.
        assert!(!is_failure(&answer(200, &[("content-type", "text/html")])));
    }
}
