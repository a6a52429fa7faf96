//! JSON errors: `__type`, a message, and the members that the error's shape declares.

use bytes::Bytes;
use http::{HeaderMap, Response};
use standin_model::{Document, Fields, Member, Protocol, ServiceError, Shape};

use super::{quirks, response};
use crate::answer::{self, is_message};
use crate::call::ErrorScope;
use crate::codec::json::{Reader, Text, Writer, parse_untyped};
use crate::codec::{Scope, Strictness};
use crate::{Call, ParseError, SerializeError};

/// Server: writes an error.
pub(crate) fn serialize(
    scope: ErrorScope,
    error: &ServiceError,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let body = body(scope, error)?;
    let mut response = answer::response(error.status, super::content_type(scope.service), body);
    response::finish(&mut response, scope.service, request_id);
    set_query_error(&mut response, scope, error);
    Ok(response)
}

/// Client: reads an error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<ServiceError, ParseError> {
    parse_body(call, response)
}

/// Adds the query protocol's code where the service promises it.
pub(crate) fn set_query_error(
    response: &mut Response<Bytes>,
    scope: ErrorScope,
    error: &ServiceError,
) {
    if !scope.service.is_some_and(|service| service.metadata.query_compatible) {
        return;
    }
    let shape = scope.shape(error);
    let code = shape.map_or_else(|| error.code.to_string(), |shape| shape.error_code().to_owned());
    let fault = if error.sender_fault { "Sender" } else { "Receiver" };
    answer::set_header(response, answer::QUERY_ERROR, &format!("{code};{fault}"));
}

/// Adds the message and the members that `select` takes to an object of `text`, and closes it.
pub(crate) fn write_rest(
    mut text: Text,
    scope: ErrorScope,
    error: &ServiceError,
    select: impl Fn(&Member) -> bool,
) -> Result<Vec<u8>, SerializeError> {
    let shape = scope.shape(error);
    if let Some(message) = &error.message {
        text.text_field(answer::message_key(shape).unwrap_or("message"), message);
    }
    let structure = shape.and_then(|shape| shape.structure());
    if let (Some(service), Some(structure)) = (scope.service, structure) {
        let select = |member: &Member| select(member) && !is_message(member.name);
        let mut writer = Writer::within(service, text);
        writer.fields(structure, &error.members, select)?;
        text = writer.into_text();
    } else {
        text.untyped_fields(&error.members);
    }
    text.end();
    Ok(text.finish())
}

/// Reads an error whose body is JSON, its name from wherever a service may have put it.
pub(crate) fn parse_body(
    call: &Call,
    response: &Response<Bytes>,
) -> Result<ServiceError, ParseError> {
    let raw = match response.body() {
        body if body.is_empty() => Document::empty(),
        body => parse_untyped(body).unwrap_or_else(|_| Document::empty()),
    };
    let (mut error, shape) = error_from(call, response, &raw);
    if let Some(shape) = shape.filter(|_| !response.body().is_empty()) {
        let reader = Reader { service: call.service, strictness: Strictness::Lenient };
        let members = match (call.protocol, shape.structure()) {
            (Protocol::RestJson, Some(structure)) => {
                reader.parse_members(structure, Scope::Response, response.body())?
            }
            _ => match reader.parse(shape, response.body())? {
                Some(Document::Object(members)) => members,
                _ => Fields::default(),
            },
        };
        error.members = members.into_iter().filter(|(key, _)| !is_message(key)).collect();
    }
    Ok(error)
}

/// An error without members, and its shape, from headers and the untyped body.
pub(crate) fn error_from(
    call: &Call,
    response: &Response<Bytes>,
    raw: &Document,
) -> (ServiceError, Option<&'static Shape>) {
    let query = query_error(response.headers());
    let code = header_code(response.headers())
        .or_else(|| raw.get("__type")?.as_str())
        .or_else(|| raw.get("code")?.as_str())
        .map(answer::bare_code)
        .or(query.map(|(code, _)| code));
    let shape = code.and_then(|code| call.error_shape(code)).or_else(|| call.error_shape(query?.0));
    let status = response.status();
    let error = ServiceError {
        code: match (shape, code) {
            (Some(shape), _) => shape.name.into(),
            (None, Some(code)) => code.to_owned().into(),
            (None, None) => status.as_str().to_owned().into(),
        },
        message: message(raw),
        status: status.as_u16(),
        sender_fault: query.map_or(status.is_client_error(), |(_, fault)| fault == "Sender"),
        members: Fields::default(),
    };
    (error, shape)
}

fn body(scope: ErrorScope, error: &ServiceError) -> Result<Vec<u8>, SerializeError> {
    let mut text = Text::new();
    text.begin();
    text.text_field("__type", &type_name(scope, error));
    write_rest(text, scope, error, |_| true)
}

fn type_name(scope: ErrorScope, error: &ServiceError) -> String {
    match (quirks::of(scope.service), scope.shape(error)) {
        (Some(quirks), Some(shape)) => format!("{}#{}", quirks.namespace, shape.name),
        (Some(_), None) => format!("{}#{}", quirks::FRAMEWORK_NAMESPACE, error.code),
        (None, Some(shape)) => shape.name.to_owned(),
        (None, None) => error.code.to_string(),
    }
}

fn header_code(headers: &HeaderMap) -> Option<&str> {
    headers.get(answer::ERROR_TYPE)?.to_str().ok()
}

fn query_error(headers: &HeaderMap) -> Option<(&str, &str)> {
    headers.get(answer::QUERY_ERROR)?.to_str().ok()?.split_once(';')
}

fn message(raw: &Document) -> Option<String> {
    ["message", "Message"].into_iter().find_map(|key| raw.get(key)?.as_str()).map(str::to_owned)
}
