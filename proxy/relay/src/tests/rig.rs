//! A relay on loopback with an upstream behind it, and a client that signs as this run's may.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use standin_intercept::Chain;
use standin_model::Catalog;
use standin_sigv4::{
    Algorithm, Credentials, Payload, Signature, Signer, SigningKey, sign, verify, verify_chunked,
    verify_head,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::admission::Keys;
use crate::body::{Body, BodyError, PATIENCE};
use crate::credentials::Provider;
use crate::destination::Overrides;
use crate::exchange::Tails;
use crate::guard::Guard;
use crate::listener::{Listen, Listener};
use crate::log::Log;
use crate::relay::Relay;
use crate::rewrite::Hosts;
use crate::{Dialing, Guards, Keep, Session, Upstream, Upstreams};

/// The secret that only relay and upstream know.
pub(super) const SECRET: &str = "upstream/secret";

/// A relay with its listener.
pub(super) struct Rig {
    pub(super) relay: Arc<Relay>,
    listener: Listener,
}

/// What an upstream saw of one request.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    pub(super) line: String,
    pub(super) headers: HeaderMap,
    pub(super) verified: bool,
    /// The body's length; none where it broke off.
    pub(super) length: Option<usize>,
}

/// An upstream that verifies, and what it saw.
pub(super) struct Strict {
    pub(super) url: String,
    sights: Arc<Mutex<Vec<Sight>>>,
}

#[expect(clippy::disallowed_methods, reason = "signatures need the real time")]
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}

impl Rig {
    pub(super) async fn at(upstream: &str) -> Self {
        Self::keeping(upstream, Keep::Exchanges).await
    }

    pub(super) async fn keeping(upstream: &str, keep: Keep) -> Self {
        Self::dialing((upstream, &Dialing::default()), keep).await
    }

    pub(super) async fn dialing(to: (&str, &Dialing), keep: Keep) -> Self {
        Self::start(to, keep, Guards::default()).await
    }

    pub(super) async fn guarded(upstream: &str, guards: Guards) -> Self {
        Self::start((upstream, &Dialing::default()), Keep::Exchanges, guards).await
    }

    async fn start((upstream, dialing): (&str, &Dialing), keep: Keep, guards: Guards) -> Self {
        let relay = Arc::new(Relay {
            keys: Keys::new(Session::random()),
            credentials: Provider::new(
                Credentials::from_keys("AKIDUPSTREAM", SECRET, None),
                None,
                now,
            ),
            region: "eu-west-1".into(),
            upstream: Upstream::parse(upstream).expect("a URL"),
            overrides: Overrides::default(),
            upstreams: Upstreams::new(dialing).expect("readable certificates"),
            router: Relay::router(Catalog::embedded()),
            interceptors: Arc::new(Chain::default()),
            hosts: Hosts::default(),
            clock: now,
            log: Log::default(),
            tails: Tails::default(),
            keep,
            guard: Guard::new(guards, Instant::now()),
            skew: Arc::default(),
            created: None,
        });
        let listen = Listen::default();
        let listener = Listener::start(Arc::clone(&relay), listen, None).await.expect("a port");
        relay.hosts.listen_at(&listener.url());
        relay.hosts.aliases.open_by(listener.opener(&relay));
        Self { relay, listener }
    }

    pub(super) fn host(&self) -> String {
        self.listener.address().to_string()
    }

    /// A connection of a client's.
    pub(super) async fn client(&self) -> SendRequest<Body> {
        let stream = TcpStream::connect(self.host()).await.expect("the relay listens");
        let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("HTTP");
        tokio::spawn(connection);
        sender
    }

