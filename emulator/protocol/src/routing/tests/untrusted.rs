//! Whatever a client sends is routed or refused.

use proptest::prelude::*;

use super::{parts, routed};
use crate::routing::credential;

proptest! {
    #[test]
    fn any_request_is_answered(
        method in "GET|PUT|POST|DELETE|HEAD|OPTIONS|FOO",
        path in "/[a-zA-Z0-9/%+.:@-]{0,30}",
        query in "[a-zA-Z0-9&=%+-]{0,30}",
        name in "s3|sqs|sts|ses|lambda|nonesuch|",
        target in "[A-Za-z.#]{0,20}",
        body in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let line = format!("{method} {path}?{query}");
        let form = ("content-type", "application/x-www-form-urlencoded");
        for headers in [&[][..], &[("x-amz-target", &*target)], &[form], &[("smithy-protocol", "rpc-v2-cbor")]] {
            routed(&parts(&line, &name, headers), &body);
        }
    }

    #[test]
    fn any_authorization_is_read(value in "(AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|AWS|Bearer)? ?(Credential=)?[A-Za-z0-9/:,= é]{0,40}") {
        let Ok(value) = http::HeaderValue::from_str(&value) else { return Ok(()) };
        let mut parts = parts("GET /?X-Amz-Credential=a%2F&AWSAccessKeyId", "", &[]);
        credential(&parts);
        parts.headers.insert("authorization", value);
        credential(&parts);
    }
}
