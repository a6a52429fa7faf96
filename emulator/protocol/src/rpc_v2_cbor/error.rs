//! RPC v2 errors: the full id of the shape in `__type`, never in a header.

use bytes::Bytes;
use http::Response;
use standin_model::{Document, Fields, ServiceError};

use crate::answer::{self, is_message};
use crate::call::ErrorScope;
use crate::codec::Strictness;
use crate::codec::cbor::{Reader, Writer, parse_untyped};
use crate::json::error::{error_from, set_query_error};
use crate::{Call, ParseError, SerializeError};

/// Server: writes an error.
pub(crate) fn serialize(
    scope: ErrorScope,
    error: &ServiceError,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let mut response = answer::response(error.status, super::CBOR, body(scope, error)?);
    super::set_protocol(response.headers_mut());
    set_query_error(&mut response, scope, error);
    answer::set_header(&mut response, answer::REQUEST_ID, request_id);
    Ok(response)
}

/// Client: reads an error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<ServiceError, ParseError> {
    let body = response.body();
    let raw = parse_untyped(body).unwrap_or_else(|_| Document::empty());
    let (mut error, shape) = error_from(call, response, &raw);
    if let Some(shape) = shape.filter(|_| !body.is_empty()) {
        let reader = Reader::new(call.service, Strictness::Lenient, body);
        if let Some(Document::Object(members)) = reader.parse(shape)? {
            error.members = members.into_iter().filter(|(key, _)| !is_message(key)).collect();
        }
    }
    Ok(error)
}

fn body(scope: ErrorScope, error: &ServiceError) -> Result<Vec<u8>, SerializeError> {
    let shape = scope.shape(error);
    let name = shape.map_or(error.code.as_ref(), |shape| shape.name);
    let mut writer = Writer::new(scope.service);
    writer.begin();
    writer.text_field("__type", &format!("{}#{name}", namespace(scope)));
    if let Some(message) = &error.message {
        writer.text_field(answer::message_key(shape).unwrap_or("message"), message);
    }
    match shape.and_then(|shape| shape.structure()) {
        Some(structure) => {
            writer.fields(structure, &error.members, |member| !is_message(member.name))?;
        }
        None => untyped(&mut writer, &error.members),
    }
    writer.end();
    Ok(writer.finish())
}

fn untyped(writer: &mut Writer, members: &Fields) {
    for (name, value) in members.iter() {
        writer.untyped(&Document::from(name.as_ref()));
        writer.untyped(value);
    }
}

/// The models no longer carry the namespace of their shapes; nearly all are made like this.
fn namespace(scope: ErrorScope) -> String {
    match scope.service {
        Some(service) => format!("com.amazonaws.{}", service.metadata.name.replace('-', "")),
        None => "com.amazon.coral.service".to_owned(),
    }
}
