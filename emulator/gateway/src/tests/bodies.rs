//! Bodies in aws-chunked framing, with checksums, and compressed, as a provider gets them.

use std::io::Write;
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use http::{Request, Response, StatusCode};
use proptest::prelude::*;
use standin_core::{
    Bytes, Document, Input, NoFallback, Number, OperationHandler, Output, Provider, ServiceError,
};

use standin_model::Catalog;

use super::{Rig, header, text};
use crate::Body;

/// S3, as far as these tests need it: what it was given stands in `seen`.
#[derive(Default)]
struct Objects {
    seen: Arc<Mutex<Vec<String>>>,
}

impl Provider for Objects {
    fn service(&self) -> &'static str {
        "s3"
    }

    fn operations(&self) -> Vec<&'static str> {
        vec!["PutObject", "PutBucketPolicy", "PutBucketRequestPayment"]
    }

    fn operation(self: Arc<Self>, name: &str) -> Option<OperationHandler> {
        let seen = self.seen.clone();
        match name {
            "PutObject" => Some(OperationHandler::new(move |_, input| put(input, seen))),
            "PutBucketPolicy" => Some(OperationHandler::new(move |_, input| async move {
                seen.lock().expect("not poisoned").push(members(&input.document));
                Ok(Document::empty().into())
            })),
            _ => None,
        }
    }
}

async fn put(input: Input, seen: Arc<Mutex<Vec<String>>>) -> Result<Output, ServiceError> {
    let members = members(&input.document);
    let mut stream = input.stream.expect("a streamed member");
    let mut parts = 0;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        // A provider that takes a broken body for its end must not look successful.
        let Ok(chunk) = chunk else { return Ok(Document::empty().into()) };
        body.extend_from_slice(&chunk);
        parts += 1;
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    let line = format!("{members} {parts} {body} {:?}", stream.trailers());
    seen.lock().expect("not poisoned").push(line);
    Ok(Document::empty().into())
}

/// Names and values of the members that are text or numbers.
fn members(document: &Document) -> String {
    let fields = document.as_object().expect("a structure").iter();
    let member = |(name, value): (&standin_core::Key, &Document)| match value {
        Document::String(text) => Some(format!("{name}={text}")),
        Document::Number(Number::Integer(number)) => Some(format!("{name}={number}")),
        _ => None,
    };
    fields.filter_map(member).collect::<Vec<_>>().join(" ")
}

fn rig() -> (Rig, Arc<Mutex<Vec<String>>>) {
    let objects = Objects::default();
    let seen = objects.seen.clone();
    (Rig::with(Arc::new(objects), Arc::new(NoFallback)), seen)
}

