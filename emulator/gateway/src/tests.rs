//! The gateway with a small provider over DynamoDB's model: its semantics, and what clients must not break.

mod bodies;
mod chain;
mod events;
mod forwarding;
mod hostile;
mod over_sockets;
mod untrusted;
mod validation;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::request::Builder;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use standin_core::{
    Context, Document, Environment, Fields, Forward, Ids, Input, KeyDecoding, NoFallback,
    NoServices, OperationHandler, Output, Provider, ServiceError, SystemClock,
};
use standin_model::Catalog;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{BodyLimits, Config, Gateway, Log, Parts, Providers, Validation, serve};

/// DynamoDB, as far as these tests need it.
struct Tables;

impl Provider for Tables {
    fn service(&self) -> &'static str {
        "dynamodb"
    }

    fn operations(&self) -> Vec<&'static str> {
        vec!["DescribeEndpoints", "DescribeLimits", "DescribeTable", "ListTables", "ListBackups"]
    }

    fn operation(self: Arc<Self>, name: &str) -> Option<OperationHandler> {
        Some(match name {
            "ListTables" => OperationHandler::new(|context, _| async move { Ok(scope(&context)) }),
            "DescribeTable" => OperationHandler::new(|_, input| async move { Err(missing(input)) }),
            "DescribeLimits" => OperationHandler::new(|_, _| async { panic!("on purpose") }),
            "DescribeEndpoints" => OperationHandler::new(|_, _| async {
                let mut fields = Fields::default();
                fields.insert("Endpoints", Document::from("not a list"));
                Ok(Document::Object(fields).into())
            }),
            "ListBackups" => OperationHandler::new(|context, _| async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                Ok(scope(&context))
            }),
            _ => return None,
        })
    }
}

/// An output that tells account, region and endpoint.
fn scope(context: &Context) -> Output {
    if context.operation != "ListTables" {
        return Document::empty().into();
    }
    let names = [context.account.as_str(), context.region.as_str(), &context.endpoint];
    let mut fields = Fields::default();
    fields.insert("TableNames", Document::list(names.map(Document::from).to_vec()));
    Document::Object(fields).into()
}

fn missing(input: Input) -> ServiceError {
    let Input { document, .. } = input;
    let name = document.get("TableName").and_then(Document::as_str).unwrap_or("-");
    ServiceError::sender("ResourceNotFoundException", format!("no {name}"))
}

/// Keeps the lines.
#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl Log for Lines {
    fn line(&self, text: &str) {
        self.0.lock().expect("not poisoned").push(text.to_owned());
    }
}

/// A gateway under test.
struct Rig {
    gateway: Arc<Gateway>,
    log: Arc<Lines>,
}

/// A gateway at a port.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: tokio::task::JoinHandle<()>,
}

/// Small limits, so that tests reach them.
fn limits() -> BodyLimits {
    BodyLimits {
        bytes: 10_000,
        pause: Duration::from_millis(200),
        event: 5_000,
        depth: 20,
        ..BodyLimits::default()
    }
}

impl Rig {
    fn new() -> Self {
        Self::with_forward(Arc::new(NoFallback))
    }

    fn with_forward(forward: Arc<dyn Forward>) -> Self {
        Self::with(Arc::new(Tables), forward)
    }

    fn with(provider: Arc<dyn Provider>, forward: Arc<dyn Forward>) -> Self {
        Self::made(Catalog::embedded(), provider, forward, Validation::On)
    }

    /// A gateway of one provider and no backend.
    fn of(catalog: &'static Catalog, provider: impl Provider) -> Self {
        Self::made(catalog, Arc::new(provider), Arc::new(NoFallback), Validation::On)
    }

    fn made(
        catalog: &'static Catalog,
        provider: Arc<dyn Provider>,
        forward: Arc<dyn Forward>,
        validation: Validation,
    ) -> Self {
        let log = Arc::new(Lines::default());
        let config = Config {
            limits: limits(),
            key_decoding: KeyDecoding::Ignored,
            allowed_origins: vec!["https://allowed.example".to_owned()],
            interceptors: Arc::default(),
            validation,
            log: log.clone(),
        };
        let environment = Environment {
            clock: Arc::new(SystemClock),
            ids: Ids::seeded(1),
            fallback: Arc::new(NoFallback),
            services: Arc::new(NoServices),
        };
        let parts = Parts {
            catalog,
            providers: Arc::new(Providers::from_iter([provider])),
            environment: Arc::new(environment),
            forward,
            recordings: Arc::new(crate::NoRecordings),
        };
        Self { gateway: Arc::new(Gateway::new(config, parts, |_| ())), log }
    }

    /// Answers in memory.
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.gateway.process_bytes(request).await.expect("whole body")
    }

    async fn listen(&self) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (stop, stopped) = oneshot::channel();
        let gateway = self.gateway.clone();
        let done = tokio::spawn(serve(listener, gateway, async move { drop(stopped.await) }));
        Server { address, stop, done }
    }
}

impl Server {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (mut parts, body) = request.into_parts();
        parts.uri = format!("http://{}{}", self.address, parts.uri).parse().expect("a URI");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let sent = client.request(Request::from_parts(parts, Full::new(body))).await;
        let (parts, body) = sent.expect("an answer").into_parts();
        Response::from_parts(parts, body.collect().await.expect("a whole body").to_bytes())
    }

    async fn stop(self) {
        drop(self.stop);
        self.done.await.expect("no panic");
    }
}

/// A signed request of DynamoDB.
fn dynamodb(operation: &str) -> Builder {
    let scope = "123456789012/20250101/eu-west-1/dynamodb/aws4_request";
    let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    Request::post("/")
        .header("authorization", signature)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
}

fn body(request: Builder, text: &str) -> Request<Bytes> {
    request.body(Bytes::copy_from_slice(text.as_bytes())).expect("a valid request")
}

fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).expect("text")
}

fn header<'r>(response: &'r Response<Bytes>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}
