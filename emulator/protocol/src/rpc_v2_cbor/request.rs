//! RPC v2 requests.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Uri, header};
use standin_model::Document;

use crate::answer;
use crate::codec::Strictness;
use crate::codec::cbor::{Reader, Writer};
use crate::{Call, ParseError, SerializeError};

/// Server: reads the input.
pub(crate) fn parse(call: &Call, request: &Request<Bytes>) -> Result<Document, ParseError> {
    match call.input() {
        Some(shape) if !request.body().is_empty() => {
            let reader = Reader::new(call.service, Strictness::Strict, request.body());
            Ok(reader.parse(shape)?.unwrap_or_else(Document::empty))
        }
        _ => Ok(Document::empty()),
    }
}

/// Client: writes the input; an operation without one has no body.
pub(crate) fn serialize(call: &Call, input: &Document) -> Result<Request<Bytes>, SerializeError> {
    let mut request = match call.input() {
        Some(shape) => {
            let mut writer = Writer::new(Some(call.service));
            writer.shape(shape, input)?;
            answer::post(super::CBOR, writer.finish())
        }
        None => Request::new(Bytes::new()),
    };
    *request.method_mut() = Method::POST;
    let service = call.service.metadata.target_prefix.unwrap_or_default();
    *request.uri_mut() =
        Uri::try_from(format!("/service/{service}/operation/{}", call.operation.name))
            .map_err(|_| SerializeError::reason("no valid URI"))?;
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, HeaderValue::from_static(super::CBOR));
    super::set_protocol(headers);
    if call.service.metadata.query_compatible {
        headers.insert(answer::QUERY_MODE, HeaderValue::from_static("true"));
    }
    Ok(request)
}
