//! What is signed verifies, what is changed afterwards does not, and no bytes panic.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{PayloadChecksumKind, SignatureLocation};
use http::HeaderName;
use http::request::Parts;
use proptest::prelude::*;

use super::head;
use super::oracle::{run, settings, signable};
use crate::{
    ContentHash, Credentials, Payload, PayloadError, Place, ScopeError, Signature, Signer,
    VerifyError, decode_chunked, encode_query, presign, sign, verify,
};

const SECRET: &str = "secret";

fn credentials() -> Credentials {
    Credentials::from_keys("AKIDREAL", SECRET, Some("real-token".into()))
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn service() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("s3"), Just("sqs"), Just("execute-api")]
}

/// Path bytes as clients send them: encoded, dotted, doubled.
const PATH: &str = "/([A-Za-z0-9._~-]|%2[0-9A-Fa-f]|/|\\.\\./){0,24}";
const QUERY: &str = "([a-z]{1,4}(=([A-Za-z0-9+.:/-]|%[2-7][0-9a-f]){0,8})?(&)?){0,5}";

/// The signature that AWS's own crate gives to what was signed.
fn by_the_crate(mut parts: Parts, body: &[u8], signer: &Signer<'_>) -> String {
    for name in ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"] {
        parts.headers.remove(name);
    }
    let names = ["host", "x-amz-meta-k"].map(HeaderName::from_static);
    run(&parts, &names, signable(&Payload::Absent, body), (signer, settings(signer.rules)))
}

/// The signature of a URL that AWS's own crate presigns for 50 seconds.
fn presigned_by_the_crate(mut parts: Parts, signer: &Signer<'_>) -> String {
    let query = encode_query(parts.uri.query().unwrap_or_default());
    let path = parts.uri.path();
    parts.uri = format!("{path}?{query}").parse().expect("a URI");
    let mut settings = settings(signer.rules);
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(50));
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    let body = match signer.rules.content_hash {
        ContentHash::Header => Payload::Unsigned,
        ContentHash::Implied => Payload::Absent,
    };
    let names = [HeaderName::from_static("host")];
    run(&parts, &names, signable(&body, b""), (signer, settings))
}

proptest! {
    #[test]
    fn signed_requests_verify_and_changed_ones_do_not(
        service in service(),
        path in PATH,
        query in QUERY,
        value in "[ -~\u{a1}-\u{ff}]{0,16}",
        body in proptest::collection::vec(any::<u8>(), 1..64),
        flip in any::<prop::sample::Index>(),
    ) {
        let path = path.replace("//", "/");
        let headers = [("host", "h.example"), ("x-amz-meta-k", value.as_str()), ("x-other", "v")];
        let mut parts = head("POST", &format!("{path}?{query}"), &headers);
        let credentials = credentials();
        let signer = Signer::new(&credentials, "eu-west-1", service, at(1_700_000_000));
        sign(&mut parts, &Payload::Absent, &body, &signer).expect("signable");
        let signature = Signature::of(&parts).expect("parsable").expect("signed");
        prop_assert_eq!(signature.scope.region.as_str(), "eu-west-1");
        prop_assert_eq!(verify(&parts, &body, &signature, SECRET), Ok(()));
        prop_assert!(verify(&parts, &body, &signature, "other").is_err());
        prop_assert_eq!(by_the_crate(parts.clone(), &body, &signer), signature.signature.as_str());

        let mut changed = body.clone();
        changed[flip.index(body.len())] ^= 1;
        prop_assert!(verify(&parts, &changed, &signature, SECRET).is_err());

        parts.headers.insert("x-amz-meta-k", "changed-by-someone".parse().expect("a value"));
        prop_assert_eq!(
            verify(&parts, &body, &signature, SECRET),
            Err(VerifyError::Mismatch)
        );
    }

    #[test]
    fn presigned_urls_are_signed_again(service in service(), path in PATH, query in QUERY) {
        let path = path.replace("//", "/");
        let mut parts = head("GET", &format!("{path}?{query}"), &[("host", "h.example")]);
        let credentials = credentials();
        let signer = Signer::new(&credentials, "eu-west-1", service, at(1_700_000_000));
        let listed = ["host".to_owned()];
        presign(&mut parts, &listed, Duration::from_mins(1), &signer).expect("signable");
        presign(&mut parts, &listed, Duration::from_secs(50), &signer).expect("signable twice");
        let signature = Signature::of(&parts).expect("parsable").expect("signed");
        prop_assert_eq!(signature.place, Place::Query { expires: Duration::from_secs(50) });
        prop_assert_eq!(verify(&parts, b"", &signature, SECRET), Ok(()));
        prop_assert!(verify(&parts, b"", &signature, "other").is_err());
        let theirs = presigned_by_the_crate(head("GET", &format!("{path}?{query}"), &[("host", "h.example")]), &signer);
        prop_assert_eq!(signature.signature, theirs);
    }

    #[test]
    fn no_bytes_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..80),
        authorization in "(AWS4-HMAC-SHA256 )?[ -~]{0,80}",
        stamp in "[0-9TZ\u{e9}]{0,18}",
        query in "[a-zA-Z0-9=&%+-]{0,40}",
    ) {
        let _ = decode_chunked(&bytes, None);
        let _ = encode_query(&query);
        let headers = [("authorization", authorization.as_str()), ("x-amz-date", stamp.as_str())];
        let parts = head("GET", &format!("/?{query}"), &headers);
        if let Ok(Some(signature)) = Signature::of(&parts) {
            let _ = verify(&parts, &bytes, &signature, SECRET);
        }
    }
}

