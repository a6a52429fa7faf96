//! A strict TLS front, as AWS's endpoints are: it has a certificate for every name, computes each signature
//! again, notes what it saw, and hands what holds to a backend.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use rustls::sign::CertifiedKey;
use standin_model::{Timestamp, TimestampFormat};
use standin_sigv4::{Payload, Signature, verify, verify_chunked};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The key that the front knows.
pub(crate) const KEY: &str = "AKIAFRONTEXAMPLE";
/// Its secret.
pub(crate) const SECRET: &str = "front/secret+that/only+the/upstream/knows";
/// Its session token.
pub(crate) const TOKEN: &str = "front-session-token-0123456789";

/// The account of the key.
pub(crate) const ACCOUNT: &str = "123456789012";

/// Who answers behind the front.
#[derive(Clone)]
pub(crate) enum Backend {
    /// A server over plain HTTP.
    Url(String),
    /// A function.
    Function(fn(&Request<Bytes>) -> Response<Bytes>),
    /// A function, by a clock that is so far ahead.
    Ahead(Duration, fn(&Request<Bytes>) -> Response<Bytes>),
}

/// What the front saw of one request.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// The name of the TLS handshake.
    pub(crate) sni: Option<String>,
    /// The host header.
    pub(crate) host: String,
    /// Region and service of the scope; none for unsigned requests.
    pub(crate) scope: Option<(String, String)>,
    /// Method, path and query.
    pub(crate) line: String,
    /// The version of HTTP.
    pub(crate) version: http::Version,
    /// What the client said of the payload.
    pub(crate) payload: Option<Payload>,
    /// Whether the signature held.
    pub(crate) verified: bool,
}

/// A running front.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    /// The certificate to trust.
    pub(crate) ca: PathBuf,
    sights: Arc<Mutex<Vec<Sight>>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Front {
    /// Starts a front with a certificate authority of its own. It speaks HTTP/1.1, as most of AWS does.
    pub(crate) fn start(backend: Backend) -> Self {
        Self::speaking(&[b"http/1.1"], backend)
    }

    /// Starts a front that speaks HTTP/2 to whoever can.
    pub(crate) fn start_http2(backend: Backend) -> Self {
        Self::speaking(&[b"h2", b"http/1.1"], backend)
    }

    fn speaking(protocols: &[&[u8]], backend: Backend) -> Self {
        let authority = Authority::new();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let socket = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = socket.local_addr().expect("bound");
        let ca = std::env::temp_dir().join(format!(
            "standin-front-{}-{}.pem",
            std::process::id(),
            address.port()
        ));
        std::fs::write(&ca, &authority.pem).expect("writable");
        let sights = Arc::new(Mutex::new(Vec::new()));
        let protocols = protocols.iter().map(|name| name.to_vec()).collect();
        runtime.spawn(serve(socket, (authority, protocols), backend, Arc::clone(&sights)));
        Self { address, ca, sights, runtime: Some(runtime) }
    }

    /// The front as a URL.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// What was seen so far.
    pub(crate) fn sights(&self) -> Vec<Sight> {
        self.sights.lock().expect("no panic").clone()
    }

    /// The environment that has the front's credentials.
    pub(crate) fn credentials() -> [(&'static str, &'static str); 3] {
        [
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_SESSION_TOKEN", TOKEN),
        ]
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.ca);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
    }
}

async fn serve(
    socket: TcpListener,
    (authority, protocols): (Authority, Vec<Vec<u8>>),
    backend: Backend,
    sights: Arc<Mutex<Vec<Sight>>>,
) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(authority));
    config.alpn_protocols = protocols;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    while let Ok((stream, _)) = socket.accept().await {
        let (acceptor, backend, sights) = (acceptor.clone(), backend.clone(), Arc::clone(&sights));
        tokio::spawn(async move { converse(stream, acceptor, backend, sights).await });
    }
}

