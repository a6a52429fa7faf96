//! Query errors: `ErrorResponse` around `Error`.

use bytes::Bytes;
use http::Response;
use standin_model::{Document, Fields, Member, Protocol, ServiceError, Shape};

use crate::answer::{self, is_message};
use crate::call::ErrorScope;
use crate::codec::xml::{Reader, Text, Writer};
use crate::codec::{Scope, Strictness};
use crate::{Call, ParseError, SerializeError};

/// Server: writes an error.
pub(crate) fn serialize(
    scope: ErrorScope,
    error: &ServiceError,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let namespace = scope.service.and_then(|service| service.metadata.xml_namespace);
    let mut text = Text::default();
    text.start_in("ErrorResponse", namespace);
    text.start("Error");
    text.element("Type", if error.sender_fault { "Sender" } else { "Receiver" });
    text = write_details(text, scope, error, |_| true)?;
    text.end("Error");
    text.element("RequestId", request_id);
    text.end("ErrorResponse");
    let mut response = answer::response(error.status, super::XML, text.finish());
    answer::set_header(&mut response, answer::REQUEST_ID, request_id);
    Ok(response)
}

/// Client: reads an error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<ServiceError, ParseError> {
    parse_xml(call, response)
}

/// Writes what all XML errors have: code, message, and the members that `select` takes.
pub(crate) fn write_details(
    mut text: Text,
    scope: ErrorScope,
    error: &ServiceError,
    select: impl Fn(&Member) -> bool,
) -> Result<Text, SerializeError> {
    let shape = scope.shape(error);
    text.element("Code", shape.map_or(error.code.as_ref(), |shape| shape.error_code()));
    if let Some(message) = &error.message {
        text.element("Message", message);
    }
    let structure = shape.and_then(|shape| shape.structure());
    if let (Some(service), Some(structure)) = (scope.service, structure) {
        let mut writer = Writer::new(service, text);
        writer.fields(structure, &error.members, |member| {
            select(member) && !is_message(member.name) && member.wire_name() != "Code"
        })?;
        return Ok(writer.text);
    }
    for (name, value) in error.members.iter() {
        if let Document::String(value) = value {
            text.element(name, value);
        }
    }
    Ok(text)
}

/// Reads an error from any of the XML forms: in `Error`, below `Errors`, or the root itself.
pub(crate) fn parse_xml(
    call: &Call,
    response: &Response<Bytes>,
) -> Result<ServiceError, ParseError> {
    let status = response.status();
    let mut error = ServiceError {
        code: status.as_str().to_owned().into(),
        message: None,
        status: status.as_u16(),
        sender_fault: status.is_client_error(),
        members: Fields::default(),
    };
    if let Some(code) = scan(call, response.body(), &mut error).unwrap_or_default() {
        let shape = call.error_shape(&code);
        error.code = shape.map_or_else(|| code.clone().into(), |shape| shape.name.into());
        if let Some(shape) = shape {
            error.members = members(call, shape, response.body())?;
        }
    }
    Ok(error)
}

/// Walks down to the element that holds the code, wherever a service puts it.
fn enter(reader: &mut Reader<'_>) -> Result<bool, ParseError> {
    let Some(mut start) = reader.root()? else { return Ok(false) };
    loop {
        if matches!(start.local_name().as_ref(), "Error") {
            return Ok(true);
        }
        match reader.child()? {
            Some(child) if matches!(child.local_name().as_ref(), "Error" | "Errors") => {
                start = child;
            }
            Some(_) => reader.skip()?,
            None => return Ok(false),
        }
    }
}

fn scan(call: &Call, body: &[u8], error: &mut ServiceError) -> Result<Option<String>, ParseError> {
    let mut reader = Reader::new(call.service, Strictness::Lenient, body)?;
    let mut code = None;
    if !enter(&mut reader)? {
        return Ok(None);
    }
    while let Some(child) = reader.child()? {
        let name = child.local_name();
        match name.as_ref() {
            "Code" if code.is_none() => code = Some(reader.text()?.trim().to_owned()),
            "Message" | "message" => error.message = Some(reader.text()?.into_owned()),
            "Type" => error.sender_fault = reader.text()?.trim() == "Sender",
            _ => reader.skip()?,
        }
    }
    Ok(code)
}

fn members(call: &Call, shape: &'static Shape, body: &[u8]) -> Result<Fields, ParseError> {
    let Some(structure) = shape.structure() else { return Ok(Fields::default()) };
    let mut reader = Reader::new(call.service, Strictness::Lenient, body)?;
    let scope = if call.protocol == Protocol::RestXml { Scope::Response } else { Scope::All };
    let mut fields = Fields::default();
    if enter(&mut reader)? {
        reader.fields(structure, scope, &mut fields)?;
    }
    Ok(fields.into_iter().filter(|(name, _)| !is_message(name)).collect())
}
