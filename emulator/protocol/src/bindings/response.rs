//! Answers with HTTP bindings.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use standin_model::{Document, Fields, Location, Structure};

use super::{Format, Side, body, check_known, header as headers};
use crate::answer;
use crate::{Call, ParseError, SerializeError};

/// Server: writes the output, without a request id.
pub(crate) fn serialize<F: Format>(
    call: &Call,
    output: &Document,
) -> Result<Response<Bytes>, SerializeError> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status(call.operation.http.status.into())?;
    let Some(shape) = call.output() else { return Ok(response) };
    let Some(structure) = shape.structure() else { return Ok(response) };
    let fields = answer::fields(output)?;
    check_known(structure, fields)?;
    if let Some(code) = status_member(structure).and_then(|name| fields.get(name)?.as_integer()) {
        *response.status_mut() = status(code)?;
    }
    headers::write_headers(call.service, structure, fields, response.headers_mut())?;
    if !may_have_body(response.status()) || call.operation.http.method == "HEAD" {
        return Ok(response);
    }
    let body = body::serialize::<F>(call, Side::Response, shape, fields)?;
    if let Some(media_type) = body.media_type {
        let headers = response.headers_mut();
        headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(media_type));
    }
    *response.body_mut() = body.bytes;
    Ok(response)
}

/// Client: reads the output of a success.
pub(crate) fn parse<F: Format>(
    call: &Call,
    response: &Response<Bytes>,
) -> Result<Document, ParseError> {
    let Some(structure) = call.output().and_then(|shape| shape.structure()) else {
        return Ok(Document::empty());
    };
    let mut fields = Fields::default();
    if let Some(name) = status_member(structure) {
        fields.push(name, Document::from(i64::from(response.status().as_u16())));
    }
    let strictness = Side::Response.strictness();
    headers::read_headers(call.service, structure, response.headers(), strictness, &mut fields)?;
    body::parse::<F>(call, Side::Response, structure, response.body(), &mut fields)?;
    Ok(Document::Object(fields))
}

/// The member that holds the status, if the structure has one.
pub(crate) fn status_member(structure: &'static Structure) -> Option<&'static str> {
    let mut members = structure.members.iter();
    members.find(|member| member.location == Location::StatusCode).map(|member| member.name)
}

fn status(code: i64) -> Result<StatusCode, SerializeError> {
    u16::try_from(code)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| SerializeError::reason("no valid status"))
}

fn may_have_body(status: StatusCode) -> bool {
    !matches!(status.as_u16(), 100..=199 | 204 | 304)
}
