//! CONNECT: a connection inside a connection, intercepted, carried, or refused.

use std::convert::Infallible;
use std::fmt::Display;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::uri::Authority as HostAndPort;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::{Intercepted, Interception, Others, is_aws, is_customers};
use crate::body::Body;
use crate::listener::{Answer, respond};

/// How long a client may take to begin to speak TLS.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// AWS's APIs are there. Other ports of its hosts (MQTT, databases) speak no HTTP, but for those below.
const HTTPS: u16 = 443;
/// A further port of hosts that begin so, for HTTP/2 and WebSockets (Amazon Transcribe's guide).
const FURTHER: [(&str, u16); 1] = [("transcribestreaming", 8443)];

/// How long connections may go on, and a way to wait for them.
#[derive(Clone)]
pub(crate) struct Life {
    /// Becomes true when the listener is told to stop.
    pub(crate) stopped: watch::Receiver<bool>,
    /// Held as long as a connection lives.
    pub(crate) _alive: mpsc::Sender<Infallible>,
}

/// What CONNECT requests of a listener lead to.
pub(crate) struct Tunnels<A> {
    pub(crate) answer: Arc<A>,
    pub(crate) interception: Arc<Interception>,
    pub(crate) life: Life,
    /// Our own address: what is asked of it is asked of the endpoint.
    pub(crate) own: HostAndPort,
}

/// Where a CONNECT request leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// To us, who answer in the host's name.
    Intercept,
    /// To the host, unseen.
    Carry,
}

impl<A> Clone for Tunnels<A> {
    fn clone(&self) -> Self {
        Self {
            answer: Arc::clone(&self.answer),
            interception: Arc::clone(&self.interception),
            life: self.life.clone(),
            own: self.own.clone(),
        }
    }
}

