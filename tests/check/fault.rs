//! A fault at will: what passes requests on to a server and changes a word of its answers.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What is replaced, and by what.
type Change = Option<(&'static str, &'static str)>;

/// A request that passed.
pub(super) struct Seen {
    pub(super) operation: String,
    /// The access key that signed it.
    pub(super) key: String,
    pub(super) body: String,
}

/// A relay in front of a server, on a port of its own.
pub(super) struct Faulty {
    pub(super) url: String,
    state: Arc<State>,
    runtime: Option<Runtime>,
}

struct State {
    backend: String,
    client: Client<HttpConnector, Full<Bytes>>,
    change: Mutex<Change>,
    seen: Mutex<Vec<Seen>>,
}

impl Faulty {
    /// One without a fault yet.
    pub(super) fn before(backend: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let socket = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let state = Arc::new(State {
            backend: backend.to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            change: Mutex::default(),
            seen: Mutex::default(),
        });
        runtime.spawn(serve(socket, Arc::clone(&state)));
        Self { url, state, runtime: Some(runtime) }
    }

    /// From now on, answers differ so; or not at all.
    pub(super) fn set(&self, change: Change) {
        *self.state.change.lock().unwrap() = change;
    }

    /// What passed since this was last asked.
    pub(super) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.state.seen.lock().unwrap())
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
    }
}

async fn serve(socket: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = socket.accept().await {
        let state = Arc::clone(&state);
        let service = service_fn(move |request| {
            let state = Arc::clone(&state);
            async move { Ok::<_, Infallible>(state.pass(request).await) }
        });
        let serving = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(serving);
    }
}

impl State {
    async fn pass(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (mut parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        self.seen.lock().unwrap().push(Seen::of(&parts.headers, &body));
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = format!("{}{path}", self.backend).parse().unwrap();
        let request = Request::from_parts(parts, Full::new(body));
        let (mut parts, body) = self.client.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let mut text = String::from_utf8(body.to_vec()).unwrap();
        if let Some((from, to)) = *self.change.lock().unwrap() {
            text = text.replace(from, to);
        }
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Full::new(text.into()))
    }
}

impl Seen {
    fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name| headers.get(name).map_or("", |value| value.to_str().unwrap());
        let credential = header("authorization").split("Credential=").nth(1).unwrap_or_default();
        Self {
            operation: header("x-amz-target").rsplit('.').next().unwrap().to_owned(),
            key: credential.split('/').next().unwrap().to_owned(),
            body: String::from_utf8_lossy(body).into_owned(),
        }
    }
}
