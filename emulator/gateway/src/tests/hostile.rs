//! Requests that break a rule: each gets AWS's error or a clear refusal, and none the better of the next request.

use std::time::Duration;

use http::{Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Rig, Server, body, dynamodb, text};

/// Sends bytes as they are and gives the answer's text, up to the end of the connection.
async fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.expect("connected");
    stream.write_all(bytes).await.expect("sent");
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const HEAD: &str = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
    X-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Type: application/x-amz-json-1.0\r\n";

#[tokio::test]
async fn malformed_bodies() {
    let rig = Rig::new();
    for wrong in
        ["{", "[]", "nonsense", "{}{}", r#"{"TableName":7}"#, "\u{0}", r#"{"TableName":"a"#]
    {
        let response = rig.answer(body(dynamodb("DescribeTable"), wrong)).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{wrong}");
        assert!(text(&response).contains("SerializationException"), "{}", text(&response));
    }
}

#[tokio::test]
async fn unknown_operations_and_services() {
    let rig = Rig::new();
    let response = rig.answer(body(dynamodb("NoSuchOperation"), "{}")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(text(&response).contains("UnknownOperationException"), "{}", text(&response));
    let unknown = Request::get("/no/such/path").header(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=A/20250101/r/nonesuch/aws4_request, Signature=0",
    );
    let response = rig.answer(body(unknown, "")).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(text(&response).contains("nonesuch"), "{}", text(&response));
}

#[tokio::test]
async fn missing_signatures_and_those_of_other_versions_are_no_hindrance() {
    let rig = Rig::new();
    for signature in ["", "AWS AKID:sig", "Bearer t"] {
        let request = Request::post("/")
            .header("authorization", signature)
            .header("x-amz-target", "DynamoDB_20120810.ListTables");
        let response = rig.answer(body(request, "{}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{signature}");
        assert!(text(&response).contains("000000000000"));
    }
}

#[tokio::test]
async fn foreign_and_malformed_signatures_are_incomplete() {
    let rig = Rig::new();
    for signature in
        ["garbage", "Negotiate abc", "AWS4-HMAC-SHA256 nonsense", "AWS4-HMAC-SHA256 Credential=foo"]
    {
        let request = Request::post("/")
            .header("authorization", signature)
            .header("x-amz-target", "DynamoDB_20120810.ListTables");
        let response = rig.answer(body(request, "{}")).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{signature}");
        assert!(text(&response).contains("IncompleteSignatureException"), "{}", text(&response));
        let object = Request::get("/b/k").header("authorization", signature);
        let response = rig.answer(body(object, "")).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{signature}");
        assert!(text(&response).contains("AuthorizationHeaderMalformed"), "{}", text(&response));
    }
}

#[tokio::test]
async fn oversized_bodies() {
    let rig = Rig::new();
    let large = format!(r#"{{"TableName":"{}"}}"#, "x".repeat(20_000));
    let response = rig.answer(body(dynamodb("DescribeTable"), &large)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let server = rig.listen().await;
    let announced = format!("{HEAD}Content-Length: 20000\r\n\r\n");
    assert!(raw(&server, announced.as_bytes()).await.starts_with("HTTP/1.1 413"));
    let chunk = "x".repeat(9_000);
    let chunked = format!(
        "{HEAD}Transfer-Encoding: chunked\r\n\r\n2328\r\n{chunk}\r\n2328\r\n{chunk}\r\n0\r\n\r\n"
    );
    assert!(raw(&server, chunked.as_bytes()).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn half_sent_requests() {
    let server = Rig::new().listen().await;
    let stalled = raw(&server, format!("{HEAD}Content-Length: 100\r\n\r\n{{}}").as_bytes()).await;
    assert!(stalled.starts_with("HTTP/1.1 400"), "{stalled}");
    assert!(stalled.contains("RequestTimeout"), "{stalled}");
    let mut stream = TcpStream::connect(server.address).await.expect("connected");
    let broken = format!("{HEAD}Content-Length: 100\r\n\r\n{{}}");
    stream.write_all(broken.as_bytes()).await.expect("sent");
    stream.shutdown().await.expect("half closed");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    let still = server.send(body(dynamodb("ListTables"), "{}")).await;
    assert_eq!(still.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_http() {
    let server = Rig::new().listen().await;
    for wrong in ["\r\n\r\n", "nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
        let answer = raw(&server, wrong.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{wrong:?}: {answer}");
    }
    let answer = raw(&server, &[0x16, 0x03, 0x01, 0x00, 0xa5]).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[tokio::test]
async fn a_panic_is_an_internal_failure_of_its_request_only() {
    let rig = Rig::new();
    let response = rig.answer(body(dynamodb("DescribeLimits"), "{}")).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text(&response).contains("InternalFailure"), "{}", text(&response));
    assert!(!text(&response).contains("on purpose"), "{}", text(&response));
    let log = rig.log.0.lock().expect("not poisoned").join("\n");
    assert!(log.contains("dynamodb DescribeLimits") && log.contains("on purpose"), "{log}");
    let response = rig.answer(body(dynamodb("ListTables"), "{}")).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_output_that_cannot_be_written_is_never_an_empty_success() {
    let rig = Rig::new();
    let response = rig.answer(body(dynamodb("DescribeEndpoints"), "{}")).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let log = rig.log.0.lock().expect("not poisoned").join("\n");
    assert!(log.contains("Endpoints"), "{log}");
}

#[tokio::test]
async fn an_answer_given_before_the_body_came_is_not_lost() {
    let server = Rig::new().listen().await;
    for _ in 0..5 {
        let mut stream = TcpStream::connect(server.address).await.expect("connected");
        let head = HEAD.replace("ListTables", "CreateTable");
        let body = "x".repeat(9_000);
        let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).await.expect("sent");
        for part in body.as_bytes().chunks(3_000) {
            tokio::time::sleep(Duration::from_millis(10)).await;
            stream.write_all(part).await.expect("still open");
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("not reset");
        assert!(answer.starts_with("HTTP/1.1 501"), "{answer}");
    }
}

#[tokio::test]
async fn nobody_is_asked_for_a_body_that_nobody_wants() {
    let server = Rig::new().listen().await;
    let head = HEAD.replace("ListTables", "CreateTable");
    let head = format!("{head}Content-Length: 9000\r\nExpect: 100-continue\r\n\r\n");
    let answer = raw(&server, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 501"), "{answer}");
}