impl<A: Answer> Tunnels<A> {
    /// The answer to a request to a listener that is a proxy too.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        if request.method() == Method::CONNECT {
            return self.connect(request).await;
        }
        match Self::proxied(&request) {
            Some(host) if host != self.own => self.plain(request, host).await,
            _ => respond(&self.answer, request).await,
        }
    }

    /// The answer to a CONNECT request; what follows on the connection is looked after in the background.
    async fn connect(&self, mut request: Request<Incoming>) -> Response<Body> {
        let Some(target) = request.uri().authority().cloned() else {
            return refuse(StatusCode::BAD_REQUEST, "CONNECT needs HOST:PORT");
        };
        let upgrade = hyper::upgrade::on(&mut request);
        let tunnels = self.clone();
        match self.way(&target) {
            Err(reason) => {
                self.answer.warn(format!("a connection to {target} was refused: {reason}"));
                refuse(StatusCode::FORBIDDEN, &reason)
            }
            // The upstream is connected when there is something to ask it.
            Ok(Way::Intercept) => {
                tokio::spawn(async move {
                    if let Ok(stream) = upgrade.await {
                        tunnels.intercept(stream, &target).await;
                    }
                });
                Response::new(Body::empty())
            }
            Ok(Way::Carry) => match dial(target.as_str()).await {
                Err(reason) => {
                    let text = format!("no connection to {target}: {reason}");
                    self.answer.warn(text.clone());
                    refuse(StatusCode::BAD_GATEWAY, &text)
                }
                Ok(there) => {
                    tokio::spawn(async move {
                        if let Ok(stream) = upgrade.await {
                            tunnels.carry(stream, there).await;
                        }
                    });
                    Response::new(Body::empty())
                }
            },
        }
    }

    fn way(&self, target: &HostAndPort) -> Result<Way, String> {
        let Some(port) = target.port_u16() else { return Err("no port".to_owned()) };
        let host = target.host();
        match self.interception.others {
            _ if is_aws(host) && !is_customers(host) && speaks_http(host, port) => {
                Ok(Way::Intercept)
            }
            Others::Tunnel => {
                if is_aws(host) {
                    self.answer.warn(format!("a connection to {target} is not recorded"));
                }
                Ok(Way::Carry)
            }
            Others::Refuse => Err("a replay opens no connection".to_owned()),
        }
    }

    /// Speaks TLS and HTTP as the host would, and answers what is asked.
    async fn intercept(self, stream: Upgraded, target: &HostAndPort) {
        let host = target.host();
        let now = (self.interception.clock)();
        let config = match self.interception.authority.server_config(host, now) {
            Ok(config) => config,
            Err(error) => return self.answer.warn(format!("{target}: {error}")),
        };
        let mut stopped = self.life.stopped.clone();
        let handshake = TlsAcceptor::from(config).accept(TokioIo::new(stream));
        let stream = tokio::select! {
            accepted = timeout(HANDSHAKE_TIMEOUT, handshake) => match accepted {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => return self.answer.warn(broken(target, &error)),
                Err(_) => return self.answer.warn(broken(target, &"nothing came in time")),
            },
            _ = stopped.changed() => return,
        };
        let answer = Arc::clone(&self.answer);
        let service = service_fn(move |request| {
            let answer = Arc::clone(&answer);
            async move { Ok::<_, Infallible>(inside(&answer, request).await) }
        });
        let server = auto::Builder::new(TokioExecutor::new());
        let mut connection =
            pin!(server.serve_connection_with_upgrades(TokioIo::new(stream), service));
        // A client that breaks off is its own affair.
        let _ = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = stopped.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
    }

    async fn carry(self, stream: Upgraded, mut there: TcpStream) {
        let mut stopped = self.life.stopped.clone();
        let mut here = TokioIo::new(stream);
        tokio::select! {
            // How it ends is the affair of the two.
            _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// The answer to a request inside an intercepted connection.
async fn inside<A: Answer>(answer: &Arc<A>, mut request: Request<Incoming>) -> Response<Body> {
    let named = match request.headers().get(header::HOST) {
        Some(host) => host.to_str().ok().and_then(|host| host.parse::<HostAndPort>().ok()),
        // HTTP/2 names the host in the URI alone.
        None => request.uri().authority().cloned(),
    };
    // A client may ask for any host whose certificate it has seen.
    let Some(host) = named.filter(|it| is_aws(it.host()) && !is_customers(it.host())) else {
        return refuse(StatusCode::MISDIRECTED_REQUEST, "this connection leads to AWS alone");
    };
    if !request.headers().contains_key(header::HOST)
        && let Ok(value) = HeaderValue::from_str(host.as_str())
    {
        request.headers_mut().insert(header::HOST, value);
    }
    request.extensions_mut().insert(Intercepted::named(host));
    respond(answer, request).await
}

/// Whether an API is behind a port of one of AWS's hosts.
fn speaks_http(host: &str, port: u16) -> bool {
    port == HTTPS || FURTHER.iter().any(|(start, other)| host.starts_with(start) && port == *other)
}

/// A connection to `HOST:PORT`.
pub(super) async fn dial(target: &str) -> Result<TcpStream, String> {
    match timeout(CONNECT_TIMEOUT, TcpStream::connect(target)).await {
        Ok(connected) => connected.map_err(|error| error.to_string()),
        Err(_) => Err(format!("nothing within {} seconds", CONNECT_TIMEOUT.as_secs())),
    }
}

/// What to say of a client that did not get as far as asking.
fn broken(target: &HostAndPort, reason: &dyn Display) -> String {
    format!(
        "the connection to {target} broke off before a request: {reason}; a client must speak TLS and trust \
         the certificate authority (standin ca trust-help)"
    )
}

/// An answer of our own.
pub(super) fn refuse(status: StatusCode, reason: &str) -> Response<Body> {
    let mut response = Response::new(Body::Whole(format!("standin: {reason}\n").into()));
    *response.status_mut() = status;
    response
}