    /// The head of an upload to S3, signed with this run's key.
    pub(super) fn upload(&self, payload: &Payload, headers: &[(&'static str, String)]) -> Parts {
        let mut request = Request::put("/bucket/key").header("host", self.host());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut parts = request.body(()).expect("a valid request").into_parts().0;
        let credentials = self.relay.keys.session().credentials();
        let algorithm = match payload {
            Payload::Chunked(by) | Payload::ChunkedTrailer(by) => *by,
            _ => Algorithm::Hmac,
        };
        let signer = Signer::new(&credentials, "eu-west-1", "s3", now()).with_algorithm(algorithm);
        sign(&mut parts, payload, b"", &signer).expect("signable");
        parts
    }

    /// Sends a request on a connection of its own; gives status and body of the answer.
    pub(super) async fn send(
        &self,
        parts: Parts,
        body: Body,
    ) -> (StatusCode, Result<Bytes, BodyError>) {
        let mut client = self.client().await;
        let request = Request::from_parts(parts, body);
        let response = client.send_request(request).await.expect("an answer");
        let status = response.status();
        (status, response.map(received).into_body().collect(64 << 20).await)
    }

    /// Ends the run: what keeps the recording from being whole, and what does not.
    pub(super) async fn end(self) -> (usize, Vec<String>, Vec<String>) {
        self.listener.stop().await;
        self.relay.settle().await;
        let troubles = self.relay.log.troubles();
        (self.relay.log.count(), troubles.problems, troubles.warnings)
    }
}

impl Strict {
    /// Starts an upstream that answers what it can verify with nothing.
    pub(super) async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", socket.local_addr().expect("bound"));
        let sights = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&sights);
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let seen = Arc::clone(&seen);
                let service = service_fn(move |request| {
                    let seen = Arc::clone(&seen);
                    async move { Ok::<_, Infallible>(look(request, &seen).await) }
                });
                let builder = hyper::server::conn::http1::Builder::new();
                let connection = builder.serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move { drop(connection.await) });
            }
        });
        Self { url, sights }
    }

    pub(super) fn sights(&self) -> Vec<Sight> {
        self.sights.lock().expect("no panic").clone()
    }
}

async fn look(request: Request<Incoming>, sights: &Mutex<Vec<Sight>>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).ok();
    let signature = Signature::of(&parts).expect("readable");
    let verified = match (&signature, &body) {
        (Some(signature), Some(body)) => holds(&parts, body, signature),
        _ => false,
    };
    sights.lock().expect("no panic").push(Sight {
        line: format!("{} {}", parts.method, parts.uri),
        headers: parts.headers,
        verified,
        length: body.map(|body| body.len()),
    });
    let status = if verified { StatusCode::OK } else { StatusCode::FORBIDDEN };
    Response::builder().status(status).body(Full::default()).expect("valid")
}

fn holds(parts: &Parts, body: &[u8], signature: &Signature) -> bool {
    let chunked = Payload::of(&parts.headers).is_ok_and(|payload| payload.signs_chunks());
    let key = SigningKey::derive((&signature.access_key_id, SECRET), &signature.scope);
    // Some operations leave their bodies out, and no header says so.
    let left_out = verify_head(parts, "UNSIGNED-PAYLOAD", signature, &key).is_ok();
    signature.access_key_id == "AKIDUPSTREAM"
        && (left_out || verify(parts, body, signature, SECRET).is_ok())
        && (!chunked || verify_chunked(body, signature, SECRET).is_ok())
}

/// A body that a client receives.
pub(super) fn received(incoming: Incoming) -> Body {
    Body::within(incoming, PATIENCE)
}

/// An upstream that does as a script says: it reads a head, and writes what it is told; `close` ends it there.
pub(super) async fn scripted(answer: &'static str, reads: usize) -> String {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = socket.accept().await {
            tokio::spawn(async move {
                let mut read = Vec::new();
                while !read.windows(4).any(|end| end == b"\r\n\r\n") || read.len() < reads {
                    let mut part = [0; 4096];
                    match stream.read(&mut part).await {
                        Ok(0) | Err(_) => return,
                        Ok(count) => read.extend_from_slice(&part[..count]),
                    }
                }
                stream.write_all(answer.as_bytes()).await.expect("the relay reads");
                stream.shutdown().await.expect("the relay is there");
            });
        }
    });
    url
}
