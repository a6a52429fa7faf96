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
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::alias::Open;
use crate::body::{Body, PATIENCE};
use crate::connect::causes;
use crate::intercept::{Alias, Interception, Life, Opened, Tunnels};

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
    stopped: watch::Receiver<bool>,
    alive: mpsc::Sender<Infallible>,
    interception: Option<Arc<Interception>>,
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
        let way = match interception.clone() {
            Some(interception) => Way::Proxy(Tunnels {
                answer: Arc::clone(&answer),
                interception,
                own: address.to_string().parse().expect("an address is host and port"),
                life: Life { stopped: stopped.clone(), _alive: alive.clone() },
            }),
            None => Way::Endpoint(answer),
        };
        let serving = serve(socket, way, stopped.clone());
        let task = tokio::spawn(async move {
            serving.await;
            // The last tunnel is at its end when nobody can say that it lives.
            let _: Option<Infallible> = dead.recv().await;
        });
        Ok(Self { address, stop, stopped, alive, interception, task })
    }

    /// What opens further addresses beside this one, each standing for a host.
    pub(crate) fn opener<A: Answer>(&self, answer: &Arc<A>) -> Open {
        let (here, answer) = (self.address.ip(), Arc::downgrade(answer));
        let (stopped, alive) = (self.stopped.clone(), self.alive.downgrade());
        let interception = self.interception.clone();
        Box::new(move |host| {
            let gone = || io::Error::other("the listener has stopped");
            let answer = answer.upgrade().ok_or_else(gone)?;
            let life = Life { stopped: stopped.clone(), _alive: alive.upgrade().ok_or_else(gone)? };
            let socket = std::net::TcpListener::bind((here, 0))?;
            socket.set_nonblocking(true)?;
            let socket = TcpListener::from_std(socket)?;
            let address = socket.local_addr()?;
            let interception = interception.clone();
            let way = Way::Alias(Alias { host: host.clone(), address, answer, interception, life });
            tokio::spawn(serve(socket, way, stopped.clone()));
            Ok(address)
        })
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
        let Self { stop, alive, task, .. } = self;
        drop(alive);
        let _ = stop.send(true);
        let _ = task.await;
    }
}

/// What a connection to an address of ours leads to.
enum Way<A> {
    /// The endpoint.
    Endpoint(Arc<A>),
    /// The endpoint and the proxy.
    Proxy(Tunnels<A>),
    /// One host of AWS's.
    Alias(Alias<A>),
}

impl<A> Clone for Way<A> {
    fn clone(&self) -> Self {
        match self {
            Self::Endpoint(answer) => Self::Endpoint(Arc::clone(answer)),
            Self::Proxy(tunnels) => Self::Proxy(tunnels.clone()),
            Self::Alias(alias) => Self::Alias(alias.clone()),
        }
    }
}

impl<A: Answer> Way<A> {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        match self {
            Self::Endpoint(answer) => respond(answer, request).await,
            Self::Proxy(tunnels) => Box::pin(tunnels.answer(request)).await,
            Self::Alias(alias) => Box::pin(alias.answer(request)).await,
        }
    }

    /// Notes what befell a connection.
    fn warn(&self, text: String) {
        match self {
            Self::Endpoint(answer) => answer.warn(text),
            Self::Proxy(tunnels) => tunnels.answer.warn(text),
            Self::Alias(alias) => alias.answer.warn(text),
        }
    }
}

async fn serve<A: Answer>(socket: TcpListener, way: Way<A>, mut stopped: watch::Receiver<bool>) {
    let connections = GracefulShutdown::new();
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
        tokio::spawn(converse(stream, way.clone(), connections.watcher()));
    }
    drop((socket, way));
    connections.shutdown().await;
}

/// Speaks HTTP on a connection, inside of TLS where the client begins with that and the address may.
async fn converse<A: Answer>(stream: TcpStream, way: Way<A>, watcher: Watcher) {
    match &way {
        Way::Alias(alias) => match alias.begin(stream).await {
            Some(Opened::Plain(stream)) => http(stream, way, watcher).await,
            Some(Opened::Secure(stream)) => http(*stream, way, watcher).await,
            None => {}
        },
        _ => http(stream, way, watcher).await,
    }
}

async fn http<A: Answer>(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    way: Way<A>,
    watcher: Watcher,
) {
    let answering = way.clone();
    let service = service_fn(move |request| {
        let way = answering.clone();
        async move { Ok::<_, Infallible>(way.answer(request).await) }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let ended = watcher.watch(connection.into_owned()).await;
    // A client that breaks off is its own affair; one that is answered by hyper itself should know why.
    if let Err(error) = ended
        && error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)
    {
        way.warn(format!(
            "a request that can't be read was answered with 400: {}",
            causes(&*error)
        ));
    }
}

/// The answer to a request.
pub(crate) async fn respond<A: Answer>(
    answer: &Arc<A>,
    request: Request<Incoming>,
) -> Response<Body> {
    let method = request.method().clone();
    // Who waits to be told that its body is wanted sends none that must be read.
    let body = match request.headers().contains_key(header::EXPECT) {
        true => |incoming| Body::within(incoming, PATIENCE),
        false => Body::of_client,
    };
    let response = answer.answer(request.map(body)).await;
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
