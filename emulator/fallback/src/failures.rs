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

/// Whether an answer may be the backend's own failure, and not one of the service that it stands for.
pub(crate) fn may_be_failure<B>(response: &Response<B>) -> bool {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    response.headers().contains_key(FAILURE) || (is_error && is_html(response.headers()))
}

/// The error for it; the answer again, if it is the service's after all.
pub(crate) async fn read(
    context: &Context,
    backend: &str,
    response: Response<ByteStream>,
) -> Result<Response<ByteStream>, ServiceError> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap_or_default();
    let kind = parts.headers.get(FAILURE).and_then(|kind| kind.to_str().ok());
    let message = serde_json::from_slice::<Failure>(&body).unwrap_or_default().message;
    Err(match kind {
        Some("not-implemented") => not_implemented(context, backend),
        Some("unbridged") => not_bridged(&naming(context, &message)),
        Some("native") => unavailable(message),
        Some(_) => broken(context, backend, &message),
        None if is_page(&body) => page(context, backend, parts.status, &body),
        None => return Ok(Response::from_parts(parts, body.into())),
    })
}

/// Whether a body is a page, as web frameworks answer errors and no AWS service does.
///
/// The content type alone does not tell: frameworks call any text a page.
fn is_page(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let start = String::from_utf8_lossy(&start[..start.len().min(16)]).to_ascii_lowercase();
    ["<!doctype html", "<html", "<h1>", "<pre>"].iter().any(|sign| start.starts_with(sign))
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
    fn pages_and_marked_answers_may_be_failures() {
        assert!(may_be_failure(&answer(501, &[(FAILURE, "not-implemented")])));
        assert!(may_be_failure(&answer(500, &[("content-type", "text/html; charset=utf-8")])));
        assert!(may_be_failure(&answer(404, &[("content-type", "text/html")])));
        assert!(!may_be_failure(&answer(404, &[("content-type", "application/xml")])));
        assert!(!may_be_failure(&answer(500, &[("content-type", "application/json")])));
        // An object may be a page.
        assert!(!may_be_failure(&answer(200, &[("content-type", "text/html")])));
    }

    #[test]
    fn a_body_tells_whether_it_is_a_page() {
        assert!(
            is_page(b"\n<!DOCTYPE HTML PUBLIC>") && is_page(b"<html>") && is_page(b"<h1>No</h1>")
        );
        assert!(
            !is_page(b"") && !is_page(b"{\"__type\": \"X\"}") && !is_page(b"<?xml version='1.0'?>")
        );
    }
}
