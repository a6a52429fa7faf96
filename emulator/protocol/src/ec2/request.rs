//! EC2 requests.

use bytes::Bytes;
use http::Request;
use standin_model::Document;

use crate::codec::form::Dialect;
use crate::query::request::{parse_dialect, serialize_dialect};
use crate::{Call, ParseError, SerializeError};

/// Server: reads the input.
pub(crate) fn parse(call: &Call, request: &Request<Bytes>) -> Result<Document, ParseError> {
    parse_dialect(call, request, Dialect::Ec2)
}

/// Client: writes the input.
pub(crate) fn serialize(call: &Call, input: &Document) -> Result<Request<Bytes>, SerializeError> {
    serialize_dialect(call, input, Dialect::Ec2)
}
