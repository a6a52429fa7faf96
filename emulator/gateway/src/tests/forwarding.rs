//! Operations that a backend answers.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::request::Builder;
use http::{Request, Response, StatusCode};
use standin_core::{BoxFuture, ByteStream, Context, Forward, ServiceError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Rig, body, dynamodb, header, text};

/// Answers with what it is sent, as it comes.
#[derive(Debug)]
struct Echo;

impl Forward for Echo {
    fn forward(
        &self,
        context: Context,
        request: Request<ByteStream>,
    ) -> BoxFuture<'_, Result<Response<ByteStream>, ServiceError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            if parts.headers.contains_key("x-break") {
                let error = ServiceError::fault("ServiceUnavailable", "away").with_status(503);
                return Err(error);
            }
            if parts.headers.contains_key("x-read") {
                let read = body.collect().await;
                let error =
                    |_| ServiceError::fault("ServiceUnavailable", "broken").with_status(503);
                return Ok(Response::new(read.map_err(error)?.into()));
            }
            let operation = format!("{}.{}", context.service, context.operation);
            let response = Response::builder()
                .header("x-uri", parts.uri.to_string())
                .header("x-operation", operation)
                .header("x-account", context.account.as_str())
                .body(body);
            Ok(response.expect("valid headers"))
        })
    }

    fn backend(&self, service: &str) -> Option<String> {
        (service != "sqs").then(|| "echo@1".to_owned())
    }
}

fn rig() -> Rig {
    Rig::with_forward(Arc::new(Echo))
}

