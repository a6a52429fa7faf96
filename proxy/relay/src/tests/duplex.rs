//! Event streams both ways at once: each message that the client signs arrives under the other key before it sends the
//! next, over HTTP/1.1 and HTTP/2.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, crypto::ring};
use standin_model::Timestamp;
use standin_protocol::eventstream::{FrameDecoder, HeaderValue, Message};
use standin_sigv4::{Credentials, EventChain, Payload, Signature, Signer, sign, verify};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::rig::{Rig, SECRET, now};
use crate::body::{Body, Pipe};
use crate::{Dialing, Keep};

/// An upstream that verifies each message and sends back what it wraps at once.
struct Echo {
    url: String,
    ca: Option<PathBuf>,
}

impl Echo {
    async fn start(version: Version) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = socket.local_addr().expect("bound").port();
        if version == Version::HTTP_11 {
            tokio::spawn(async move {
                while let Ok((stream, _)) = socket.accept().await {
                    tokio::spawn(serve(stream, version));
                }
            });
            return Self { url: format!("http://127.0.0.1:{port}"), ca: None };
        }
        let (acceptor, ca) = certificate(port);
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let stream = acceptor.accept(stream).await.expect("TLS");
                tokio::spawn(serve(stream, version));
            }
        });
        Self { url: format!("https://localhost:{port}"), ca: Some(ca) }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some(ca) = &self.ca {
            std::fs::remove_file(ca).expect("it was written");
        }
    }
}