#[test]
fn hop_headers_and_the_old_signature_are_taken_off() {
    let mut parts = head(
        "GET",
        "/b?acl&x=a+b",
        &[
            ("host", "h.example"),
            ("connection", "close, x-hop"),
            ("x-hop", "1"),
            ("expect", "100-continue"),
            ("te", "trailers"),
            ("x-amz-security-token", "stale"),
            ("amz-sdk-request", "attempt=1"),
            ("authorization", "stale"),
        ],
    );
    let credentials = credentials();
    let signer = Signer::new(&credentials, "us-east-1", "s3", at(0));
    sign(&mut parts, &Payload::Unsigned, b"", &signer).expect("signable");
    for name in ["connection", "x-hop", "expect", "te"] {
        assert!(!parts.headers.contains_key(name), "{name}");
    }
    assert_eq!(parts.headers["x-amz-security-token"], "real-token");
    assert_eq!(parts.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    assert_eq!(parts.headers["amz-sdk-request"], "attempt=1");
    assert_eq!(parts.uri, "/b?acl&x=a%20b");
    let signature = Signature::of(&parts).expect("parsable").expect("signed");
    let expected = ["host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"];
    assert_eq!(signature.signed_headers, expected);
}

#[test]
fn every_amz_header_is_signed() {
    let headers =
        [("host", "h"), ("x-amz-acl", "private"), ("content-type", "t"), ("content-md5", "m")];
    let mut parts = head("PUT", "/", &headers);
    let credentials = Credentials::from_keys("AKIDREAL", SECRET, None);
    let signer = Signer::new(&credentials, "us-east-1", "sqs", at(0));
    sign(&mut parts, &Payload::Absent, b"", &signer).expect("signable");
    let signature = Signature::of(&parts).expect("parsable").expect("signed");
    let expected = ["content-md5", "content-type", "host", "x-amz-acl", "x-amz-date"];
    assert_eq!(signature.signed_headers, expected);
    assert!(!parts.headers.contains_key("x-amz-content-sha256"));
}

#[test]
fn a_body_that_was_not_hashed_is_refused() {
    let hash = "0".repeat(64);
    let headers = [("host", "h"), ("x-amz-content-sha256", hash.as_str())];
    let mut parts = head("PUT", "/", &headers);
    let credentials = credentials();
    let signer = Signer::new(&credentials, "us-east-1", "s3", at(0));
    sign(&mut parts, &Payload::Hash(hash.clone()), b"body", &signer).expect("signable");
    let signature = Signature::of(&parts).expect("parsable").expect("signed");
    assert_eq!(verify(&parts, b"body", &signature, SECRET), Err(VerifyError::Body));
}

#[test]
fn what_is_not_supported_is_named() {
    let modes = [("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA512-PAYLOAD")];
    let refused = Payload::of(&head("PUT", "/", &modes).headers).expect_err("not supported");
    assert_eq!(refused, PayloadError::Unsupported("STREAMING-AWS4-HMAC-SHA512-PAYLOAD".into()));
    let other = [("authorization", "AWS4-HMAC-SHA512 Credential=x")];
    let refused = Signature::of(&head("GET", "/", &other)).expect_err("not supported");
    assert_eq!(refused, ScopeError::Algorithm("AWS4-HMAC-SHA512".into()));
    let bearer = [("authorization", "Bearer abc")];
    assert_eq!(Signature::of(&head("GET", "/", &bearer)), Ok(None));
}