#[tokio::test]
async fn the_backend_gets_the_request_as_it_came() {
    let rig = rig();
    let response = rig.answer(body(dynamodb("CreateTable"), r#"{"TableName" : "t"}"#)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(&response), r#"{"TableName" : "t"}"#);
    assert_eq!(header(&response, "x-operation"), "dynamodb.CreateTable");
    assert_eq!(header(&response, "x-standin-evidence"), "fallback:echo@1");
    let bucket = Request::put("/a/../k?acl").header("host", "b.s3.localhost:4566");
    let response = rig.answer(body(bucket, "")).await;
    assert_eq!(header(&response, "x-operation"), "s3.PutObjectAcl");
    assert_eq!(header(&response, "x-uri"), "/a/../k?acl");
    let native = rig.answer(body(dynamodb("ListTables"), "{}")).await;
    assert_eq!(header(&native, "x-standin-evidence"), "native");
}

/// A request signed for a service, with a body that its operation's codec can't read.
fn unreadable(service: &str, request: Builder, text: &str) -> Request<Bytes> {
    let scope = format!("123456789012/20250101/eu-west-1/{service}/aws4_request");
    let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    body(request.header("authorization", signature), text)
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_before_it_is_sent_on() {
    let json = |target: &str| Request::post("/").header("x-amz-target", target);
    let form = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let function = Request::post("/2015-03-31/functions");
    let requests = [
        (
            unreadable("dynamodb", json("DynamoDB_20120810.CreateTable"), "{"),
            "SerializationException",
        ),
        (
            unreadable("kms", json("TrentService.Encrypt"), r#"{"KeyId":1}"#),
            "SerializationException",
        ),
        (unreadable("lambda", function, "nonsense"), "SerializationException"),
        (
            unreadable("ec2", form, "Action=RunInstances&Version=2016-11-15&MinCount=x"),
            "InvalidParameterValue",
        ),
        (unreadable("s3", Request::put("/b?tagging"), "<Tagging>"), "MalformedXML"),
        (unreadable("s3", Request::put("/b"), "<CreateBucketConfiguration><bad"), "MalformedXML"),
    ];
    let rig = rig();
    for (request, code) in requests {
        let response = rig.answer(request).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{}", text(&response));
        let named = [text(&response), header(&response, "x-amzn-errortype")];
        assert!(named.iter().any(|text| text.contains(code)), "{}", text(&response));
        assert_eq!(header(&response, "x-standin-evidence"), "native");
    }
}

#[tokio::test]
async fn framing_and_compression_are_taken_off_for_the_look_only() {
    let rig = rig();
    for (payload, status) in [("{}", StatusCode::OK), ("{", StatusCode::BAD_REQUEST)] {
        let framed = format!("{:x}\r\n{payload}\r\n0\r\n\r\n", payload.len());
        let request = dynamodb("CreateTable").header("content-encoding", "aws-chunked");
        let response = rig.answer(body(request, &framed)).await;
        assert_eq!(response.status(), status, "{}", text(&response));
        assert!(status != StatusCode::OK || text(&response) == framed);
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(payload.as_bytes()).expect("in memory");
        let packed = Bytes::from(packed.finish().expect("in memory"));
        let request = dynamodb("CreateTable").header("content-encoding", "gzip");
        let response = rig.answer(request.body(packed.clone()).expect("valid")).await;
        assert_eq!(response.status(), status);
        assert!(status != StatusCode::OK || response.body() == &packed);
    }
}

#[tokio::test]
async fn a_body_that_is_a_stream_passes_unread() {
    let request = unreadable("s3", Request::put("/b/k"), "<Tagging>");
    assert_eq!(text(&rig().answer(request).await), "<Tagging>");
}

#[tokio::test]
async fn errors_and_services_of_no_backend() {
    let rig = rig();
    let request = dynamodb("CreateTable").header("x-break", "1");
    let response = rig.answer(body(request, "{}")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&response).contains("ServiceUnavailable"), "{}", text(&response));
    let request = Request::post("/").header("x-amz-target", "AmazonSQS.SendMessage");
    let response = rig.answer(body(request, "{}")).await;
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
}

#[tokio::test]
async fn too_large_a_body_is_refused_before_it_is_sent_on() {
    let request = dynamodb("CreateTable").body(Bytes::from(vec![0; 20_000])).expect("valid");
    let response = rig().answer(request).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(header(&response, "x-standin-evidence"), "native");
    let object = Request::put("/b/k").header("host", "localhost");
    let response = rig().answer(object.body(Bytes::from(vec![0; 20_000])).expect("valid")).await;
    assert!(text(&response).contains("EntityTooLarge"), "{}", text(&response));
    assert_eq!(header(&response, "x-standin-evidence"), "native");
}

#[tokio::test]
async fn bodies_are_streams_in_both_directions() {
    let server = rig().listen().await;
    let mut stream = TcpStream::connect(server.address).await.expect("connected");
    let head = "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    for part in ["first", "second"] {
        let chunk = format!("{:x}\r\n{part}\r\n", part.len());
        stream.write_all(chunk.as_bytes()).await.expect("sent");
        // The answer to this part comes while the request is still under way.
        let mut answer = String::new();
        while !answer.contains(part) {
            let mut buffer = [0; 1024];
            let read = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut buffer));
            let read = read.await.expect("in time").expect("connected");
            answer.push_str(&String::from_utf8_lossy(&buffer[..read]));
            assert_ne!(read, 0, "closed after {answer}");
        }
    }
}

#[tokio::test]
async fn a_body_that_breaks_the_limits_on_its_way_is_the_clients_fault() {
    let server = rig().listen().await;
    let head = "PUT /b/k HTTP/1.1\r\nHost: localhost\r\nX-Read: 1\r\nConnection: close\r\n";
    let chunk = "x".repeat(9_000);
    let large = format!(
        "Transfer-Encoding: chunked\r\n\r\n2328\r\n{chunk}\r\n2328\r\n{chunk}\r\n0\r\n\r\n"
    );
    let stalled = "Content-Length: 9\r\n\r\nhalf".to_owned();
    for (body, code) in [(large, "EntityTooLarge"), (stalled, "RequestTimeout")] {
        let mut stream = TcpStream::connect(server.address).await.expect("connected");
        stream.write_all(format!("{head}{body}").as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        assert!(answer.contains(code), "{answer}");
        assert!(answer.contains("x-standin-evidence: native"), "{answer}");
    }
}

#[tokio::test]
async fn a_form_may_say_itself_who_signed_it() {
    let form = "Action=ListDomains&Version=2009-04-15&AWSAccessKeyId=123456789012&Signature=0";
    let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let response = rig().answer(body(request, form)).await;
    assert_eq!(header(&response, "x-operation"), "sdb.ListDomains");
    assert_eq!(header(&response, "x-account"), "123456789012");
    assert_eq!(text(&response), form);
}
