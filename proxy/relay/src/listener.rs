//! The listener on loopback: whole requests in, whole answers out.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::connect::BODY_LIMIT;

/// What answers requests.
pub(crate) trait Answer: Send + Sync + 'static {
    /// The answer to a request.
    fn answer(&self, request: Request<Bytes>) -> impl Future<Output = Response<Bytes>> + Send;
}

/// A running listener.
pub(crate) struct Listener {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Listens on a free port of loopback, and nowhere else.
    pub(crate) async fn start<A: Answer>(answer: Arc<A>) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(socket, answer, stopped));
        Ok(Self { address, stop, task })
    }

    /// The URL that clients use.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no more connections, and waits until the requests under way are answered.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

async fn serve<A: Answer>(socket: TcpListener, answer: Arc<A>, mut stopped: watch::Receiver<bool>) {
    let connections = GracefulShutdown::new();
    let server = auto::Builder::new(TokioExecutor::new());
    loop {
        let stream = tokio::select! {
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => stream,
                // Too many open files, perhaps; some will be closed.
                Err(_) => {
                    tokio::task::yield_now().await;
                    continue;
                }
            },
            _ = stopped.changed() => break,
        };
        let answer = Arc::clone(&answer);
        let service = service_fn(move |request| {
            let answer = Arc::clone(&answer);
            async move { Ok::<_, Infallible>(respond(&*answer, request).await) }
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

async fn respond<A: Answer>(answer: &A, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let method = parts.method.clone();
    let response = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => answer.answer(Request::from_parts(parts, body.to_bytes())).await,
        Err(_) => refuse(StatusCode::PAYLOAD_TOO_LARGE),
    };
    sendable(response, &method).map(Full::new)
}

/// Leaves the framing to the server: hop headers go, and the length is the body's own unless there is none.
fn sendable(mut response: Response<Bytes>, method: &Method) -> Response<Bytes> {
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

fn refuse(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}
