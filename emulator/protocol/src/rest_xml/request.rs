//! REST-XML requests.

use bytes::Bytes;
use http::Request;
use standin_model::Document;

use super::Xml;
use crate::{Call, ParseError, SerializeError, bindings};

/// Server: reads the input.
pub(crate) fn parse(call: &Call, request: &Request<Bytes>) -> Result<Document, ParseError> {
    bindings::request::parse::<Xml>(call, request)
}

/// Client: writes the input.
pub(crate) fn serialize(call: &Call, input: &Document) -> Result<Request<Bytes>, SerializeError> {
    bindings::request::serialize::<Xml>(call, input)
}