fn request(path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Request<Bytes> {
    let scope = "AKIA/20250101/eu-west-1/s3/aws4_request";
    let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let mut request =
        Request::put(path).header("authorization", signature).header("host", "s3.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect("a valid request")
}

/// Answers a request, and what the provider saw of it.
async fn answer(request: Request<Bytes>) -> (Response<Bytes>, String) {
    let (rig, seen) = rig();
    let response = rig.answer(request).await;
    let seen = seen.lock().expect("not poisoned").join("\n");
    (response, seen)
}

const UNSIGNED: (&str, &str) = ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
const LENGTH: (&str, &str) = ("x-amz-decoded-content-length", "5");
const TRAILER: (&str, &str) = ("x-amz-trailer", "x-amz-checksum-crc32");

#[tokio::test]
async fn a_streamed_body_comes_out_of_its_framing() {
    let headers = [("content-encoding", "gzip,aws-chunked"), UNSIGNED, LENGTH, TRAILER];
    let body = "2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    let (response, seen) = answer(request("/b/k", &headers, body)).await;
    assert_eq!(response.status(), StatusCode::OK, "{}", text(&response));
    let trailers = r#"[("x-amz-checksum-crc32", "NhCmhg==")]"#;
    for part in ["ContentEncoding=gzip", "ContentLength=5", &format!(" 2 hello {trailers}")] {
        assert!(seen.contains(part), "{seen} lacks {part}");
    }
}

#[tokio::test]
async fn signed_chunks_are_read_over_a_connection() {
    let (rig, seen) = rig();
    let server = rig.listen().await;
    let mark = format!(";chunk-signature={}", "0".repeat(64));
    let (chunk, last) = ("x".repeat(8192), "x".repeat(100));
    let body = format!("2000{mark}\r\n{chunk}\r\n64{mark}\r\n{last}\r\n0{mark}\r\n\r\n");
    let headers = [
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ("x-amz-decoded-content-length", "8292"),
    ];
    let response = server.send(request("/b/k", &headers, body)).await;
    assert_eq!(response.status(), StatusCode::OK, "{}", text(&response));
    let seen = seen.lock().expect("not poisoned").join("\n");
    assert!(seen.contains(&format!("{} []", "x".repeat(8292))), "{seen}");
    server.stop().await;
}

#[tokio::test]
async fn only_the_last_signed_chunk_may_be_small() {
    let (small, large) = ("x".repeat(8191), "x".repeat(8192));
    let body = |first: &str| format!("{:x}\r\n{first}\r\n5\r\nhello\r\n0\r\n\r\n", first.len());
    for (hash, first, refused) in [
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", &small, true),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", &small, true),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", &large, false),
        (UNSIGNED.1, &small, false),
    ] {
        let headers = [("x-amz-content-sha256", hash)];
        let (response, _) = answer(request("/b/k", &headers, body(first))).await;
        let said = text(&response).contains("<Code>InvalidChunkSizeError</Code>");
        assert_eq!(said, refused, "{hash} {}: {}", first.len(), text(&response));
        assert_eq!(response.status() == StatusCode::FORBIDDEN, refused);
    }
}

#[tokio::test]
async fn a_body_read_whole_comes_out_of_its_framing_too() {
    let headers = [("content-encoding", "aws-chunked"), LENGTH, TRAILER];
    let body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    let (response, seen) = answer(request("/b?policy", &headers, body)).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT, "{}", text(&response));
    assert!(seen.contains("Policy=hello"), "{seen}");
}

#[tokio::test]
async fn broken_bodies_have_their_errors() {
    let good = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    let cases = [
        (LENGTH.1, &good[..12], "IncompleteBody"),
        (LENGTH.1, &good[..7], "IncompleteBody"),
        ("4", good, "IncompleteBody"),
        ("6", good, "IncompleteBody"),
        ("five", good, "InvalidArgument"),
        (LENGTH.1, "zz\r\n", "InvalidRequest"),
        (LENGTH.1, "6\r\nhello\r\n0\r\n\r\n", "IncompleteBody"),
        (LENGTH.1, "5\r\nhello\r\n0\r\nno trailer\r\n\r\n", "MalformedTrailerError"),
        (LENGTH.1, "5\r\nhello\r\n0\r\n\r\n", "MalformedTrailerError"),
        (LENGTH.1, "5\r\nhello\r\n0\r\nx-amz-acl:x\r\n\r\n", "MalformedTrailerError"),
        (LENGTH.1, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "BadDigest"),
        (LENGTH.1, "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n", "InvalidRequest"),
    ];
    for (length, body, code) in cases {
        for path in ["/b/k", "/b?policy"] {
            let headers = [UNSIGNED, ("x-amz-decoded-content-length", length), TRAILER];
            let (response, seen) = answer(request(path, &headers, body.to_owned())).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body} {seen}");
            let code = format!("<Code>{code}</Code>");
            assert!(text(&response).contains(&code), "{body}: {}", text(&response));
        }
    }
}

