//! JSON answers.

use bytes::Bytes;
use http::{HeaderName, Response};
use standin_model::{Answer, Document, Service};

use super::{error, quirks};
use crate::answer;
use crate::codec::Strictness;
use crate::codec::json::{Reader, Writer};
use crate::{Call, ParseError, SerializeError};

const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

/// Server: writes the output.
pub(crate) fn serialize(
    call: &Call,
    output: &Document,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let body = match call.output() {
        Some(shape) => {
            let mut writer = Writer::new(call.service);
            writer.shape(shape, output)?;
            Bytes::from(writer.finish())
        }
        None => Bytes::new(),
    };
    let content_type = super::content_type(Some(call.service));
    let mut response = answer::response(call.operation.http.status, content_type, body);
    finish(&mut response, Some(call.service), request_id);
    Ok(response)
}

/// Client: reads the output or the error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<Answer, ParseError> {
    if answer::is_error(response.status()) {
        return error::parse(call, response).map(Answer::Error);
    }
    let reader = Reader { service: call.service, strictness: Strictness::Lenient };
    let output = match call.output() {
        // A stream of events stays with whoever holds the body.
        Some(_) if call.event_stream_output().is_some() => None,
        Some(shape) if !response.body().is_empty() => reader.parse(shape, response.body())?,
        _ => None,
    };
    Ok(Answer::Output(output.unwrap_or_else(Document::empty)))
}

/// Sets the headers that every answer of a service carries.
pub(super) fn finish(response: &mut Response<Bytes>, service: Option<&Service>, request_id: &str) {
    answer::set_header(response, answer::REQUEST_ID, request_id);
    if quirks::of(service).is_some_and(|quirks| quirks.crc32) {
        let checksum = crc32fast::hash(response.body());
        response.headers_mut().insert(CRC32, checksum.into());
    }
}
