//! HTTP to a backend: pooled connections, bodies as streams, a connection that starts the backend if need be.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper_util::{
    client::legacy::{self, Client},
    rt::{TokioExecutor, TokioIo},
};
use standin_core::{ByteStream, Chunks, StreamError};
use tokio::net::TcpStream;
use tower_service::Service;

use crate::{Backend, BackendError};

/// Sends requests to one backend.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    backend: Arc<Backend>,
    client: Client<Connector, Outgoing>,
}

/// A request could not be sent, or its answer did not come.
#[derive(Debug)]
pub(crate) enum TransportError {
    /// There is no backend to send it to.
    Backend(BackendError),
    /// The backend broke off.
    Broken(legacy::Error),
    /// The client broke off.
    Request(StreamError),
}

/// The authority under which the pool keeps connections; the connector knows the real one.
const AUTHORITY: &str = "backend";

/// Requests up to this size are kept until they are answered.
const RESENT_LIMIT: u64 = 1 << 20;

impl Transport {
    pub(crate) fn new(backend: Arc<Backend>) -> Self {
        let connector = Connector(backend.clone());
        Self { client: Client::builder(TokioExecutor::new()).build(connector), backend }
    }

    /// Sends a request whose URI has a path and a query only.
    ///
    /// A small one is sent again if a backend of ours dies before it answers: what the first attempt did is gone
    /// with that process.
    pub(crate) async fn send(
        &self,
        request: Request<ByteStream>,
    ) -> Result<Response<ByteStream>, TransportError> {
        let length = content_length(&request);
        if !self.backend.is_managed() || length.is_none_or(|length| length > RESENT_LIMIT) {
            return self.send_once(request).await;
        }
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(TransportError::Request)?;
        let first = Request::from_parts(parts.clone(), body.clone().into());
        match self.send_once(first).await {
            Err(TransportError::Broken(_) | TransportError::Backend(BackendError::Hung(_)))
                if self.backend.has_died().await =>
            {
                self.send_once(Request::from_parts(parts, body.into())).await
            }
            sent => sent,
        }
    }

    async fn send_once(
        &self,
        request: Request<ByteStream>,
    ) -> Result<Response<ByteStream>, TransportError> {
        let length = content_length(&request);
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = Uri::builder()
            .scheme("http")
            .authority(AUTHORITY)
            .path_and_query(path)
            .build()
            .expect("a path that was parsed is one");
        parts.version = http::Version::HTTP_11;
        let request = Request::from_parts(parts, Outgoing { body, length });
        let answer = self.client.request(request);
        let response = tokio::select! {
            answer = answer => answer.map_err(TransportError::from)?,
            error = self.backend.hangs() => return Err(TransportError::Backend(error)),
        };
        Ok(response.map(|body| ByteStream::new(Answer(body))))
    }
}

/// The length of a body, where it is known before it is read.
fn content_length(request: &Request<ByteStream>) -> Option<u64> {
    let headers = request.headers();
    match headers.get(http::header::CONTENT_LENGTH) {
        Some(length) => length.to_str().ok()?.parse().ok(),
        None if matches!(*request.method(), Method::GET | Method::HEAD) => Some(0),
        None => None,
    }
}

impl From<legacy::Error> for TransportError {
    fn from(error: legacy::Error) -> Self {
        let source = std::error::Error::source(&error);
        match source.and_then(|source| source.downcast_ref::<BackendError>()) {
            Some(backend) => Self::Backend(backend.clone()),
            None => Self::Broken(error),
        }
    }
}

/// The body of a request on its way out.
struct Outgoing {
    body: ByteStream,
    length: Option<u64>,
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        self.body.poll_next(task).map(|chunk| chunk.map(|bytes| bytes.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.length == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// The body of an answer on its way back.
struct Answer(Incoming);

impl Chunks for Answer {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StreamError>>> {
        loop {
            let frame = match Pin::new(&mut self.0.frame()).poll(task) {
                Poll::Ready(Some(Ok(frame))) => frame,
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(StreamError(error.to_string()))));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            };
            // Trailers of the connection are not the answer's.
            if let Ok(bytes) = frame.into_data() {
                return Poll::Ready(Some(Ok(bytes)));
            }
        }
    }
}

/// Connects to the backend, which is started if it doesn't run.
#[derive(Clone, Debug)]
struct Connector(Arc<Backend>);

/// How often a refused connection is tried again, with a backend started anew.
const ATTEMPTS: usize = 3;

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let backend = self.0.clone();
        Box::pin(async move { Ok(connect(&backend).await?) })
    }
}

async fn connect(backend: &Backend) -> Result<TokioIo<TcpStream>, BackendError> {
    let mut failed = None;
    for _ in 0..ATTEMPTS {
        let authority = backend.authority().await?;
        match open(&authority).await {
            Ok(stream) => return Ok(TokioIo::new(stream)),
            Err(error) => failed = Some(error),
        }
        backend.suspect(&authority).await;
    }
    let reason = failed.map(|error| error.to_string()).unwrap_or_default();
    Err(BackendError::NotUp(reason))
}

async fn open(authority: &http::uri::Authority) -> io::Result<TcpStream> {
    let port = authority.port_u16().unwrap_or(80);
    let host = authority.host().trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