async fn converse(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    backend: Backend,
    sights: Arc<Mutex<Vec<Sight>>>,
) {
    // A client that distrusts us breaks off here.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let sni = stream.get_ref().1.server_name().map(str::to_owned);
    let service = service_fn(move |request| {
        let (backend, sights, sni) = (backend.clone(), Arc::clone(&sights), sni.clone());
        async move { Ok::<_, Infallible>(answer(request, &backend, &sights, sni).await) }
    });
    let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
    let _ = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    backend: &Backend,
    sights: &Mutex<Vec<Sight>>,
    sni: Option<String>,
) -> Response<Full<Bytes>> {
    let (mut parts, body) = request.into_parts();
    if let Some(host) = parts.uri.authority().filter(|_| !parts.headers.contains_key("host")) {
        // HTTP/2 names the host in the URI alone.
        let host = host.as_str().parse().expect("a host");
        parts.headers.insert("host", host);
    }
    let body = body.collect().await.expect("a whole body").to_bytes();
    let signature = Signature::of(&parts).expect("a readable signature");
    let verified = signature.as_ref().is_some_and(|it| holds((&parts, &body), it, backend.now()));
    let sight = Sight {
        sni,
        host: parts.headers["host"].to_str().expect("text").to_owned(),
        scope: signature.as_ref().map(|it| (it.scope.region.clone(), it.scope.service.clone())),
        line: format!(
            "{} {}",
            parts.method,
            parts.uri.path_and_query().map_or("/", |it| it.as_str())
        ),
        version: parts.version,
        payload: Payload::of(&parts.headers).ok(),
        verified,
    };
    sights.lock().expect("no panic").push(sight);
    if signature.is_some() && !verified {
        return refusal(&body, backend.now());
    }
    match backend {
        Backend::Function(_) | Backend::Ahead(..) if asks_who(&body) => identity(),
        Backend::Function(function) | Backend::Ahead(_, function) => {
            function(&Request::from_parts(parts, body)).map(Full::new)
        }
        Backend::Url(url) => forward(Request::from_parts(parts, body), url).await,
    }
}

impl Backend {
    /// The time by its clock.
    #[expect(clippy::disallowed_methods, reason = "the front is a server of its own")]
    fn now(&self) -> SystemTime {
        match self {
            Self::Ahead(by, _) => SystemTime::now() + *by,
            _ => SystemTime::now(),
        }
    }
}

fn holds(
    (parts, body): (&http::request::Parts, &Bytes),
    signature: &Signature,
    now: SystemTime,
) -> bool {
    let ours = signature.access_key_id == KEY
        && has_token(parts)
        && verify(parts, body, signature, SECRET).is_ok()
        && is_recent(signature, now);
    let chunked = Payload::of(&parts.headers).is_ok_and(|payload| payload.signs_chunks());
    ours && (!chunked || verify_chunked(body, signature, SECRET).is_ok())
}

fn has_token(parts: &http::request::Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    let in_query = query.contains(&format!("X-Amz-Security-Token={TOKEN}"));
    in_query || parts.headers.get("x-amz-security-token").is_some_and(|token| token == TOKEN)
}

fn is_recent(signature: &Signature, now: SystemTime) -> bool {
    let age = signature.time().and_then(|time| now.duration_since(time).ok());
    age.is_some_and(|age| age < Duration::from_mins(5))
}

/// Whether STS is asked whose credentials these are.
fn asks_who(body: &Bytes) -> bool {
    body.windows(24).any(|window| window == b"Action=GetCallerIdentity")
}

fn identity() -> Response<Full<Bytes>> {
    let result =
        format!("<GetCallerIdentityResult><Account>{ACCOUNT}</Account></GetCallerIdentityResult>");
    let body = format!("<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>");
    let response = Response::builder().header("content-type", "text/xml");
    response.body(Full::new(body.into())).expect("a valid response")
}

fn refusal(request: &Bytes, now: SystemTime) -> Response<Full<Bytes>> {
    let (kind, body) = if request.starts_with(b"Action=") {
        (
            "text/xml",
            "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>",
        )
    } else {
        ("application/json", r#"{"__type":"InvalidSignatureException","message":"it is another"}"#)
    };
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let seconds = i64::try_from(seconds).expect("in range");
    let date = Timestamp::from_unix(seconds, 0).expect("in range").format(TimestampFormat::Rfc822);
    let response =
        Response::builder().status(403).header("content-type", kind).header("date", date);
    response.body(Full::new(body.into())).expect("a valid response")
}

/// Sends a request on as it came, host included.
async fn forward(request: Request<Bytes>, url: &str) -> Response<Full<Bytes>> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = format!("{url}{path}").parse().expect("a valid URI");
    parts.version = http::Version::HTTP_11;
    let client: Client<HttpConnector, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(Request::from_parts(parts, Full::new(body))).await;
    let (mut parts, body) = response.expect("the backend answers").into_parts();
    parts.headers.remove("transfer-encoding");
    parts.headers.remove("connection");
    let body = body.collect().await.expect("a whole body").to_bytes();
    Response::from_parts(parts, Full::new(body))
}

/// Makes a certificate for each name it is asked for.
#[derive(Debug)]
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    fn leaf(&self, name: &str) -> CertifiedKey {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let leaf = params.signed_by(&key, &self.issuer).expect("a certificate");
        let private = PrivateKeyDer::try_from(key.serialize_der()).expect("PKCS#8");
        let signing = rustls::crypto::ring::sign::any_supported_type(&private).expect("ECDSA");
        CertifiedKey::new(vec![leaf.der().clone()], signing)
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // Clients that dial an address name no host.
        Some(Arc::new(self.leaf(hello.server_name().unwrap_or("127.0.0.1"))))
    }
}
