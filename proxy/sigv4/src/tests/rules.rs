//! What is signed of headers and queries, and under which name the session token goes: one case a rule.

use std::time::Duration;

use super::head;
use crate::{
    Credentials, Payload, Place, QueryToken, Rules, Signature, Signer, VerifyError, presign, sign,
    verify,
};

const SECRET: &str = "secret";

fn credentials() -> Credentials {
    Credentials::from_keys("AKIDREAL", SECRET, Some("real-token".into()))
}

fn signature(parts: &http::request::Parts) -> Signature {
    Signature::of(parts).expect("readable").expect("signed")
}

#[test]
fn what_proxies_may_change_is_not_signed() {
    let headers = [
        ("host", "h"),
        ("accept", "*/*"),
        ("accept-encoding", "identity"),
        ("accept-language", "en"),
        ("amz-sdk-invocation-id", "1"),
        ("amz-sdk-request", "attempt=1"),
        ("user-agent", "client"),
        ("x-amzn-trace-id", "Root=1"),
    ];
    let mut parts = head("GET", "/", &headers);
    let credentials = Credentials::from_keys("AKIDREAL", SECRET, None);
    let signer = Signer::new(&credentials, "us-east-1", "sqs", std::time::UNIX_EPOCH);
    sign(&mut parts, &Payload::Absent, b"", &signer).expect("signable");
    assert_eq!(signature(&parts).signed_headers, ["host", "x-amz-date"]);
    for (name, value) in headers {
        assert_eq!(parts.headers[name], value, "it goes on as it came");
    }
}

#[test]
fn the_token_of_a_session_of_s3_express_keeps_its_name() {
    let credentials = credentials();
    let signer = Signer::new(&credentials, "us-east-1", "s3express", std::time::UNIX_EPOCH);
    let mut parts = head("GET", "/k", &[("host", "h"), ("x-amz-s3session-token", "stale")]);
    sign(&mut parts, &Payload::Unsigned, b"", &signer).expect("signable");
    assert_eq!(parts.headers["x-amz-s3session-token"], "real-token");
    assert!(!parts.headers.contains_key("x-amz-security-token"));
    let signed = signature(&parts);
    assert!(signed.signed_headers.iter().any(|name| name == "x-amz-s3session-token"));
    assert_eq!(verify(&parts, b"", &signed, SECRET), Ok(()));

    // Requests that begin sessions have the usual token.
    let mut parts = head("GET", "/?session", &[("host", "h"), ("x-amz-security-token", "stale")]);
    sign(&mut parts, &Payload::Unsigned, b"", &signer).expect("signable");
    assert_eq!(parts.headers["x-amz-security-token"], "real-token");
    assert!(!parts.headers.contains_key("x-amz-s3session-token"));

    let mut parts = head("GET", "/k?X-Amz-S3session-Token=stale&x=1", &[("host", "h")]);
    let listed = ["host".to_owned()];
    presign(&mut parts, &listed, Duration::from_mins(1), &signer).expect("signable");
    let query = parts.uri.query().expect("signed");
    assert!(query.contains("&X-Amz-S3session-Token=real-token&"), "{query}");
    assert!(!query.contains("stale") && !query.contains("Security-Token"), "{query}");
    assert_eq!(verify(&parts, b"", &signature(&parts), SECRET), Ok(()));
}

#[test]
fn the_device_gateway_of_iot_takes_the_token_after_the_signature() {
    let credentials = credentials();
    let signer = Signer::new(&credentials, "us-east-1", "iotdevicegateway", std::time::UNIX_EPOCH);
    assert_eq!(signer.rules.token, QueryToken::Added);
    let mut parts = head("GET", "/mqtt", &[("host", "h")]);
    presign(&mut parts, &["host".into()], Duration::from_mins(1), &signer).expect("signable");
    let signed = signature(&parts);
    assert_eq!(verify(&parts, b"", &signed, SECRET), Ok(()));
    let query = parts.uri.query().expect("signed");
    assert!(query.contains("&X-Amz-Security-Token=real-token"), "{query}");
    let bare = query.replace("&X-Amz-Security-Token=real-token", "");
    let parts = head("GET", &format!("/mqtt?{bare}"), &[("host", "h")]);
    assert_eq!(verify(&parts, b"", &signed, SECRET), Ok(()), "the token is not covered");
    assert_eq!(Rules::of("sqs").token, QueryToken::Signed);
}

#[test]
fn a_bare_key_signs_like_one_with_an_empty_value_and_escapes_in_paths_are_kept() {
    let credentials = Credentials::from_keys("AKIDREAL", SECRET, None);
    let signer = Signer::new(&credentials, "us-east-1", "s3", std::time::UNIX_EPOCH);
    let signed = |uri: &str| {
        let mut parts = head("GET", uri, &[("host", "h")]);
        let signature = sign(&mut parts, &Payload::Unsigned, b"", &signer).expect("signable");
        (signature.signature, parts.uri.to_string())
    };
    assert_eq!(signed("/b?acl").0, signed("/b?acl=").0);
    assert_ne!(signed("/b/x%2fy").0, signed("/b/x%2Fy").0);
    for path in ["/b/x%2fy", "/b/x%2Fy", "/b//x/../y/./z", "/b/%E1%88%B4"] {
        assert_eq!(signed(path).1, path);
    }
}

#[test]
fn names_in_other_scripts_are_signed_as_their_bytes() {
    let credentials = Credentials::from_keys("AKIDREAL", SECRET, None);
    let signer = Signer::new(&credentials, "us-east-1", "s3", std::time::UNIX_EPOCH);
    let mut parts = head("PUT", "/b/k", &[("host", "h")]);
    let value = http::HeaderValue::from_bytes("größe, サイズ".as_bytes()).expect("a value");
    parts.headers.insert("x-amz-meta-size", value);
    sign(&mut parts, &Payload::Unsigned, b"", &signer).expect("signable");
    let signed = signature(&parts);
    assert_eq!(verify(&parts, b"", &signed, SECRET), Ok(()));
    let broken = http::HeaderValue::from_bytes(b"\xff\xfe").expect("a value");
    parts.headers.insert("x-amz-meta-size", broken);
    assert_eq!(verify(&parts, b"", &signed, SECRET), Err(VerifyError::Header));
    let refused = sign(&mut parts, &Payload::Unsigned, b"", &signer).expect_err("no text");
    assert_eq!(refused.to_string(), "header x-amz-meta-size is not UTF-8");
}

#[test]
fn a_presigned_url_may_say_what_its_body_is() {
    let credentials = Credentials::from_keys("AKIDREAL", SECRET, None);
    let signer = Signer::new(&credentials, "us-east-1", "s3", std::time::UNIX_EPOCH);
    let hash = crate::ContentHasher::of(b"body");
    let mut parts = head("PUT", &format!("/b/k?X-Amz-Content-Sha256={hash}"), &[("host", "h")]);
    presign(&mut parts, &["host".into()], Duration::from_mins(1), &signer).expect("signable");
    let signed = signature(&parts);
    assert_eq!(signed.place, Place::Query { expires: Duration::from_mins(1) });
    assert_eq!(verify(&parts, b"body", &signed, SECRET), Ok(()));
    let other = parts.uri.to_string().replace(&hash, &crate::ContentHasher::of(b"other"));
    let parts = head("PUT", &other, &[("host", "h")]);
    assert_eq!(verify(&parts, b"other", &signed, SECRET), Err(VerifyError::Mismatch));
}
