//! JSON 1.0 and 1.1: an operation named in `X-Amz-Target`, its input and output as JSON objects.

pub(crate) mod error;
mod quirks;
pub(crate) mod request;
pub(crate) mod response;

use standin_model::Service;

/// The media type of a service's version of the protocol.
pub(crate) fn content_type(service: Option<&Service>) -> &'static str {
    match service.and_then(|service| service.metadata.json_version) {
        Some("1.0") => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    }
}