/// TLS that offers HTTP/2, and a file with the certificate to trust.
fn certificate(port: u16) -> (TlsAcceptor, PathBuf) {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let ca = std::env::temp_dir().join(format!("standin-echo-{}-{port}.pem", std::process::id()));
    std::fs::write(&ca, own.cert.pem()).expect("room");
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("versions of TLS");
    let chain = vec![own.cert.der().clone()];
    let config = config.with_no_client_auth().with_single_cert(chain, key.into());
    let mut config = config.expect("a certificate and its key");
    config.alpn_protocols = vec![b"h2".to_vec()];
    (TlsAcceptor::from(Arc::new(config)), ca)
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, version: Version) {
    let service = service_fn(move |request: Request<Incoming>| async move {
        assert_eq!(request.version(), version);
        Ok::<_, Infallible>(echo(request))
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    drop(builder.serve_connection(TokioIo::new(stream), service).await);
}

fn echo(request: Request<Incoming>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let signature = Signature::of(&parts).expect("readable").expect("signed");
    verify(&parts, b"", &signature, SECRET).expect("the head holds");
    let credentials = Credentials::from_keys(&signature.access_key_id, SECRET, None);
    let scope = &signature.scope;
    let mut chain =
        EventChain::new(&credentials, &scope.region, &scope.service, &signature.signature);
    let (pipe, answer) = Body::piped(None);
    let mut body = Body::of_client(body);
    tokio::spawn(async move {
        let mut decoder = FrameDecoder::default();
        while let Ok(Some(part)) = body.next().await {
            let mut rest = &part[..];
            while let Some(message) = decoder.next(&mut rest).expect("frames") {
                let (Some(HeaderValue::Timestamp(date)), Some(HeaderValue::Blob(signature))) =
                    (message.header(":date"), message.header(":chunk-signature"))
                else {
                    panic!("unsigned: {message:?}");
                };
                let held = chain.verify(date.millis(), &message.payload, signature);
                held.expect("signed by the run's credentials");
                let end = message.payload.is_empty();
                let back = if end { Bytes::from_static(b"end") } else { message.payload };
                assert!(pipe.send(back).await.expect("in time"));
            }
        }
    });
    let kind = "application/vnd.amazon.eventstream";
    Response::builder().header("content-type", kind).body(answer).expect("valid")
}

/// A client's side of a stream.
struct Client {
    chain: EventChain,
    pipe: Pipe,
    answer: Body,
}

impl Client {
    /// Sends a signed message, and waits for what comes back.
    async fn say(&mut self, payload: &'static [u8]) -> Option<Bytes> {
        let since = now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let date = Timestamp::from_unix(since.as_secs().try_into().expect("this age"), 0);
        let date = date.expect("this age");
        let signature = self.chain.sign(date.millis(), payload).expect("a date in range");
        let headers = vec![
            (":date".to_owned(), HeaderValue::Timestamp(date)),
            (":chunk-signature".to_owned(), HeaderValue::Blob(signature.to_vec().into())),
        ];
        let frame = Message { headers, payload: Bytes::from_static(payload) }.encode();
        assert!(self.pipe.send(frame.expect("small")).await.expect("in time"));
        self.answer.next().await.ok().flatten()
    }
}

fn head(rig: &Rig, version: Version) -> (Parts, EventChain) {
    let path = "/model/m/invoke-with-bidirectional-stream";
    let request = Request::post(format!("http://{}{path}", rig.host()));
    let request = request.header("content-type", "application/vnd.amazon.eventstream");
    let request = request.header("x-amz-content-sha256", "set by the signer").version(version);
    let mut parts = request.body(()).expect("valid").into_parts().0;
    if version == Version::HTTP_11 {
        parts.headers.insert("host", rig.host().parse().expect("a host"));
        parts.uri = path.parse().expect("a path");
    }
    let credentials = rig.relay.keys.session().credentials();
    let signer = Signer::new(&credentials, "eu-west-1", "bedrock", now());
    let seed = sign(&mut parts, &Payload::Events, b"", &signer).expect("signable").signature;
    let chain = signer.events(&seed);
    (parts, chain)
}

async fn begin(rig: &Rig, version: Version) -> Client {
    let (parts, chain) = head(rig, version);
    let (pipe, body) = Body::piped(None);
    let request = Request::from_parts(parts, body);
    let io = TokioIo::new(TcpStream::connect(rig.host()).await.expect("the relay listens"));
    let response = if version == Version::HTTP_2 {
        let shaken = http2::handshake(TokioExecutor::new(), io).await;
        let (mut sender, connection) = shaken.expect("HTTP/2");
        tokio::spawn(connection);
        sender.send_request(request).await
    } else {
        let (mut sender, connection) = http1::handshake(io).await.expect("HTTP/1.1");
        tokio::spawn(connection);
        sender.send_request(request).await
    };
    let response = response.expect("an answer before the first event");
    assert_eq!(response.status(), StatusCode::OK);
    Client { chain, pipe, answer: response.map(Body::of_client).into_body() }
}

async fn rig(upstream: &Echo, keep: Keep) -> Rig {
    let dialing = Dialing { upstream_ca: upstream.ca.clone(), ..Dialing::default() };
    Rig::dialing((&upstream.url, &dialing), keep).await
}

#[tokio::test(flavor = "multi_thread")]
async fn events_and_their_answers_cross_on_the_way() {
    for there in [Version::HTTP_11, Version::HTTP_2] {
        let upstream = Echo::start(there).await;
        for here in [Version::HTTP_11, Version::HTTP_2] {
            let rig = rig(&upstream, Keep::Nothing).await;
            let mut client = begin(&rig, here).await;
            assert_eq!(
                client.say(b"one").await.as_deref(),
                Some(&b"one"[..]),
                "{here:?} {there:?}"
            );
            assert_eq!(client.say(b"two").await.as_deref(), Some(&b"two"[..]));
            assert_eq!(client.say(b"").await.as_deref(), Some(&b"end"[..]));
            let Client { pipe, answer, .. } = client;
            drop(pipe);
            assert_eq!(answer.collect(10).await.expect("whole"), "");
            let (count, problems, warnings) = rig.end().await;
            assert_eq!((count, problems, warnings), (0, vec![], vec![]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_by_the_client_goes_nowhere() {
    let upstream = Echo::start(Version::HTTP_11).await;
    let rig = rig(&upstream, Keep::Nothing).await;
    let mut client = begin(&rig, Version::HTTP_2).await;
    assert_eq!(client.say(b"one").await.as_deref(), Some(&b"one"[..]));
    client.chain.sign(0, b"a message that was taken out").expect("a date");
    assert_eq!(client.say(b"three").await, None, "the stream is broken off");
}