#[tokio::test]
async fn checksums_of_plain_bodies_are_compared() {
    let crc = |value| [("x-amz-checksum-crc32", value)];
    for path in ["/b/k", "/b?policy"] {
        let (response, _) = answer(request(path, &crc("NhCmhg=="), "hello")).await;
        assert!(response.status().is_success(), "{}", text(&response));
        let (response, _) = answer(request(path, &crc("AAAAAA=="), "hello")).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert!(text(&response).contains("BadDigest"), "{}", text(&response));
        let wrong = [("content-md5", "XrY7u+Ae7tCTyyK7j1rNww==")];
        let (response, _) = answer(request(path, &wrong, "hello")).await;
        assert!(text(&response).contains("<CalculatedDigest>"), "{}", text(&response));
    }
    let (response, _) = answer(request("/b?policy", &[], "hello")).await;
    assert!(text(&response).contains("Missing required header"), "{}", text(&response));
    assert_eq!(header(&response, "x-standin-evidence"), "native");
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

#[tokio::test]
async fn bombs_are_refused_at_the_limit() {
    let rig = Rig::new();
    let bomb = zipped(&vec![b' '; 9_000_000]);
    assert!(bomb.len() < 10_000, "the packed bomb is within the limit");
    let request = super::dynamodb("ListTables").header("content-encoding", "gzip");
    let response = rig.answer(request.body(bomb.into()).expect("a valid request")).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let request = super::dynamodb("ListTables").header("content-encoding", "gzip");
    let response = rig.answer(request.body(zipped(b"{}").into()).expect("a valid request")).await;
    assert_eq!(response.status(), StatusCode::OK, "{}", text(&response));
}

/// Takes whatever is put.
struct Items;

impl Provider for Items {
    fn service(&self) -> &'static str {
        "dynamodb"
    }

    fn operations(&self) -> Vec<&'static str> {
        vec!["PutItem"]
    }

    fn operation(self: Arc<Self>, _: &str) -> Option<OperationHandler> {
        Some(OperationHandler::new(|_, _| async { Ok(Document::empty().into()) }))
    }
}

#[tokio::test]
async fn values_are_read_to_the_limit_of_depth() {
    // The input, the item, and values and lists in turn.
    for (lists, status) in [(8, StatusCode::OK), (9, StatusCode::BAD_REQUEST)] {
        let value = format!("{}{{\"M\":{{}}}}{}", "{\"L\":[".repeat(lists), "]}".repeat(lists));
        let body = format!("{{\"TableName\":\"ttt\",\"Item\":{{\"a\":{value}}}}}");
        let request = super::dynamodb("PutItem").body(body.into()).expect("a valid request");
        let response = Rig::of(Catalog::embedded(), Items).answer(request).await;
        assert_eq!(response.status(), status, "{lists}: {}", text(&response));
        let deep = text(&response).contains("values nest too deeply");
        assert_eq!(deep, status != StatusCode::OK, "{}", text(&response));
    }
}

#[tokio::test]
async fn an_object_that_is_gzip_stays_what_it_is() {
    let headers = [("content-encoding", "gzip")];
    let (response, seen) = answer(request("/b/k", &headers, "not gzip at all")).await;
    assert_eq!(response.status(), StatusCode::OK, "{}", text(&response));
    assert!(seen.contains("ContentEncoding=gzip") && seen.contains("not gzip at all"), "{seen}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_framed_body_is_read_or_refused(
        body in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"05\r\n;:x".to_vec())], 0..80),
        whole in prop_oneof![Just("/b/k"), Just("/b?policy")],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (response, _) = runtime.block_on(answer(request(whole, &[UNSIGNED, TRAILER], body)));
        prop_assert!(response.status().as_u16() < 500, "{}", text(&response));
    }
}

#[tokio::test]
async fn a_body_is_not_held_while_it_is_decoded() {
    let (rig, seen) = rig();
    let mut body = Vec::new();
    for _ in 0..100 {
        body.extend_from_slice(b"5\r\nhello\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    let stream = Body::Stream(Bytes::from(body).into());
    let request = request("/b/k", &[("content-encoding", "aws-chunked")], "").map(|_| stream);
    let response = rig.gateway.process(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    let seen = seen.lock().expect("not poisoned").join("\n");
    assert!(seen.contains(&format!(" 100 {} []", "hello".repeat(100))), "a part a chunk: {seen}");
}
