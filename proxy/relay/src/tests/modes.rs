//! Every payload mode, larger than what is held in memory: verified by the upstream, kept whole, and refused where it
//! was tampered with.

use bytes::Bytes;
use http::StatusCode;
use standin_sigv4::{Algorithm, ContentHasher, Payload, Signer, presign, resign_chunked, sign};
use standin_tape::Digest;

use super::rig::{Rig, Strict, now};
use crate::Keep;
use crate::body::Body;

/// 3 MiB that are no repetition of a small part.
pub(super) fn payload() -> Vec<u8> {
    let block: Vec<u8> = (0..=255).collect();
    let numbered = (0_u32..12_288).flat_map(|number| {
        let mut block = block.clone();
        block[..4].copy_from_slice(&number.to_be_bytes());
        block
    });
    numbered.collect()
}

/// Whether chunks have signatures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signing {
    Yes(Algorithm),
    No,
}

/// The payload as aws-chunked, the signatures to be filled in.
pub(super) fn framed(payload: &[u8], trailer: &str, signing: Signing) -> Vec<u8> {
    let blank = match signing {
        Signing::Yes(Algorithm::Hmac) => "0".repeat(64),
        Signing::Yes(Algorithm::Ecdsa) => "0".repeat(144),
        Signing::No => String::new(),
    };
    let signature = match signing {
        Signing::Yes(_) => format!(";chunk-signature={blank}"),
        Signing::No => String::new(),
    };
    let mut body = Vec::new();
    for chunk in payload.chunks(70_000) {
        body.extend(format!("{:x}{signature}\r\n", chunk.len()).bytes());
        body.extend([chunk, b"\r\n"].concat());
    }
    body.extend(format!("0{signature}\r\n{trailer}").bytes());
    if signing != Signing::No && !trailer.is_empty() {
        body.extend(format!("x-amz-trailer-signature:{blank}\r\n").bytes());
    }
    body.extend(b"\r\n");
    body
}

/// Signs chunks with the run's own key.
pub(super) fn signed(rig: &Rig, body: &[u8], parts: &http::request::Parts) -> Vec<u8> {
    let credentials = rig.relay.keys.session().credentials();
    let signature = standin_sigv4::Signature::of(parts).expect("readable").expect("signed");
    let time = signature.time().expect("a time");
    let signer = Signer::new(&credentials, &signature.scope.region, "s3", time)
        .with_algorithm(signature.scope.algorithm);
    resign_chunked(body, &signature.signature, &signer).expect("signable")
}

/// A body that comes in parts that fit nothing.
pub(super) fn dripping(body: Vec<u8>) -> Body {
    let (pipe, piped) = Body::piped(Some(body.len() as u64));
    tokio::spawn(async move {
        let body = Bytes::from(body);
        for start in (0..body.len()).step_by(33_333) {
            let part = body.slice(start..body.len().min(start + 33_333));
            if !matches!(pipe.send(part).await, Ok(true)) {
                return;
            }
        }
    });
    piped
}

const CRC: &str = "x-amz-checksum-crc32c:sOO8/Q==\r\n";

/// The headers and the body of an upload in a mode.
fn upload(rig: &Rig, mode: &Payload) -> (http::request::Parts, Vec<u8>) {
    let payload = payload();
    let mut headers = vec![("x-amz-content-sha256", "set by the signer".to_owned())];
    if mode.is_chunked() {
        headers.push(("content-encoding", "aws-chunked".into()));
        headers.push(("x-amz-decoded-content-length", payload.len().to_string()));
    }
    if matches!(mode, Payload::UnsignedTrailer | Payload::ChunkedTrailer(_)) {
        headers.push(("x-amz-trailer", "x-amz-checksum-crc32c".into()));
    }
    let parts = rig.upload(mode, &headers);
    let body = match mode {
        Payload::UnsignedTrailer => framed(&payload, CRC, Signing::No),
        Payload::Chunked(by) => signed(rig, &framed(&payload, "", Signing::Yes(*by)), &parts),
        Payload::ChunkedTrailer(by) => {
            signed(rig, &framed(&payload, CRC, Signing::Yes(*by)), &parts)
        }
        _ => payload,
    };
    (parts, body)
}

