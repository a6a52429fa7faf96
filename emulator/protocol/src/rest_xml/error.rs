//! REST-XML errors: `ErrorResponse` around `Error`, or `Error` alone where a service has it so.

use bytes::Bytes;
use http::{Response, StatusCode};
use standin_model::{Member, ServiceError};

use super::{quirks, response};
use crate::bindings::response::status_member;
use crate::bindings::{read_headers, write_headers};
use crate::call::ErrorScope;
use crate::codec::xml::{Reader, Text};
use crate::codec::{Scope, Strictness};
use crate::query::error::{parse_xml, write_details};
use crate::{Call, ParseError, SerializeError, answer};

/// Server: writes an error.
pub(crate) fn serialize(
    scope: ErrorScope,
    error: &ServiceError,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let head = scope.operation.is_some_and(|operation| operation.http.method == "HEAD");
    let body = if head { Bytes::new() } else { body(scope, error, request_id)? };
    let mut response = answer::response(error.status, "application/xml", body);
    let structure = scope.shape(error).and_then(|shape| shape.structure());
    if let (Some(service), Some(structure)) = (scope.service, structure) {
        write_headers(service, structure, &error.members, response.headers_mut())?;
    }
    response::set_ids(&mut response, scope.service, request_id);
    Ok(response)
}

/// Client: reads an error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<ServiceError, ParseError> {
    let mut error = parse_xml(call, response)?;
    if error.status < 300 {
        // An answer may begin before its outcome is known; clients take such errors as faults.
        error.status = StatusCode::INTERNAL_SERVER_ERROR.as_u16();
        error.sender_fault = false;
    }
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

/// Whether a success is an error nevertheless: its root is `Error`, which no output has.
pub(super) fn is_hidden(call: &Call, body: &[u8]) -> bool {
    let streams = call.streaming_output().is_some() || call.event_stream_output().is_some();
    if streams || call.output().is_none() || body.is_empty() {
        return false;
    }
    let root =
        Reader::new(call.service, Strictness::Lenient, body).and_then(|mut reader| reader.root());
    root.is_ok_and(|start| start.is_some_and(|start| start.local_name().as_ref() == "Error"))
}

/// A second id of a request, made of the first so that it needs no chance.
pub(super) fn host_id(request_id: &str) -> String {
    crate::codec::scalar::format_blob(format!("host-{request_id}").as_bytes())
}

fn body(
    scope: ErrorScope,
    error: &ServiceError,
    request_id: &str,
) -> Result<Bytes, SerializeError> {
    let in_body = |member: &Member| Scope::Response.holds(member);
    let mut text = Text::declared();
    if quirks::of(scope.service).is_some_and(|quirks| quirks.bare_errors) {
        text.start("Error");
        text = write_details(text, scope, error, in_body)?;
        text.element("RequestId", request_id);
        text.element("HostId", &host_id(request_id));
        text.end("Error");
        return Ok(text.finish().into());
    }
    let namespace = scope.service.and_then(|service| service.metadata.xml_namespace);
    text.start_in("ErrorResponse", namespace);
    text.start("Error");
    text.element("Type", if error.sender_fault { "Sender" } else { "Receiver" });
    text = write_details(text, scope, error, in_body)?;
    text.end("Error");
    text.element("RequestId", request_id);
    text.end("ErrorResponse");
    Ok(text.finish().into())
}
