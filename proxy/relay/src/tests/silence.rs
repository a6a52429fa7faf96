//! Upstreams and clients that are silent, reset connections, or send what is too old.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::StatusCode;
use standin_sigv4::{Payload, Signer, sign};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::faults::{announced, bare, until};
use super::rig::{Rig, Strict, now};
use crate::body::Body;
use crate::{Dialing, Keep};

/// What an upstream does when it has said what it says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Silent,
    Resets,
}

/// An upstream that reads a head, writes a text, and then says no more; or resets the connection.
async fn stubborn(text: &'static str, then: Then) -> String {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("bound"));
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok((mut stream, _)) = socket.accept().await {
            let mut part = [0; 4096];
            let count = stream.read(&mut part).await.expect("readable");
            assert!(count > 0, "a request");
            stream.write_all(text.as_bytes()).await.expect("the relay reads");
            if then == Then::Resets {
                stream.set_zero_linger().expect("a socket");
            } else {
                silent.push(stream);
            }
        }
    });
    url
}

async fn patient(upstream: &str, patience: Duration) -> Rig {
    let dialing = Dialing { timeout: Some(patience), ..Dialing::default() };
    Rig::dialing((upstream, &dialing), Keep::Exchanges).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_stalls_is_given_up_and_said() {
    let cases = [
        ("", "no answer from"),
        ("HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\nshort", "stood still for 50ms"),
    ];
    for (text, reason) in cases {
        let rig = patient(&stubborn(text, Then::Silent).await, Duration::from_millis(50)).await;
        let (status, body) = rig.send(bare(&rig, "GET"), Body::empty()).await;
        let body = String::from_utf8(body.expect("whole").to_vec()).expect("text");
        assert_eq!(status, StatusCode::GATEWAY_TIMEOUT, "{body}");
        assert!(body.contains("<Code>GatewayTimeout</Code>") && body.contains(reason), "{body}");
        assert!(body.contains("--upstream-timeout"), "{body}");
        let (count, problems, warnings) = rig.end().await;
        assert_eq!((count, problems.len()), (0, 0), "the client may ask again");
        assert!(warnings.iter().any(|text| text.contains(reason)), "{warnings:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_stalls_on_its_way_is_broken_off() {
    let text = "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nshort";
    let rig = patient(&stubborn(text, Then::Silent).await, Duration::from_millis(50)).await;
    let (status, body) = rig.send(bare(&rig, "GET"), Body::empty()).await;
    assert_eq!(status, StatusCode::OK, "the head was there before");
    assert!(body.is_err(), "{body:?}");
    let (count, problems, warnings) = rig.end().await;
    assert_eq!((count, problems.len()), (0, 0));
    assert!(warnings.iter().any(|text| text.contains("stood still for 50ms")), "{warnings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_resets_is_said() {
    let rig = Rig::at(&stubborn("", Then::Resets).await).await;
    let (status, body) = rig.send(bare(&rig, "GET"), Body::empty()).await;
    let body = String::from_utf8(body.expect("whole").to_vec()).expect("text");
    assert_eq!(status, StatusCode::BAD_GATEWAY, "{body}");
    assert!(body.contains("<Code>BadGateway</Code>"), "{body}");
    let (count, problems, warnings) = rig.end().await;
    assert_eq!((count, problems.len(), warnings.len()), (0, 0, 1), "{warnings:?}");
    // In the middle of an upload it is the same.
    let rig = Rig::at(&stubborn("", Then::Resets).await).await;
    let parts = rig.upload(&Payload::Unsigned, &[("x-amz-content-sha256", String::new())]);
    let (status, _) = rig.send(parts, Body::Whole(Bytes::from(vec![b'x'; 8 << 20]))).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert_eq!(rig.end().await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_long_ago_is_refused() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let hour = Duration::from_hours(1);
    let ages: [fn(SystemTime, Duration) -> SystemTime; 2] =
        [|now, by| now - by, |now, by| now + by];
    for age in ages {
        let mut parts = bare(&rig, "GET");
        let credentials = rig.relay.keys.session().credentials();
        let signer = Signer::new(&credentials, "eu-west-1", "s3", age(now(), hour));
        sign(&mut parts, &Payload::hash(b""), b"", &signer).expect("signable");
        let (status, body) = rig.send(parts, Body::empty()).await;
        let body = String::from_utf8(body.expect("whole").to_vec()).expect("text");
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(body.contains("<Code>RequestTimeTooSkewed</Code>"), "{body}");
    }
    assert!(upstream.sights().is_empty(), "an old request is not made a new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_more_than_it_said_is_not_heard_twice() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let mut stream = TcpStream::connect(rig.host()).await.expect("the relay listens");
    stream.write_all(&announced(&rig, "")).await.expect("read");
    // The rest is no request, whatever it says.
    let mut body = vec![b'x'; 100_000];
    body.extend_from_slice(b"yyyy\r\n\r\n");
    stream.write_all(&body).await.expect("read");
    let answer = until(&mut stream, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("it ends");
    let rest = String::from_utf8_lossy(&rest).into_owned();
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 400"), "{rest}");
    assert_eq!(upstream.sights().len(), 1);
    assert_eq!(upstream.sights()[0].length, Some(100_000));
    let (count, problems, _) = rig.end().await;
    assert_eq!((count, problems), (1, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_reaches_a_client_that_still_sends() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let mut parts = rig.upload(&Payload::Unsigned, &[("x-amz-content-sha256", String::new())]);
    parts.headers.insert("x-amz-meta-more", "tampered".parse().expect("a value"));
    parts.uri = "/other/key".parse().expect("a URI");
    for _ in 0..8 {
        let body = Body::Whole(Bytes::from(vec![b'x'; 8 << 20]));
        let mut again = http::Request::new(()).into_parts().0;
        (again.method, again.uri) = (parts.method.clone(), parts.uri.clone());
        again.headers.clone_from(&parts.headers);
        let (status, _) = rig.send(again, body).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    assert!(upstream.sights().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_the_upstream_calls_expired_keep_the_recording_from_being_whole() {
    let body = "<Error><Code>ExpiredToken</Code><Message>over</Message></Error>";
    let answer = format!("HTTP/1.1 400 Bad\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let rig = Rig::at(&super::rig::scripted(answer.leak(), 0).await).await;
    let (status, said) = rig.send(bare(&rig, "GET"), Body::empty()).await;
    assert_eq!((status, said.expect("whole")), (StatusCode::BAD_REQUEST, Bytes::from(body)));
    let (_, problems, _) = rig.end().await;
    assert!(problems[0].contains("credentials have expired"), "{problems:?}");
}
