//! Clients and upstreams that break off, lie, or answer early: a clear error, and a recording that is whole or absent.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};
use standin_sigv4::{Payload, Signer, sign};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::rig::{Rig, Strict, now, received, scripted};
use crate::body::Body;

/// A request to S3 without a body.
pub(super) fn bare(rig: &Rig, method: &str) -> http::request::Parts {
    let request = Request::builder().method(method).uri("/bucket/key").header("host", rig.host());
    let mut parts = request.body(()).expect("valid").into_parts().0;
    let credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "eu-west-1", "s3", now());
    sign(&mut parts, &Payload::hash(b""), b"", &signer).expect("signable");
    parts
}

/// The head of an upload that announces more than 64 KiB, as bytes.
pub(super) fn announced(rig: &Rig, more: &str) -> Vec<u8> {
    let parts = rig.upload(&Payload::Unsigned, &[("x-amz-content-sha256", String::new())]);
    let mut head = format!("PUT {} HTTP/1.1\r\n", parts.uri);
    for (name, value) in &parts.headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
    }
    head.push_str(&format!("content-length: 100000\r\n{more}\r\n"));
    head.into_bytes()
}

/// What comes on a connection until some text stands in it.
pub(super) async fn until(stream: &mut TcpStream, text: &str) -> String {
    let mut all = Vec::new();
    let mut part = [0; 4096];
    while !String::from_utf8_lossy(&all).contains(text) {
        let count = stream.read(&mut part).await.expect("readable");
        assert!(count > 0, "it ended: {}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&part[..count]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_hears_the_refusal_before_it_sends() {
    let refusal = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
    let rig = Rig::at(&scripted(refusal, 0).await).await;
    let mut stream = TcpStream::connect(rig.host()).await.expect("the relay listens");
    stream.write_all(&announced(&rig, "expect: 100-continue\r\n")).await.expect("read");
    let answer = until(&mut stream, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    drop(stream);
    let (count, problems, _) = rig.end().await;
    assert_eq!((count, problems.len()), (0, 1), "{problems:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_is_told_to_go_on() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let mut stream = TcpStream::connect(rig.host()).await.expect("the relay listens");
    stream.write_all(&announced(&rig, "expect: 100-continue\r\n")).await.expect("read");
    let told = until(&mut stream, "\r\n\r\n").await;
    assert!(told.starts_with("HTTP/1.1 100"), "{told}");
    stream.write_all(&vec![b'x'; 100_000]).await.expect("read");
    let answer = until(&mut stream, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(stream);
    let sights = upstream.sights();
    assert!(sights[0].verified && sights[0].headers.contains_key("expect"), "{sights:?}");
    let (count, problems, _) = rig.end().await;
    assert_eq!((count, problems), (1, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_comes_while_the_body_is_on_its_way() {
    let redirect = "HTTP/1.1 307 Moved\r\nlocation: http://elsewhere/\r\ncontent-length: 0\r\n\r\n";
    let rig = Rig::at(&scripted(redirect, 0).await).await;
    let mut stream = TcpStream::connect(rig.host()).await.expect("the relay listens");
    stream.write_all(&announced(&rig, "")).await.expect("read");
    stream.write_all(&[b'x'; 1000]).await.expect("read");
    let answer = until(&mut stream, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 307"), "{answer}");
    drop(stream);
    let (count, problems, warnings) = rig.end().await;
    assert_eq!((count, problems), (0, Vec::new()));
    assert!(warnings.iter().any(|text| text.contains("answered with 307")), "{warnings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_is_no_whole_answer() {
    let cases = [
        // Its length is a lie; or it is cut in the middle of a chunk.
        "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nff\r\nhel",
    ];
    for case in cases {
        let rig = Rig::at(&scripted(case, 0).await).await;
        let (status, body) = rig.send(bare(&rig, "GET"), Body::empty()).await;
        assert_eq!(status, StatusCode::OK, "the head was there before");
        assert!(body.is_err(), "{body:?}");
        let (count, problems, warnings) = rig.end().await;
        assert_eq!((count, problems.len()), (0, 0));
        assert!(warnings.iter().any(|text| text.contains("broke off")), "{warnings:?}");
    }
    // An answer that is held is an error instead.
    let rig =
        Rig::at(&scripted("HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\nshort", 0).await).await;
    let (status, body) = rig.send(bare(&rig, "GET"), Body::empty()).await;
    let body = String::from_utf8(body.expect("whole").to_vec()).expect("text");
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(body.contains("<Code>BadGateway</Code>"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_vanishes_leaves_nothing() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let mut stream = TcpStream::connect(rig.host()).await.expect("the relay listens");
    stream.write_all(&announced(&rig, "")).await.expect("read");
    stream.write_all(&vec![b'x'; 70_000]).await.expect("read");
    drop(stream);
    // The upstream hears that the body is not whole, or nothing where the client was gone before it was reached; and the
    // relay goes on.
    let heard = async {
        while upstream.sights().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let _ = timeout(Duration::from_secs(2), heard).await;
    assert!(upstream.sights().iter().all(|sight| sight.length.is_none()));
    let (status, _) = rig.send(bare(&rig, "GET"), Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    let (count, problems, _) = rig.end().await;
    assert_eq!((count, problems), (1, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_longer_than_its_chunks_say_is_refused() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let headers = [
        ("x-amz-content-sha256", String::new()),
        ("x-amz-decoded-content-length", "80000".to_owned()),
    ];
    let parts = rig.upload(&Payload::UnsignedTrailer, &headers);
    let body = format!("{:x}\r\n{}\r\n0\r\n\r\n", 90_000, "x".repeat(90_000));
    let (status, answer) = rig.send(parts, Bytes::from(body).into()).await;
    let answer = String::from_utf8(answer.expect("whole").to_vec()).expect("text");
    assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
    assert!(answer.contains("<Code>IncompleteBody</Code>"), "{answer}");
    assert!(upstream.sights().iter().all(|sight| sight.length.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_goes_on_after_errors_and_heads() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let mut client = rig.client().await;
    for (method, tamper, expected) in [
        ("GET", true, StatusCode::FORBIDDEN),
        ("HEAD", false, StatusCode::OK),
        ("HEAD", true, StatusCode::FORBIDDEN),
        ("GET", false, StatusCode::OK),
    ] {
        client.ready().await.expect("the connection is kept");
        let mut parts = bare(&rig, method);
        if tamper {
            parts.headers.insert("x-amz-date", HeaderValue::from_static("20200101T000000Z"));
        }
        let request = Request::from_parts(parts, Body::empty());
        let response = client.send_request(request).await.expect("an answer");
        assert_eq!(response.status(), expected, "{method}");
        response.map(received).into_body().collect(1 << 20).await.expect("whole");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_keeps_the_length_it_says() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 4321\r\n\r\n";
    let rig = Rig::at(&scripted(answer, 0).await).await;
    let mut client = rig.client().await;
    let request = Request::from_parts(bare(&rig, "HEAD"), Body::empty());
    let response = client.send_request(request).await.expect("an answer");
    assert_eq!(response.headers()["content-length"], "4321");
}
