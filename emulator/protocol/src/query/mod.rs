//! Query: forms in, XML out, the operation named by `Action`.

pub(crate) mod error;
pub(crate) mod request;
pub(crate) mod response;

/// The media type of requests.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
/// The media type of answers.
pub(crate) const XML: &str = "text/xml";
/// The media type of answers that say their encoding.
pub(crate) const XML_UTF8: &str = "text/xml;charset=UTF-8";
