//! Requests that are signed once, and the keep-alive connection that they go over.

use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use standin_sigv4::{Credentials, Payload, Signer};
use tokio::net::TcpStream;

use crate::Error;

/// A request, signed before the run so that signing costs the run nothing.
#[derive(Clone)]
pub(crate) struct Prepared(Request<Bytes>);

impl Prepared {
    /// A request of the JSON protocol.
    pub(crate) fn json(host: &str, target: &str, body: &serde_json::Value) -> Result<Self, Error> {
        let credentials = Credentials::new("000000000000", "bench", None, None, "bench");
        Self::json_by(host, target, body, &credentials)
    }

    /// A request of the query protocol.
    pub(crate) fn query(host: &str, service: &str, form: &'static str) -> Result<Self, Error> {
        let builder = Request::post("/")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8");
        Self::signed(host, service, builder.body(Bytes::from_static(form.as_bytes()))?)
    }

    /// A request of the JSON protocol to SQS, signed with the caller's key.
    pub(crate) fn json_by(
        host: &str,
        target: &str,
        body: &serde_json::Value,
        credentials: &Credentials,
    ) -> Result<Self, Error> {
        let builder = Request::post("/")
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.0")
            .header("x-amz-target", target);
        Self::signed_by(host, "sqs", builder.body(body.to_string().into())?, credentials)
    }

    fn signed(host: &str, service: &str, request: Request<Bytes>) -> Result<Self, Error> {
        let credentials = Credentials::new("000000000000", "bench", None, None, "bench");
        Self::signed_by(host, service, request, &credentials)
    }

    fn signed_by(
        host: &str,
        service: &str,
        request: Request<Bytes>,
        credentials: &Credentials,
    ) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        parts.headers.insert(header::HOST, host.parse()?);
        parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
        #[expect(clippy::disallowed_methods, reason = "a signature needs the real time")]
        let signer = Signer::new(credentials, "us-east-1", service, SystemTime::now());
        standin_sigv4::sign(&mut parts, &Payload::Absent, &body, &signer)?;
        Ok(Self(Request::from_parts(parts, body)))
    }
}

/// One keep-alive HTTP/1.1 connection.
pub(crate) struct Connection {
    host: String,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects to `host:port`.
    pub(crate) async fn open(host: &str) -> Result<Self, Error> {
        Ok(Self { host: host.to_owned(), sender: connect(host).await? })
    }

    /// Sends a request and reads the whole answer, which must be a success.
    pub(crate) async fn send(&mut self, request: &Prepared) -> Result<Bytes, Error> {
        if self.sender.ready().await.is_err() {
            // moto closes the connection after each answer.
            self.sender = connect(&self.host).await?;
        }
        let response = self.sender.send_request(request.0.clone().map(Full::new)).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status == StatusCode::OK {
            return Ok(body);
        }
        let text = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        Err(format!("{status}: {text}").into())
    }
}

async fn connect(host: &str) -> Result<SendRequest<Full<Bytes>>, Error> {
    let stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    sender.ready().await?;
    Ok(sender)
}
