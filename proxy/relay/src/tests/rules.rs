//! Requests that are signed otherwise than most, or not at all: one case a rule.

use bytes::Bytes;
use http::request::Parts;
use http::{Request, StatusCode};
use standin_model::{Answer, Document};
use standin_sigv4::{Credentials, Payload, Signer, sign};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::rig::{Rig, SECRET, Strict, now};
use crate::body::Body;

fn head(rig: &Rig, method: &str, path: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(path).header("host", rig.host());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a valid request").into_parts().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_s3_express_that_came_through_us_goes_on_under_its_own_name() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let text = |text: &str| Document::String(text.to_owned());
    let session = [
        ("AccessKeyId".into(), text("AKIDUPSTREAM")),
        ("SecretAccessKey".into(), text(SECRET)),
        ("SessionToken".into(), text("of-the-zone")),
    ];
    let session = Document::Object(session.into_iter().collect());
    let answer = Document::Object([("Credentials".into(), session)].into_iter().collect());
    rig.relay.keys.learn(&Answer::Output(answer));

    let headers = [("x-amz-s3session-token", "of-the-zone")];
    let mut parts = head(&rig, "GET", "/b--use1-az4--x-s3/k", &headers);
    let given = Credentials::from_keys("AKIDUPSTREAM", SECRET, Some("of-the-zone".into()));
    let signer = Signer::new(&given, "us-east-1", "s3express", now());
    sign(&mut parts, &Payload::Unsigned, b"", &signer).expect("signable");
    let (status, _) = rig.send(parts, Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    let sight = &upstream.sights()[0];
    assert!(sight.verified, "{sight:?}");
    assert_eq!(sight.headers["x-amz-s3session-token"], "of-the-zone");
    assert!(!sight.headers.contains_key("x-amz-security-token"));
    let authorization = sight.headers["authorization"].to_str().expect("text");
    assert!(authorization.contains("/us-east-1/s3express/aws4_request"), "{authorization}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_left_out_without_a_word_stay_left_out() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let headers = [
        ("x-amz-data-length", "524288"),
        ("x-amz-checksum", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="),
        ("x-amz-checksum-algorithm", "SHA256"),
    ];
    let mut parts = head(&rig, "PUT", "/snapshots/snap-1/blocks/0", &headers);
    let credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "eu-west-1", "ebs", now());
    sign(&mut parts, &Payload::Unsigned, b"", &signer).expect("signable");
    assert!(!parts.headers.contains_key("x-amz-content-sha256"));
    let (status, answer) = rig.send(parts, Bytes::from(vec![1; 524_288]).into()).await;
    assert_eq!(status, StatusCode::OK, "{answer:?}");
    let sight = &upstream.sights()[0];
    assert_eq!((sight.verified, sight.length), (true, Some(524_288)));
    assert!(!sight.headers.contains_key("x-amz-content-sha256"));
    let (count, problems, _) = rig.end().await;
    assert_eq!((count, problems), (1, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_goes_on_as_it_came_and_nothing_is_signed() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let headers = [("authorization", "Bearer a.token"), ("content-type", "application/json")];
    let parts = head(&rig, "POST", "/model/m/converse", &headers);
    let (status, _) = rig.send(parts, Bytes::from(r#"{"messages":[]}"#).into()).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "the upstream takes only what is signed");
    let sight = &upstream.sights()[0];
    assert_eq!(sight.headers["authorization"], "Bearer a.token");
    assert!(!sight.headers.contains_key("x-amz-date"), "{sight:?}");
    assert_eq!(sight.length, Some(15));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_no_client_may_send_is_a_bad_request_and_said() {
    let upstream = Strict::start().await;
    let rig = Rig::at(&upstream.url).await;
    let mut stream = TcpStream::connect(rig.host()).await.expect("the relay listens");
    stream.write_all(b"GET /bucket/a`b HTTP/1.1\r\nhost: h\r\n\r\n").await.expect("read");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("text, and an end");
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert_eq!(upstream.sights().len(), 0);
    let (_, problems, warnings) = rig.end().await;
    assert_eq!(problems, Vec::<String>::new());
    assert!(warnings.iter().any(|it| it.contains("400") && it.contains("URI")), "{warnings:?}");
}
