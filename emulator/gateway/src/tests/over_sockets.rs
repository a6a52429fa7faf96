//! Requests of well-behaved clients over real connections.

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::io::Write as _;
use std::time::Duration;

use super::{Rig, body, dynamodb, header, text};

#[tokio::test]
async fn an_operation_knows_account_region_and_endpoint() {
    let server = Rig::new().listen().await;
    let response = server.send(body(dynamodb("ListTables"), "{}")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let expected =
        format!(r#"{{"TableNames":["123456789012","eu-west-1","http://{}"]}}"#, server.address);
    assert_eq!(text(&response), expected);
    assert_eq!(header(&response, "content-type"), "application/x-amz-json-1.0");
    assert_eq!(header(&response, "x-standin-evidence"), "native");
    assert_eq!(header(&response, "x-amzn-requestid").len(), 36);
    assert!(!header(&response, "date").is_empty());
}

#[tokio::test]
async fn an_error_of_the_service_is_its_protocols() {
    let server = Rig::new().listen().await;
    let request = body(dynamodb("DescribeTable"), r#"{"TableName":"t"}"#);
    let response = server.send(request).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(text(&response).contains("ResourceNotFoundException"), "{}", text(&response));
    assert!(text(&response).contains("no t"));
}

#[tokio::test]
async fn what_is_not_there_is_not_implemented() {
    let server = Rig::new().listen().await;
    let response = server.send(body(dynamodb("CreateTable"), "{}")).await;
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(text(&response).contains("CreateTable of dynamodb"), "{}", text(&response));
    assert_eq!(header(&response, "x-standin-evidence"), "native");
}

#[tokio::test]
async fn both_versions_of_http_share_the_port() {
    let server = Rig::new().listen().await;
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let mut request = body(dynamodb("ListTables"), "{}").map(http_body_util::Full::new);
    *request.uri_mut() = format!("http://{}/", server.address).parse().expect("a URI");
    let response = client.request(request).await.expect("an answer");
    assert_eq!(response.version(), http::Version::HTTP_2);
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn compressed_bodies_are_unpacked() {
    let rig = Rig::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(br#"{"TableName":"zipped"}"#).expect("in memory");
    let packed = Bytes::from(packed.finish().expect("in memory"));
    let request = dynamodb("DescribeTable").header("content-encoding", "gzip");
    let response = rig.answer(request.body(packed).expect("valid")).await;
    assert!(text(&response).contains("no zipped"), "{}", text(&response));
    let request = dynamodb("DescribeTable").header("content-encoding", "gzip");
    let response = rig.answer(body(request, "{}")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_compressed_body_may_not_grow_beyond_the_limit() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![b' '; 100_000]).expect("in memory");
    let packed = Bytes::from(packed.finish().expect("in memory"));
    let request = dynamodb("DescribeTable").header("content-encoding", "gzip");
    let response = Rig::new().answer(request.body(packed).expect("valid")).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn health_tells_who_answers() {
    let server = Rig::new().listen().await;
    let response = server.send(body(Request::get("/_standin/health"), "")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let expected = r#""dynamodb":{"state":"native","operations":"#;
    assert!(text(&response).contains(expected), "{}", text(&response));
    assert!(text(&response).contains(r#""sqs":{"state":"unavailable""#));
    let response = server.send(body(Request::post("/_standin/health"), "")).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    let response = server.send(body(Request::get("/_standin/nothing"), "")).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_of_foreign_origins_are_refused() {
    let rig = Rig::new();
    let from = |origin| body(dynamodb("ListTables").header("origin", origin), "{}");
    let response = rig.answer(from("https://evil.example")).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    for origin in ["http://localhost:3000", "https://allowed.example"] {
        let response = rig.answer(from(origin)).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "access-control-allow-origin"), origin);
    }
    let preflight = Request::options("/")
        .header("origin", "http://localhost:3000")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "x-amz-target");
    let response = rig.answer(body(preflight, "")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&response, "access-control-allow-headers"), "x-amz-target");
    assert_eq!(header(&response, "access-control-allow-origin"), "http://localhost:3000");
}

#[tokio::test]
async fn a_seed_repeats_request_ids() {
    let id = async |rig: &Rig| {
        let response = rig.answer(body(dynamodb("ListTables"), "{}")).await;
        header(&response, "x-amzn-requestid").to_owned()
    };
    let (one, two) = (Rig::new(), Rig::new());
    assert_eq!(id(&one).await, id(&two).await);
    assert_ne!(id(&one).await, id(&one).await);
}

#[tokio::test]
async fn requests_under_way_are_finished_at_the_end() {
    let server = Rig::new().listen().await;
    let address = server.address;
    let request = body(dynamodb("ListBackups"), "{}");
    let slow = tokio::spawn(async move {
        let mut request = request.map(http_body_util::Full::new);
        *request.uri_mut() = format!("http://{address}/").parse().expect("a URI");
        Client::builder(TokioExecutor::new()).build_http().request(request).await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop().await;
    let response = slow.await.expect("no panic").expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "still listening");
}
