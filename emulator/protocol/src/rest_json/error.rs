//! REST-JSON errors: the shape's name in a header, members in headers and body.

use bytes::Bytes;
use http::Response;
use standin_model::ServiceError;

use crate::bindings::response::status_member;
use crate::bindings::{read_headers, write_headers};
use crate::call::ErrorScope;
use crate::codec::json::Text;
use crate::codec::{Scope, Strictness};
use crate::{Call, ParseError, SerializeError, answer, json};

/// Server: writes an error.
pub(crate) fn serialize(
    scope: ErrorScope,
    error: &ServiceError,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let mut text = Text::new();
    text.begin();
    let body = json::error::write_rest(text, scope, error, |m| Scope::Response.holds(m))?;
    let mut response = answer::response(error.status, "application/json", body);
    let shape = scope.shape(error);
    let structure = shape.and_then(|shape| shape.structure());
    if let (Some(service), Some(structure)) = (scope.service, structure) {
        write_headers(service, structure, &error.members, response.headers_mut())?;
    }
    let name = shape.map_or(error.code.as_ref(), |shape| shape.name);
    answer::set_header(&mut response, answer::ERROR_TYPE, name);
    answer::set_header(&mut response, answer::REQUEST_ID, request_id);
    Ok(response)
}

/// Client: reads an error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<ServiceError, ParseError> {
    let mut error = json::error::parse_body(call, response)?;
    let shape = call.error_shape(&error.code);
    if let Some(structure) = shape.and_then(|shape| shape.structure()) {
        let headers = response.headers();
        read_headers(call.service, structure, headers, Strictness::Lenient, &mut error.members)?;
        if let Some(name) = status_member(structure) {
            error.members.push(name, i64::from(error.status).into());
        }
    }
    Ok(error)
}
