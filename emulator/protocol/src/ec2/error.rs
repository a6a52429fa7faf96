//! EC2 errors: `Response` around `Errors` around `Error`.

use bytes::Bytes;
use http::Response;
use standin_model::ServiceError;

use crate::call::ErrorScope;
use crate::codec::xml::Text;
use crate::query::error::{parse_xml, write_details};
use crate::{Call, ParseError, SerializeError, answer, query};

/// Server: writes an error.
pub(crate) fn serialize(
    scope: ErrorScope,
    error: &ServiceError,
    request_id: &str,
) -> Result<Response<Bytes>, SerializeError> {
    let mut text = Text::declared();
    text.start("Response");
    text.start("Errors");
    text.start("Error");
    text = write_details(text, scope, error, |_| true)?;
    text.end("Error");
    text.end("Errors");
    text.element("RequestID", request_id);
    text.end("Response");
    let mut response = answer::response(error.status, query::XML_UTF8, text.finish());
    answer::set_header(&mut response, answer::REQUEST_ID, request_id);
    Ok(response)
}

/// Client: reads an error.
pub(crate) fn parse(call: &Call, response: &Response<Bytes>) -> Result<ServiceError, ParseError> {
    parse_xml(call, response)
}
