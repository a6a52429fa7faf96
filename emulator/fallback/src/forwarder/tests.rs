//! Against servers that misbehave, over real sockets.

use std::sync::Mutex;

use proptest::prelude::*;
use standin_core::{AccountId, Caller, Environment, Ids, NoServices, Region, SystemClock};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// A server that writes the same bytes to whoever sends something, and closes.
struct Server {
    forwarder: Arc<Forwarder>,
    heard: Arc<Mutex<String>>,
}

impl Server {
    async fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(String::new()));
        let hears = heard.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 8192];
                let read = stream.read(&mut request).await.unwrap_or(0);
                *hears.lock().unwrap() = String::from_utf8_lossy(&request[..read]).into_owned();
                let _ = stream.write_all(&bytes).await;
            }
        });
        let backend = Arc::new(Backend::external(&url, Some("other@1")).unwrap());
        let forwarder = Arc::new(Forwarder::new(backend, Catalog::embedded(), vec!["sqs"]));
        Self { forwarder, heard }
    }

    async fn send(
        &self,
        request: http::request::Builder,
    ) -> Result<Response<ByteStream>, ServiceError> {
        let request = request.body(ByteStream::from(Bytes::new())).unwrap();
        self.forwarder.forward(self.context(), request).await
    }

    fn context(&self) -> Context {
        Context {
            account: "123456789012".parse().unwrap_or(AccountId::DEFAULT),
            region: Region::us_east_1(),
            service: "s3",
            operation: "GetObject",
            protocol: Protocol::RestXml,
            request_id: "r".into(),
            endpoint: "http://localhost:4566".into(),
            caller: Caller::default(),
            environment: Arc::new(Environment {
                clock: Arc::new(SystemClock),
                ids: Ids::seeded(1),
                fallback: self.forwarder.clone(),
                services: Arc::new(NoServices),
            }),
        }
    }
}

async fn refused(bytes: &[u8]) -> (u16, String) {
    let server = Server::answering(bytes).await;
    let error = server.send(Request::get("/bucket/key")).await.expect_err("a failure");
    (error.status, error.code.into_owned())
}

fn pair(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn what_breaks_off_or_is_not_http_is_503() {
    assert_eq!(refused(b"").await, pair(503, "ServiceUnavailable"));
    assert_eq!(refused(b"HTTP/1.1 200 OK\r\ncontent-le").await, pair(503, "ServiceUnavailable"));
    assert_eq!(refused(b"\x15\x03\x01\x00\x02").await, pair(503, "ServiceUnavailable"));
}

#[tokio::test]
async fn pages_never_get_through() {
    let page = |status: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    };
    let broken = page("500 INTERNAL SERVER ERROR", "<h1>Internal Server Error</h1>");
    assert_eq!(refused(broken.as_bytes()).await, pair(500, "InternalFailure"));
    let lacking = page("500 INTERNAL SERVER ERROR", "<pre>NotImplementedError: no</pre>");
    assert_eq!(refused(lacking.as_bytes()).await, pair(501, "NotImplemented"));
    let error = page("404 NOT FOUND", "{}");
    let answer = Server::answering(error).await.send(Request::head("/bucket/key")).await;
    assert_eq!(answer.unwrap().status(), 404, "no page, whatever its type");
    let unrouted = page("404 NOT FOUND", "<h1>Not Found</h1>");
    assert_eq!(refused(unrouted.as_bytes()).await, pair(501, "NotImplemented"));
}

#[tokio::test]
async fn an_answer_that_breaks_off_in_its_body_is_an_error_of_the_stream() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345").await;
    let mut body = server.send(Request::get("/bucket/key")).await.unwrap().into_body();
    assert_eq!(body.next().await, Some(Ok(Bytes::from_static(b"12345"))));
    assert!(matches!(body.next().await, Some(Err(_))));
}

#[tokio::test]
async fn the_request_keeps_its_host_and_path_and_says_whose_it_is() {
    let server = Server::answering("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
    let request = Request::put("/b/a%2Fb//c%20d?x=%7E")
        .header("host", "b.s3.amazonaws.com")
        .header("x-moto-account-id", "999999999999")
        .header("expect", "100-continue")
        .header("connection", "x-hop")
        .header("x-hop", "1");
    let answer = server.send(request).await.unwrap();
    assert_eq!(answer.headers()["x-standin-evidence"], "fallback:other@1");
    assert!(!answer.headers().contains_key("connection"));
    let heard = server.heard.lock().unwrap().to_lowercase();
    assert!(heard.starts_with("put /b/a%2fb//c%20d?x=%7e http/1.1\r\n"), "{heard}");
    for line in ["host: b.s3.amazonaws.com\r\n", "x-moto-account-id: 123456789012\r\n"] {
        assert_eq!(heard.matches(line).count(), 1, "{line} in {heard}");
    }
    for gone in ["expect", "x-hop", "999999999999"] {
        assert!(!heard.contains(gone), "{gone} in {heard}");
    }
}

#[tokio::test]
async fn a_request_without_a_host_gets_the_endpoints() {
    let server = Server::answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    server.send(Request::get("/")).await.unwrap();
    let heard = server.heard.lock().unwrap().clone();
    assert!(heard.contains("host: localhost:4566\r\n"), "{heard}");
}

#[test]
fn only_http_urls_of_a_host_are_backends() {
    for url in ["https://localhost", "localhost:5000", "http://", "http://a/b", "ftp://a", ""] {
        assert!(Backend::external(url, None).is_err(), "{url}");
    }
    assert_eq!(Backend::external("http://a:1/", None).unwrap().name(), "a:1@external");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_answer_of_a_backend_panics(
        head in "(HTTP/1.1 [0-9]{1,4} ?[a-z]{0,4}\r\n)?([a-z-]{1,12}: [ -~]{0,12}\r\n){0,3}(\r\n)?",
        body in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bytes = [head.as_bytes(), &body].concat();
            let server = Server::answering(bytes).await;
            let sent = server.send(Request::get("/bucket/key"));
            let answer = tokio::time::timeout(std::time::Duration::from_secs(5), sent).await.expect("an end");
            if let Ok(answer) = answer {
                let _ = answer.into_body().collect().await;
            }
        });
    }
}
