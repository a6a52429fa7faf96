//! The listener on loopback: requests in, answers out, bodies as they come; CONNECT where it is a proxy too.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use http::{Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::body::Body;
use crate::intercept::{Interception, Life, Tunnels};

/// What answers requests.
pub(crate) trait Answer: Send + Sync + 'static {
    /// The answer to a request.
    fn answer(
        self: &Arc<Self>,
        request: Request<Body>,
    ) -> impl Future<Output = Response<Body>> + Send;

    /// Notes what befell a connection before it came to a request.
    fn warn(&self, text: String);
}

/// Where to listen: a free port of loopback, unless it is told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen(SocketAddr);

impl Default for Listen {
    fn default() -> Self {
        Self((Ipv4Addr::LOCALHOST, 0).into())
    }
}

impl Listen {
    /// What to say of an address that others than this machine reach; none for loopback.
    pub fn warning(&self) -> Option<String> {
        let address = self.0.ip();
        (!address.is_loopback()).then(|| {
            format!(
                "warning: listening on {address}: traffic is plain HTTP, and whoever gets hold of this \
                 run's dummy key there acts with your credentials"
            )
        })
    }
}

impl FromStr for Listen {
    type Err = &'static str;

    /// `ADDRESS`, `ADDRESS:PORT` or `PORT`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(port) = text.parse::<u16>() {
            return Ok(Self((Ipv4Addr::LOCALHOST, port).into()));
        }
        let address = text.parse().map(|address: IpAddr| (address, 0).into());
        let address = address.or_else(|_| text.parse());
        address.map(Self).map_err(|_| "expected ADDRESS, ADDRESS:PORT or PORT")
    }
}

/// The address by which this machine reaches a listener.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        ip if !ip.is_unspecified() => address,
        IpAddr::V4(_) => (Ipv4Addr::LOCALHOST, address.port()).into(),
        IpAddr::V6(_) => (Ipv6Addr::LOCALHOST, address.port()).into(),
    }
}

/// A running listener.
pub(crate) struct Listener {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Listens where it is told; is a proxy too where it may intercept.
    pub(crate) async fn start<A: Answer>(
        answer: Arc<A>,
        listen: Listen,
        interception: Option<Arc<Interception>>,
    ) -> io::Result<Self> {
        let socket = TcpListener::bind(listen.0).await.map_err(|error| {
            io::Error::new(error.kind(), format!("can't listen on {}: {error}", listen.0))
        })?;
        let address = reachable(socket.local_addr()?);
        let (stop, stopped) = watch::channel(false);
        let (alive, mut dead) = mpsc::channel(1);
        let tunnels = interception.map(|interception| Tunnels {
            answer: Arc::clone(&answer),
            interception,
            own: address.to_string().parse().expect("an address is host and port"),
            life: Life { stopped: stopped.clone(), _alive: alive },
        });
        let task = tokio::spawn(async move {
            serve(socket, (answer, tunnels), stopped).await;
            // The last tunnel is at its end when nobody can say that it lives.
            let _: Option<Infallible> = dead.recv().await;
        });
        Ok(Self { address, stop, task })
    }

    /// The URL that clients use.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address that clients use, `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, and waits until the requests under way are answered.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

async fn serve<A: Answer>(
    socket: TcpListener,
    (answer, tunnels): (Arc<A>, Option<Tunnels<A>>),
    mut stopped: watch::Receiver<bool>,
) {
    let connections = GracefulShutdown::new();
    let server = auto::Builder::new(TokioExecutor::new());
    loop {
        let stream = tokio::select! {
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => {
                    // Small answers must not wait for each other; where it can't be had, they do.
                    let _ = stream.set_nodelay(true);
                    stream
                }
                // Too many open files, perhaps; some will be closed.
                Err(_) => {
                    tokio::task::yield_now().await;
                    continue;
                }
            },
            _ = stopped.changed() => break,
        };
        let (answer, tunnels) = (Arc::clone(&answer), tunnels.clone());
        let service = service_fn(move |request| {
            let (answer, tunnels) = (Arc::clone(&answer), tunnels.clone());
            async move {
                Ok::<_, Infallible>(match tunnels {
                    Some(tunnels) => tunnels.answer(request).await,
                    None => respond(&answer, request).await,
                })
            }
        });
        let connection =
            server.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let watched = connections.watch(connection);
        // A client that breaks off is its own affair.
        tokio::spawn(async move { drop(watched.await) });
    }
    drop(socket);
    connections.shutdown().await;
}

/// The answer to a request.
pub(crate) async fn respond<A: Answer>(
    answer: &Arc<A>,
    request: Request<Incoming>,
) -> Response<Body> {
    let method = request.method().clone();
    let response = answer.answer(request.map(Body::Incoming)).await;
    sendable(response, &method)
}

/// Leaves the framing to the server: hop headers go, and the length is the body's own unless there is none.
fn sendable(mut response: Response<Body>, method: &Method) -> Response<Body> {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return response;
    }
    let headers = response.headers_mut();
    for name in [header::CONNECTION, header::TRANSFER_ENCODING, header::TRAILER, header::UPGRADE] {
        headers.remove(name);
    }
    headers.remove("keep-alive");
    if method != Method::HEAD {
        headers.remove(header::CONTENT_LENGTH);
    }
    response
}