fn modes() -> [Payload; 7] {
    [
        Payload::Hash(ContentHasher::of(&payload())),
        Payload::Unsigned,
        Payload::UnsignedTrailer,
        Payload::Chunked(Algorithm::Hmac),
        Payload::ChunkedTrailer(Algorithm::Hmac),
        Payload::Chunked(Algorithm::Ecdsa),
        Payload::ChunkedTrailer(Algorithm::Ecdsa),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mode_arrives_verified_and_is_kept() {
    for keep in [Keep::Exchanges, Keep::Nothing] {
        for mode in modes() {
            let upstream = Strict::start().await;
            let rig = Rig::keeping(&upstream.url, keep).await;
            let (parts, body) = upload(&rig, &mode);
            let length = body.len();
            let (status, _) = rig.send(parts, dripping(body)).await;
            assert_eq!(status, StatusCode::OK, "{mode:?}");
            let sights = upstream.sights();
            assert_eq!(sights.len(), 1, "{mode:?}");
            assert!(sights[0].verified, "{mode:?}: {:?}", sights[0].headers);
            assert_eq!(sights[0].length, Some(length), "{mode:?}");
            assert_eq!(sights[0].headers["content-length"], length.to_string(), "{mode:?}");
            let outside = rig.relay.log.outside();
            let kept: Vec<_> = outside.contents().map(|(digest, _)| digest.clone()).collect();
            let (count, problems, _) = rig.end().await;
            assert_eq!(problems, Vec::<String>::new(), "{mode:?}");
            match keep {
                Keep::Exchanges => assert_eq!((count, kept), (1, vec![Digest::of(&payload())])),
                Keep::Nothing => assert_eq!((count, kept.len()), (0, 0)),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tampered_with_never_arrives_whole() {
    for mode in modes() {
        let code = match mode {
            Payload::Hash(_) => "XAmzContentSHA256Mismatch",
            Payload::Chunked(_) | Payload::ChunkedTrailer(_) => "SignatureDoesNotMatch",
            // Nothing of these bodies is signed.
            _ => continue,
        };
        let upstream = Strict::start().await;
        let rig = Rig::at(&upstream.url).await;
        let (parts, mut body) = upload(&rig, &mode);
        let at = body.len() / 2;
        body[at] ^= 1;
        let (status, answer) = rig.send(parts, dripping(body)).await;
        let answer = String::from_utf8(answer.expect("whole").to_vec()).expect("text");
        assert!(status.is_client_error() && answer.contains(code), "{mode:?}: {status} {answer}");
        assert!(upstream.sights().iter().all(|sight| sight.length.is_none()), "{mode:?}");
        let (count, problems, _) = rig.end().await;
        assert_eq!((count, problems.len()), (0, 1), "{mode:?}: {problems:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn small_bodies_that_were_tampered_with_are_not_sent_at_all() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let mode = Payload::Hash(ContentHasher::of(b"hello"));
    let parts = rig.upload(&mode, &[("x-amz-content-sha256", "set by the signer".into())]);
    let (status, _) = rig.send(parts, Bytes::from("hellu").into()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let lines =
        [("content-encoding", "aws-chunked".to_owned()), ("x-amz-content-sha256", String::new())];
    let parts = rig.upload(&Payload::Chunked(Algorithm::Hmac), &lines);
    let mut body = signed(&rig, &framed(b"hello", "", Signing::Yes(Algorithm::Hmac)), &parts);
    let at = body.len() - 100;
    body[at] ^= 1;
    let (status, _) = rig.send(parts, Bytes::from(body).into()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(upstream.sights().len(), 0);
}

/// A request whose signature covers a body that no header describes.
fn implied(rig: &Rig, service: &str, body: &[u8]) -> http::request::Parts {
    let request = match service {
        "sqs" => http::Request::post("/").header("x-amz-target", "AmazonSQS.SendMessage"),
        _ => http::Request::post("/-/vaults/v/archives")
            .header("x-amz-glacier-version", "2012-06-01"),
    };
    let request = request.header("host", rig.host());
    let request = request.header("content-type", "application/x-amz-json-1.0");
    let mut parts = request.body(()).expect("valid").into_parts().0;
    let credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "eu-west-1", service, now());
    sign(&mut parts, &Payload::Absent, body, &signer).expect("signable");
    parts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_body_without_a_hash_is_hashed_first() {
    for service in ["sqs", "glacier"] {
        let upstream = Strict::start().await;
        let rig = Rig::at(&upstream.url).await;
        let url = format!("http://{}/1/q", rig.host());
        let message = format!(r#"{{"QueueUrl":"{url}","MessageBody":"{}"}}"#, "m".repeat(3 << 20));
        let body = if service == "sqs" { message.into_bytes() } else { payload() };
        let parts = implied(&rig, service, &body);
        let tampered = [&body[..], b"x"].concat();
        let (status, _) = rig.send(parts.clone(), dripping(tampered)).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert_eq!(upstream.sights().len(), 0, "what does not hold goes nowhere");
        let (status, _) = rig.send(parts, dripping(body.clone())).await;
        assert_eq!(status, StatusCode::OK, "{service}");
        let outside = rig.relay.log.outside();
        let kept: Vec<_> = outside.contents().map(|(digest, _)| digest.clone()).collect();
        match service {
            // The queue's URL is the upstream's there, which may have another length.
            "sqs" => assert!(kept.is_empty()),
            _ => assert_eq!(kept, [Digest::of(&body)]),
        }
        assert_eq!(rig.end().await.0, 1, "{service}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unsigned_uploads_are_taken_out_of_their_framing_for_the_record() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let request = http::Request::put("/bucket/key").header("host", rig.host());
    let request = request.header("content-encoding", "aws-chunked");
    let parts = request.body(()).expect("valid").into_parts().0;
    // The upstream takes nothing unsigned; that it was asked, and kept, is the point.
    let body = framed(&payload(), CRC, Signing::No);
    let (status, _) = rig.send(parts, dripping(body.clone())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let sight = &upstream.sights()[0];
    assert_eq!((sight.verified, sight.length), (false, Some(body.len())));
    assert!(!sight.headers.contains_key("authorization"));
    let outside = rig.relay.log.outside();
    let kept: Vec<_> = outside.contents().map(|(digest, _)| digest.clone()).collect();
    assert_eq!(kept, [Digest::of(&payload())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn presigned_uploads_pass_as_they_come() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let request = http::Request::put("/bucket/key?x=a+b").header("host", rig.host());
    let mut parts = request.header("x-unlisted", "1").body(()).expect("valid").into_parts().0;
    let credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "eu-west-1", "s3", now());
    let minute = std::time::Duration::from_mins(1);
    presign(&mut parts, &["host".to_owned()], minute, &signer).expect("signable");
    let (status, _) = rig.send(parts.clone(), dripping(payload())).await;
    assert_eq!(status, StatusCode::OK);
    let sight = &upstream.sights()[0];
    assert!(sight.verified && sight.line.contains("x=a%20b"), "{sight:?}");
    assert!(sight.line.contains("X-Amz-SignedHeaders=host&"), "{sight:?}");
    // The time that was left, not a new minute.
    let expires = sight.line.split("X-Amz-Expires=").nth(1).expect("said");
    let expires: u64 = expires.split('&').next().unwrap_or_default().parse().expect("a number");
    assert!((1..=60).contains(&expires), "{expires}");
    let other = parts.uri.to_string().replace("/bucket/", "/others/").parse().expect("a URI");
    parts.uri = other;
    // A small body, all of which is read before the refusal.
    let (status, _) = rig.send(parts, Bytes::from("x").into()).await;
    assert_eq!((status, upstream.sights().len()), (StatusCode::FORBIDDEN, 1));
}
