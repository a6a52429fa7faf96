//! SigV4a: AWS's suite, the published key of S3's chunked example, and bodies that are signed anew on their way.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::head;
use super::suite::{RULES, SECRET, read, shared};
use crate::ecdsa::KeyPair;
use crate::{
    Algorithm, Chain, Credentials, Normalize, Payload, QueryToken, ResignError, Resigner, Rules,
    ScopeError, Signature, Signer, SigningKey, VerifyError, presign, sign, verify, verify_chunked,
    verify_with,
};

const TIME: u64 = 1_700_000_000;

#[test]
fn the_suite_verifies_in_headers_and_queries() {
    let Some(root) = shared("conformance/sigv4a/v4a") else { return };
    let mut folders: Vec<_> = fs::read_dir(root)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.sort();
    let mut count = 0;
    for folder in &folders {
        for form in ["header", "query"] {
            // Two folders have a request and nothing signed.
            if folder.join(format!("{form}-signed-request.txt")).exists() {
                check(folder, form);
                count += 1;
            }
        }
    }
    assert_eq!((folders.len(), count), (40, 76));
}

fn check(folder: &Path, form: &str) {
    let name = format!("{} {form}", folder.display());
    let text = |file: &str| fs::read_to_string(folder.join(file)).expect("readable");
    let context = text("context.json");
    let rules = Rules {
        normalize: match context.contains("\"normalize\": true") {
            true => Normalize::Yes,
            false => Normalize::No,
        },
        token: match context.contains("\"omit_session_token\": true") {
            true => QueryToken::Added,
            false => QueryToken::Signed,
        },
        ..RULES
    };
    let pair = KeyPair::derive("AKIDEXAMPLE", SECRET);
    let (x, y) = pair.public();
    let public = text("public-key.json");
    assert!(public.contains(&x) && public.contains(&y), "{name}: {x} {y}");
    let to_sign = text(&format!("{form}-string-to-sign.txt"));
    let published = text(&format!("{form}-signature.txt"));
    assert!(pair.verifies(to_sign.as_bytes(), &published), "{name}");
    assert!(pair.verifies(to_sign.as_bytes(), &pair.sign(to_sign.as_bytes())), "{name}");

    let (parts, body) = read(&folder.join(format!("{form}-signed-request.txt")));
    let signature = Signature::of(&parts).expect("parsable").expect("signed");
    assert_eq!(signature.scope.algorithm, Algorithm::Ecdsa);
    assert_eq!(signature.scope.region, "us-east-1");
    let body = body.strip_suffix(b"\n").unwrap_or(&body);
    let body = if context.contains("\"sign_body\": true") { body } else { b"" };
    let holds = verify_with(rules, (&parts, body), &signature, SECRET);
    assert_eq!(holds, Ok(()), "{name}");
    let wrong = verify_with(rules, (&parts, body), &signature, "wrong");
    assert_eq!(wrong, Err(VerifyError::Mismatch), "{name}");
}

