//! The limit: a relay of hyper's own parts that forwards, and does nothing else.

use std::path::PathBuf;

use clap::Args;
use http::uri::{Authority, Scheme};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;

use super::tls;
use crate::{Error, table};

/// Where the relay forwards to.
#[derive(Args, Clone, Debug)]
pub(crate) struct Relay {
    /// The upstream's URL.
    #[arg(long)]
    upstream: Uri,
    /// The certificate to trust there.
    #[arg(long)]
    upstream_ca: Option<PathBuf>,
}

type Upstreams = Client<HttpsConnector<HttpConnector>, Incoming>;

/// Serves until the process is killed; says `ready URL` as Standin does.
pub(crate) async fn relay(options: Relay) -> Result<(), Error> {
    let parts = options.upstream.into_parts();
    let scheme = parts.scheme.ok_or("the upstream's URL has no scheme")?;
    let authority = parts.authority.ok_or("the upstream's URL has no host")?;
    let connector = tls::connector(options.upstream_ca.as_deref())?;
    let client: Upstreams = Client::builder(TokioExecutor::new()).build(connector);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    table::say(&format!("ready http://{}", listener.local_addr()?));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let there = (client.clone(), scheme.clone(), authority.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| forward(request, there.clone()));
            let connection = auto::Builder::new(TokioExecutor::new());
            // A client that goes away is no failure of the benchmark.
            drop(connection.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn forward(
    request: Request<Incoming>,
    (client, scheme, authority): (Upstreams, Scheme, Authority),
) -> Result<Response<Incoming>, Error> {
    let (mut parts, body) = request.into_parts();
    let mut uri = parts.uri.into_parts();
    (uri.scheme, uri.authority) = (Some(scheme), Some(authority));
    parts.uri = Uri::from_parts(uri)?;
    parts.headers.remove(http::header::HOST);
    Ok(client.request(Request::from_parts(parts, body)).await?)
}
