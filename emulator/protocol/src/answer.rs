//! Parts of HTTP messages that every protocol makes alike.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use standin_model::{Document, Fields, Operation, Service, Shape};

use crate::SerializeError;

/// The header of the request id that most services answer with.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// The query protocol's error code on answers of other protocols.
pub(crate) const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
/// Set by clients who want the query protocol's error codes.
pub(crate) const QUERY_MODE: HeaderName = HeaderName::from_static("x-amzn-query-mode");
/// The error's shape in REST-JSON.
pub(crate) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A response of a status, content type and body, without further headers.
pub(crate) fn response(
    status: u16,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Sets a header whose value may be any text; one that HTTP can't carry is left out.
pub(crate) fn set_header(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A POST to `/`, as RPC protocols send.
pub(crate) fn post(content_type: &'static str, body: impl Into<Bytes>) -> Request<Bytes> {
    let mut request = Request::new(body.into());
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    request
}

/// The fields of a document that stands for a structure.
pub(crate) fn fields(document: &Document) -> Result<&Fields, SerializeError> {
    document.as_object().ok_or_else(|| SerializeError::mismatch("structure", document))
}

/// The wire name of an error's message member, if it has one.
pub(crate) fn message_key(shape: Option<&Shape>) -> Option<&'static str> {
    let members = &shape?.structure()?.members;
    members.iter().find(|member| is_message(member.name)).map(standin_model::Member::wire_name)
}

/// The shape of an error by its name or code: among those that the operation declares, then among all of
/// the service; some codes belong to several shapes.
pub(crate) fn error_shape(
    service: &'static Service,
    operation: Option<&Operation>,
    name: &str,
) -> Option<&'static Shape> {
    let declared = operation.into_iter().flat_map(|operation| &operation.errors);
    let declared = || declared.clone().map(|id| service.shape(*id));
    declared()
        .find(|shape| shape.name == name)
        .or_else(|| declared().find(|shape| shape.error_code() == name))
        .or_else(|| service.shape_named(name).filter(|shape| shape.error().is_some()))
        .or_else(|| service.error(name).map(|found| found.shape))
}

/// Whether a member is an error's message.
pub(crate) fn is_message(name: &str) -> bool {
    name.eq_ignore_ascii_case("message")
}

/// An error's name without its namespace and the address that some services append.
pub(crate) fn bare_code(text: &str) -> &str {
    let text = text.split(':').next().unwrap_or(text);
    text.rsplit('#').next().unwrap_or(text).trim()
}

/// Whether a status is an error for a client.
pub(crate) fn is_error(status: StatusCode) -> bool {
    status.as_u16() >= 300
}
