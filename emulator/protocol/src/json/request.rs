//! JSON requests.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use standin_model::Document;

use crate::answer;
use crate::codec::Strictness;
use crate::codec::json::{Reader, Writer};
use crate::{Call, ParseError, SerializeError};

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// Server: reads the input.
pub(crate) fn parse(call: &Call, request: &Request<Bytes>) -> Result<Document, ParseError> {
    let reader = Reader { service: call.service, strictness: Strictness::Strict };
    match call.input() {
        Some(shape) if !request.body().is_empty() => {
            Ok(reader.parse(shape, request.body())?.unwrap_or_else(Document::empty))
        }
        _ => Ok(Document::empty()),
    }
}

/// Client: writes the input.
pub(crate) fn serialize(call: &Call, input: &Document) -> Result<Request<Bytes>, SerializeError> {
    let body = match call.input() {
        Some(shape) => {
            let mut writer = Writer::new(call.service);
            writer.shape(shape, input)?;
            Bytes::from(writer.finish())
        }
        None => Bytes::from_static(b"{}"),
    };
    let mut request = answer::post(super::content_type(Some(call.service)), body);
    let prefix = call.service.metadata.target_prefix.unwrap_or_default();
    let target = HeaderValue::try_from(format!("{prefix}.{}", call.operation.name))
        .expect("names of the model are plain ASCII");
    request.headers_mut().insert(TARGET, target);
    if call.service.metadata.query_compatible {
        request.headers_mut().insert(answer::QUERY_MODE, HeaderValue::from_static("true"));
    }
    Ok(request)
}
