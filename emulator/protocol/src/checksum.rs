//! The checksum that some requests must carry.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use md5::{Digest, Md5};

use crate::Call;
use crate::codec::scalar;

const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// Client: adds the MD5 of the body where the operation wants a checksum and none is there.
pub(crate) fn add_md5(call: &Call, request: &mut Request<Bytes>) {
    let has_one = || {
        let mut names = request.headers().keys();
        names.any(|name| *name == CONTENT_MD5 || name.as_str().starts_with("x-amz-checksum-"))
    };
    if !call.operation.checksum_required || has_one() {
        return;
    }
    let digest = scalar::format_blob(&Md5::digest(request.body()));
    let value = HeaderValue::from_str(&digest).expect("base64 is plain ASCII");
    request.headers_mut().insert(CONTENT_MD5, value);
}