#[test]
fn the_key_is_the_published_one() {
    // The key of the chunked example that AWS's common runtime tests itself with.
    let (x, y) = KeyPair::derive(KEY, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").public();
    assert_eq!(x, "18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab");
    assert_eq!(y, "fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2");
}

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn credentials(secret: &str) -> Credentials {
    Credentials::from_keys(KEY, secret, None)
}

fn signer<'a>(credentials: &'a Credentials, regions: &'a str) -> Signer<'a> {
    Signer::new(credentials, regions, "s3", at(TIME)).with_algorithm(Algorithm::Ecdsa)
}

/// A body as it is signed after a seed; the client's way, one chunk after the other.
fn chunked(chunks: &[&[u8]], trailer: &str, (secret, seed): (&str, &str)) -> Vec<u8> {
    let pair = KeyPair::derive(KEY, secret);
    let mut running = seed.to_owned();
    let mut link = |what: &str, hashes: &str| {
        let stamp = "20231114T221320Z\n20231114/s3/aws4_request";
        let text = format!("AWS4-ECDSA-P256-SHA256-{what}\n{stamp}\n{running}\n{hashes}");
        running = pair.sign(text.as_bytes());
        format!("{running:*<144}")
    };
    let sum = |bytes: &[u8]| crate::ContentHasher::of(bytes);
    let mut body = Vec::new();
    for chunk in chunks.iter().copied().chain([&b""[..]]) {
        let signature = link("PAYLOAD", &format!("{}\n{}", sum(b""), sum(chunk)));
        body.extend(format!("{:x};chunk-signature={signature}\r\n", chunk.len()).bytes());
        body.extend(chunk);
        body.extend(if chunk.is_empty() { &b""[..] } else { b"\r\n" });
    }
    if !trailer.is_empty() {
        let signature = link("TRAILER", &sum(format!("{trailer}\n").as_bytes()));
        body.extend(format!("{trailer}\r\nx-amz-trailer-signature:{signature}\r\n").bytes());
    }
    body.extend(b"\r\n");
    body
}

const TRAILER: &str = "x-amz-checksum-crc32c:sOO8/Q==";

fn chain(secret: &str, seed: &str) -> Chain {
    signer(&credentials(secret), "eu-west-1").chain(seed)
}

#[test]
fn chunks_and_trailers_are_signed_anew_in_place() {
    let chunks: [&[u8]; 2] = [&[7; 300], b"the end"];
    for trailer in ["", TRAILER] {
        for part in [1, 7, 150, 1000] {
            let inbound = chunked(&chunks, trailer, ("client", "0a"));
            let mut resigner = Resigner::new(None, chain("client", "0a"), chain("upstream", "0b"));
            let (mut out, mut payload) = (Vec::new(), Vec::new());
            for part in inbound.chunks(part) {
                out.extend(resigner.push(part, &mut payload).expect("the chunks hold"));
            }
            out.extend(resigner.finish().expect("all of it"));
            assert_eq!(payload, chunks.concat());
            assert_eq!(out, chunked(&chunks, trailer, ("upstream", "0b")));
            assert_eq!(out.len(), inbound.len());
        }
    }
    let mut tampered = chunked(&chunks, TRAILER, ("client", "0a"));
    let at = tampered.len() - 200;
    tampered[at] ^= 1;
    let mut resigner = Resigner::new(None, chain("client", "0a"), chain("upstream", "0b"));
    let refused = resigner.push(&tampered, &mut Vec::new()).expect_err("tampered with");
    assert_eq!(refused, ResignError::Trailers);
}

#[test]
fn a_head_carries_its_regions_and_starts_the_chunks() {
    let client = credentials("client");
    let signer = signer(&client, "us-*,eu-west-1");
    let headers =
        [("host", "alias.accesspoint.s3-global.amazonaws.com"), ("x-amz-region-set", "*")];
    let mut parts = head("PUT", "/key", &headers);
    let payload = Payload::Chunked(Algorithm::Ecdsa);
    let seed = sign(&mut parts, &payload, b"", &signer).expect("signable").signature;
    assert_eq!(parts.headers["x-amz-region-set"], "us-*,eu-west-1");
    assert_eq!(parts.headers["x-amz-content-sha256"], "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD");
    let signature = Signature::of(&parts).expect("readable").expect("signed");
    assert_eq!(signature.scope.region, "us-*,eu-west-1");
    assert_eq!(signature.scope.to_string(), "20231114/s3/aws4_request");
    let body = chunked(&[b"hello"], "", ("client", &seed));
    assert_eq!(verify(&parts, &body, &signature, "client"), Ok(()));
    assert_eq!(verify_chunked(&body, &signature, "client"), Ok(()));
    assert_eq!(verify_chunked(&body, &signature, "other"), Err(VerifyError::Mismatch));
    parts.headers.insert("x-amz-region-set", "*".parse().expect("a value"));
    assert_eq!(verify(&parts, &body, &signature, "client"), Err(VerifyError::Mismatch));
    parts.headers.remove("x-amz-region-set");
    assert_eq!(Signature::of(&parts), Err(ScopeError::Missing("X-Amz-Region-Set")));
}

#[test]
fn a_presigned_url_carries_its_regions() {
    let client = credentials("client");
    let signer = signer(&client, "*");
    let mut parts = head("GET", "/key?x=a+b&X-Amz-Region-Set=old", &[("host", "h")]);
    presign(&mut parts, &["host".into()], Duration::from_mins(1), &signer).expect("signable");
    let query = parts.uri.query().expect("signed");
    assert!(query.contains("&X-Amz-Region-Set=%2A&") && !query.contains("old"), "{query}");
    let signature = Signature::of(&parts).expect("readable").expect("signed");
    assert_eq!((signature.scope.algorithm, &*signature.scope.region), (Algorithm::Ecdsa, "*"));
    assert_eq!(verify(&parts, b"", &signature, "client"), Ok(()));
    assert_eq!(verify(&parts, b"", &signature, "other"), Err(VerifyError::Mismatch));
}

proptest! {
    #[test]
    fn no_signature_panics(signature in "[0-9a-f*\u{e9}]{0,150}", secret in "[ -~]{0,50}") {
        let scope = crate::Scope::parse_ecdsa("20231114/s3/aws4_request", "*").expect("a scope");
        let key = SigningKey::derive((KEY, &secret), &scope);
        prop_assert!(!key.verifies(b"text", &signature));
        let padded = format!("{}**", key.sign(b"text"));
        prop_assert!(key.verifies(b"text", &padded));
    }
}
