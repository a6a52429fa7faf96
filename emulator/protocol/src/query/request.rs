//! Query requests.

use bytes::Bytes;
use http::Request;
use standin_model::Document;

use crate::answer;
use crate::codec::form::{Dialect, Form, Reader, Writer};
use crate::{Call, ParseError, SerializeError};

/// Server: reads the input.
pub(crate) fn parse(call: &Call, request: &Request<Bytes>) -> Result<Document, ParseError> {
    parse_dialect(call, request, Dialect::Query)
}

/// Client: writes the input.
pub(crate) fn serialize(call: &Call, input: &Document) -> Result<Request<Bytes>, SerializeError> {
    serialize_dialect(call, input, Dialect::Query)
}

/// Reads the input of a dialect from the query string and the body.
pub(crate) fn parse_dialect(
    call: &Call,
    request: &Request<Bytes>,
    dialect: Dialect,
) -> Result<Document, ParseError> {
    let Some(shape) = call.input() else { return Ok(Document::empty()) };
    let mut names = String::new();
    let query = request.uri().query().unwrap_or_default();
    let form = Form::parse(query, request.body(), &mut names)?;
    Reader { service: call.service, dialect }.parse(shape, &form)
}

/// Writes the input in a dialect.
pub(crate) fn serialize_dialect(
    call: &Call,
    input: &Document,
    dialect: Dialect,
) -> Result<Request<Bytes>, SerializeError> {
    let mut writer = Writer::new(call.service, dialect, call.operation.name);
    if let Some(structure) = call.input().and_then(|shape| shape.structure()) {
        writer.structure(structure, answer::fields(input)?)?;
    }
    Ok(answer::post(super::FORM, writer.finish()))
}
