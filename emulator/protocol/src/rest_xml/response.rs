//! REST-XML answers.

use bytes::Bytes;
use http::{HeaderName, Response};
use standin_model::{Answer, Document, Service};

use super::{Xml, error, quirks};
use crate::{Call, ParseError, SerializeError, answer, bindings};

/// Server: writes the output.
pub(crate) fn serialize(
    call: &Call,
    output: &Document,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let mut response = bindings::response::serialize::<Xml>(call, output)?;
    set_ids(&mut response, Some(call.service), request_id);
    Ok(response)
}

/// Client: reads the output or the error, which may come with status 200.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<Answer, ParseError> {
    if answer::is_error(response.status()) || error::is_hidden(call, response.body()) {
        return error::parse(call, response).map(Answer::Error);
    }
    bindings::response::parse::<Xml>(call, response).map(Answer::Output)
}

/// Sets the headers of the request's ids.
pub(super) fn set_ids(response: &mut Response<Bytes>, service: Option<&Service>, request_id: &str) {
    let quirks = quirks::of(service);
    let name = quirks.map_or(answer::REQUEST_ID, |q| HeaderName::from_static(q.request_id));
    answer::set_header(response, name, request_id);
    if let Some(name) = quirks.and_then(|quirks| quirks.host_id) {
        answer::set_header(response, HeaderName::from_static(name), &error::host_id(request_id));
    }
}
