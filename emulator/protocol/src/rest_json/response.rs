//! REST-JSON answers.

use bytes::Bytes;
use http::Response;
use standin_model::{Answer, Document};

use super::{Json, error};
use crate::{Call, ParseError, SerializeError, answer, bindings};

/// Server: writes the output.
pub(crate) fn serialize(
    call: &Call,
    output: &Document,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let mut response = bindings::response::serialize::<Json>(call, output)?;
    answer::set_header(&mut response, answer::REQUEST_ID, request_id);
    Ok(response)
}

/// Client: reads the output or the error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<Answer, ParseError> {
    if answer::is_error(response.status()) {
        return error::parse(call, response).map(Answer::Error);
    }
    bindings::response::parse::<Json>(call, response).map(Answer::Output)
}
