//! Client: the checksum that a request must carry.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use standin_model::Document;

use super::{Algorithm, Checksum};
use crate::Call;

const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
const NAMED: HeaderName = HeaderName::from_static("x-amz-sdk-checksum-algorithm");

/// Adds the checksum of the body where the operation wants one, or the input names its algorithm, and none is there.
///
/// `httpChecksumRequired` alone is Content-MD5, as Smithy says; with `httpChecksum` it is the algorithm that the
/// input names, or CRC32, as AWS's SDKs do since 2025.
pub(crate) fn add(call: &Call, input: &Document, request: &mut Request<Bytes>) {
    let operation = call.operation;
    let member = operation.checksum_algorithm_member;
    let named = member.and_then(|name| input.get(name)).and_then(Document::as_str);
    if (!operation.checksum_required && named.is_none()) || has_one(request) {
        return;
    }
    if member.is_none() {
        let value = value(Algorithm::Md5, request.body());
        request.headers_mut().insert(CONTENT_MD5, value);
        return;
    }
    // Whether a name that is none is refused, and how, is for the server to say.
    let algorithm = named.map_or(Some(Algorithm::Crc32), Algorithm::from_name);
    let Some(algorithm) = algorithm else { return };
    let value = value(algorithm, request.body());
    let headers = request.headers_mut();
    headers.insert(NAMED, HeaderValue::from_static(algorithm.name()));
    headers.insert(algorithm.header(), value);
}

fn has_one(request: &Request<Bytes>) -> bool {
    let headers = request.headers();
    headers.contains_key(CONTENT_MD5)
        || Algorithm::ALL.into_iter().any(|algorithm| headers.contains_key(algorithm.header()))
}

fn value(algorithm: Algorithm, body: &[u8]) -> HeaderValue {
    HeaderValue::from_str(&Checksum::of(algorithm, body)).expect("base64 is plain ASCII")
}
