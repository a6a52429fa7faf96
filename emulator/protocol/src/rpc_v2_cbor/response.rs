//! RPC v2 answers.

use bytes::Bytes;
use http::{Response, header};
use standin_model::{Answer, Document};

use super::error;
use crate::answer;
use crate::codec::Strictness;
use crate::codec::cbor::{Reader, Writer};
use crate::{Call, ParseError, SerializeError};

/// Server: writes the output; an operation without one has no body.
pub(crate) fn serialize(
    call: &Call,
    output: &Document,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let mut writer = Writer::new(Some(call.service));
    let output = call.output().map(|shape| writer.shape(shape, output)).transpose()?;
    let status = call.operation.http.status;
    let mut response = answer::response(status, super::CBOR, writer.finish());
    if output.is_none() {
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    super::set_protocol(response.headers_mut());
    answer::set_header(&mut response, answer::REQUEST_ID, request_id);
    Ok(response)
}

/// Client: reads the output or the error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<Answer, ParseError> {
    if answer::is_error(response.status()) {
        return error::parse(call, response).map(Answer::Error);
    }
    let output = match call.output() {
        // A stream of events stays with whoever holds the body.
        Some(_) if call.event_stream_output().is_some() => None,
        Some(shape) if !response.body().is_empty() => {
            Reader::new(call.service, Strictness::Lenient, response.body()).parse(shape)?
        }
        _ => None,
    };
    Ok(Answer::Output(output.unwrap_or_else(Document::empty)))
}
