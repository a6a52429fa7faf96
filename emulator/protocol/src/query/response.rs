//! Query answers: `OperationResponse` around `OperationResult`.

use std::borrow::Cow;

use bytes::Bytes;
use http::Response;
use standin_model::{Answer, Document, Structure};

use super::error;
use crate::answer;
use crate::codec::Strictness;
use crate::codec::xml::{Naming, Reader, Text, Writer};
use crate::{Call, ParseError, SerializeError};

/// Server: writes the output.
pub(crate) fn serialize(
    call: &Call,
    output: &Document,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let root = format!("{}Response", call.operation.name);
    let mut text = Text::default();
    text.start_in(&root, call.service.metadata.xml_namespace);
    if let Some(structure) = call.output().and_then(|shape| shape.structure()) {
        let mut writer = Writer::new(call.service, text).named(Naming::Query);
        let wrapper = wrapper(call);
        writer.text.start(&wrapper);
        writer.fields(structure, answer::fields(output)?, |_| true)?;
        writer.text.end(&wrapper);
        text = writer.text;
    }
    text.start("ResponseMetadata");
    text.element("RequestId", request_id);
    text.end("ResponseMetadata");
    text.end(&root);
    let mut response = answer::response(call.operation.http.status, super::XML, text.finish());
    answer::set_header(&mut response, answer::REQUEST_ID, request_id);
    Ok(response)
}

/// Client: reads the output or the error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<Answer, ParseError> {
    if answer::is_error(response.status()) {
        return error::parse(call, response).map(Answer::Error);
    }
    Ok(Answer::Output(output(call, response.body())?))
}

fn output(call: &Call, body: &[u8]) -> Result<Document, ParseError> {
    let Some(structure) = call.output().and_then(|shape| shape.structure()) else {
        return Ok(Document::empty());
    };
    let mut reader = reader(call, body)?;
    if reader.root()?.is_none() {
        return Ok(Document::empty());
    }
    let wrapper = wrapper(call);
    while let Some(child) = reader.child()? {
        if child.local_name().as_ref() == wrapper {
            let output = reader.structure(structure, &child)?;
            reader.rest()?;
            reader.finish()?;
            return Ok(output);
        }
        reader.skip()?;
    }
    unwrapped(call, structure, body)
}

/// Some old answers have their members at the root.
fn unwrapped(
    call: &Call,
    structure: &'static Structure,
    body: &[u8],
) -> Result<Document, ParseError> {
    let mut reader = reader(call, body)?;
    let Some(start) = reader.root()? else { return Ok(Document::empty()) };
    let output = reader.structure(structure, &start)?;
    reader.finish()?;
    Ok(output)
}

fn reader<'b>(call: &Call, body: &'b [u8]) -> Result<Reader<'b>, ParseError> {
    Ok(Reader::new(call.service, Strictness::Lenient, body)?.named(Naming::Query))
}

/// The element around the output.
fn wrapper(call: &Call) -> Cow<'static, str> {
    match call.operation.result_wrapper {
        Some(wrapper) => Cow::Borrowed(wrapper),
        None => Cow::Owned(format!("{}Result", call.operation.name)),
    }
}
