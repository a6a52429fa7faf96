//! The listener: HTTP/1.1 and HTTP/2 with prior knowledge on one port.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use crate::{Body, Gateway};

/// How long a client may take for the head of a request, and a connection stay idle.
const HEAD_TIMEOUT: Duration = Duration::from_mins(1);

/// How long requests under way are waited for at the end.
const GRACE: Duration = Duration::from_secs(5);

/// How long no connection is accepted after one could not be, for want of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Answers requests at a listener until `stop` is ready; then those under way are finished.
pub async fn serve(listener: TcpListener, gateway: Arc<Gateway>, stop: impl Future<Output = ()>) {
    let server = server();
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connect(&server, &connections, stream, gateway.clone()),
                Err(error) => after_failed_accept(&error).await,
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    // Long polls may take longer than anyone who stops a server wants to wait.
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

fn server() -> Builder<TokioExecutor> {
    let mut server = Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    server.http2().timer(TokioTimer::new());
    server
}

fn connect(
    server: &Builder<TokioExecutor>,
    connections: &GracefulShutdown,
    stream: TcpStream,
    gateway: Arc<Gateway>,
) {
    // A socket that refuses the option only answers more slowly.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let gateway = gateway.clone();
        async move { Ok::<_, Infallible>(gateway.process(request.map(Body::Incoming)).await) }
    });
    let connection = server.serve_connection(TokioIo::new(stream), service).into_owned();
    let connection = connections.watch(connection);
    // How a connection ends is its client's business.
    tokio::spawn(async move { drop(connection.await) });
}

async fn after_failed_accept(error: &io::Error) {
    let of_connection = [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionRefused,
    ];
    if !of_connection.contains(&error.kind()) {
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}
