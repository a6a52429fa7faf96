//! EC2 answers: `OperationResponse` with the request id and the output's members.

use bytes::Bytes;
use http::Response;
use standin_model::{Answer, Document};

use super::error;
use crate::codec::Strictness;
use crate::codec::iso8601::Fraction;
use crate::codec::xml::{Reader, Text, Writer};
use crate::{Call, ParseError, SerializeError, answer, query};

/// Server: writes the output.
pub(crate) fn serialize(
    call: &Call,
    output: &Document,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let root = format!("{}Response", call.operation.name);
    let mut text = Text::declared();
    text.start_in(&root, call.service.metadata.xml_namespace);
    text.element("requestId", request_id);
    if let Some(structure) = call.output().and_then(|shape| shape.structure()) {
        let mut writer = Writer::new(call.service, text).with_fraction(Fraction::Always);
        writer.fields(structure, answer::fields(output)?, |_| true)?;
        text = writer.text;
    }
    text.end(&root);
    let status = call.operation.http.status;
    let mut response = answer::response(status, query::XML_UTF8, text.finish());
    answer::set_header(&mut response, answer::REQUEST_ID, request_id);
    Ok(response)
}

/// Client: reads the output or the error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<Answer, ParseError> {
    if answer::is_error(response.status()) {
        return error::parse(call, response).map(Answer::Error);
    }
    let Some(structure) = call.output().and_then(|shape| shape.structure()) else {
        return Ok(Answer::Output(Document::empty()));
    };
    let mut reader = Reader::new(call.service, Strictness::Lenient, response.body())?;
    let Some(start) = reader.root()? else { return Ok(Answer::Output(Document::empty())) };
    let output = reader.structure(structure, &start)?;
    reader.finish()?;
    Ok(Answer::Output(output))
}
