//! RPC v2 with CBOR: an operation named in the path, its input and output as CBOR maps.

pub(crate) mod error;
pub(crate) mod request;
pub(crate) mod response;

use http::{HeaderMap, HeaderName, HeaderValue};

/// The media type of bodies.
pub(crate) const CBOR: &str = "application/cbor";

/// Sets the header without which clients refuse an answer.
fn set_protocol(headers: &mut HeaderMap) {
    let name = HeaderName::from_static("smithy-protocol");
    headers.insert(name, HeaderValue::from_static("rpc-v2-cbor"));
}
