//! Connections to upstreams, over TLS or plain.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response, Uri};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::body::{Body, PATIENCE};

/// The largest body that is held in memory.
pub(crate) const BODY_LIMIT: usize = 512 << 20;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an upstream may be silent, unless it is told otherwise.
const SILENCE: Duration = PATIENCE;

/// Where connections go, and whom they trust.
#[derive(Clone, Debug, Default)]
pub struct Dialing {
    /// Every connection goes to this host and port; host, SNI and signature stay the real ones.
    pub connect_to: Option<String>,
    /// A PEM file of the only certificates to trust, in place of the public roots.
    pub upstream_ca: Option<PathBuf>,
    /// How long an upstream may be silent, before its answer and within it; five minutes where it isn't said.
    pub timeout: Option<Duration>,
}

/// An upstream that can't be asked, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The certificates to trust can't be read.
    #[error("can't read the certificates of {0}: {1}")]
    Certificates(PathBuf, String),
    /// No connection, or one that broke.
    #[error("no answer from {0}: {1}")]
    Connection(String, String),
    /// The answer's body broke off, or is too large.
    #[error("the answer of {0} broke off: {1}")]
    Body(String, String),
    /// The time is up.
    #[error("no answer from {0} within {1:?}; --upstream-timeout gives it longer")]
    Timeout(String, Duration),
    /// The answer began, and then nothing more came for too long.
    #[error("the answer of {0} stood still for {1:?}; --upstream-timeout gives it longer")]
    Stalled(String, Duration),
}

/// The client side of the relay.
#[derive(Clone)]
pub struct Upstreams {
    client: legacy::Client<HttpsConnector<Dial>, Body>,
    /// Speaks HTTP/1.1 alone, which a connection can be taken out of for other uses.
    upgrading: legacy::Client<HttpsConnector<Dial>, Body>,
    silence: Duration,
}

impl Dialing {
    /// Whether only public roots are trusted and hosts are found by their names, as it must be for AWS itself.
    pub fn is_public(&self) -> bool {
        self.connect_to.is_none() && self.upstream_ca.is_none()
    }
}

impl Upstreams {
    /// A client that dials as told.
    pub fn new(dialing: &Dialing) -> Result<Self, UpstreamError> {
        let tls = tls(dialing.upstream_ca.as_deref())?;
        let dial = Dial { connect_to: dialing.connect_to.clone() };
        let connector =
            || HttpsConnectorBuilder::new().with_tls_config(tls.clone()).https_or_http();
        let client = |connector| legacy::Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self {
            client: client(connector().enable_all_versions().wrap_connector(dial.clone())),
            upgrading: client(connector().enable_http1().wrap_connector(dial)),
            silence: dialing.timeout.unwrap_or(SILENCE),
        })
    }

    /// Sends a request that asks for another protocol on its connection.
    pub(crate) async fn upgrade(
        &self,
        request: Request<Body>,
    ) -> Result<Response<Body>, UpstreamError> {
        self.answered(&self.upgrading, request, std::future::ready(())).await
    }

    /// Sends a request with an absolute URI and waits for the head of its answer. The patience begins when
    /// `sent` is over.
    pub(crate) async fn send(
        &self,
        request: Request<Body>,
        sent: impl Future<Output = ()>,
    ) -> Result<Response<Body>, UpstreamError> {
        self.answered(&self.client, request, sent).await
    }

    async fn answered(
        &self,
        client: &legacy::Client<HttpsConnector<Dial>, Body>,
        request: Request<Body>,
        sent: impl Future<Output = ()>,
    ) -> Result<Response<Body>, UpstreamError> {
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let (response, silence) = (client.request(request), self.silence);
        let late = async {
            sent.await;
            sleep(silence).await;
        };
        let answer = tokio::select! {
            answer = response => answer,
            () = late => return Err(UpstreamError::Timeout(host, silence)),
        };
        match answer {
            Ok(response) => Ok(response.map(|incoming| Body::within(incoming, silence))),
            Err(error) => Err(UpstreamError::Connection(host, causes(&error))),
        }
    }
}

/// An error and what caused it, in one line.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn tls(ca: Option<&Path>) -> Result<ClientConfig, UpstreamError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has the ciphers of TLS 1.2 and 1.3");
    let Some(path) = ca else {
        return Ok(builder.with_webpki_roots().with_no_client_auth());
    };
    let unreadable = |reason: String| UpstreamError::Certificates(path.to_owned(), reason);
    let mut roots = rustls::RootCertStore::empty();
    for certificate in
        CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))?
    {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("there is none".to_owned()));
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Opens TCP connections to the URI's host, or to the one place they are told.
#[derive(Clone)]
struct Dial {
    connect_to: Option<String>,
}

impl tower_service::Service<Uri> for Dial {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let address = self.connect_to.clone().unwrap_or_else(|| address(&uri));
        Box::pin(async move {
            let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect(&address))
                .await
                .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, address))??;
            stream.set_nodelay(true)?;
            Ok(TokioIo::new(stream))
        })
    }
}

fn address(uri: &Uri) -> String {
    let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    format!("{}:{}", uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(default))
}
