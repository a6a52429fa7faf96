//! The gateway as a whole.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use standin_core::{Environment, Forward, KeyDecoding, StreamError};
use standin_model::Catalog;

use crate::chain::Chain;
use crate::handlers::health::Health;
use crate::{Body, BodyLimits, Log, Providers, Recordings, RequestContext, Routes, app};

/// How a gateway behaves.
#[derive(Clone)]
pub struct Config {
    /// The limits on bodies.
    pub limits: BodyLimits,
    /// Whether access keys of AWS give the account that they encode.
    pub key_decoding: KeyDecoding,
    /// Origins of pages that may call us from a browser, besides those of this machine; `*` is any.
    pub allowed_origins: Vec<String>,
    /// What stands around our own operations.
    pub interceptors: Arc<standin_intercept::Chain>,
    /// Whether inputs are checked against the constraints of the models.
    pub validation: Validation,
    /// Where faults are written to.
    pub log: Arc<dyn Log>,
}

/// Whether the inputs of providers are checked against the constraints of the models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// They are, as each service does it.
    #[default]
    On,
    /// They are not, but for what providers check themselves.
    Off,
}

/// What a gateway is put together from.
#[derive(Debug)]
pub struct Parts {
    /// The services there are.
    pub catalog: &'static Catalog,
    /// The services that we have.
    pub providers: Arc<Providers>,
    /// Clock, ids and ports.
    pub environment: Arc<Environment>,
    /// What answers the operations that we don't have.
    pub forward: Arc<dyn Forward>,
    /// What was recorded, and is answered from there.
    pub recordings: Arc<dyn Recordings>,
}

/// Answers the requests of AWS's clients.
#[derive(Debug)]
pub struct Gateway {
    chain: Chain,
    routes: Routes,
    log: LogPort,
}

/// What handlers are made from.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) catalog: &'static Catalog,
    pub(crate) providers: Arc<Providers>,
    pub(crate) environment: Arc<Environment>,
    pub(crate) forward: Arc<dyn Forward>,
    pub(crate) recordings: Arc<dyn Recordings>,
    pub(crate) routes: Routes,
}

struct LogPort(Arc<dyn Log>);

impl Gateway {
    /// A gateway; `plug` may add handlers to its chain.
    pub fn new(config: Config, parts: Parts, plug: impl FnOnce(&mut Chain)) -> Self {
        let log = LogPort(config.log.clone());
        let routes = Routes::default();
        routes.add("/_standin/health", Health::new(&parts));
        let Parts { catalog, providers, environment, forward, recordings } = parts;
        let shared = Shared {
            config,
            catalog,
            providers,
            environment,
            forward,
            recordings,
            routes: routes.clone(),
        };
        let mut chain = app::chain(&shared);
        plug(&mut chain);
        Self { chain, routes, log }
    }

    /// Answers a request.
    pub async fn process(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let mut context = RequestContext::new(parts, body);
        self.chain.run(&mut context, &*self.log.0).await;
        // A client that waits for our leave to send its body isn't sending any.
        if let (Body::Incoming(_), None) = (&context.body, context.header("expect")) {
            context.body.drain().await;
        }
        context.response.unwrap_or_else(unanswered)
    }

    /// Answers a request without a connection: both bodies are in memory.
    ///
    /// # Errors
    /// The answer's body is a stream that broke off.
    pub async fn process_bytes(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, StreamError> {
        let (parts, body) = self.process(request.map(Body::Whole)).await.into_parts();
        Ok(Response::from_parts(parts, body.collect().await?))
    }

    /// The resources besides AWS's operations, to which more can be added at any time.
    pub fn routes(&self) -> &Routes {
        &self.routes
    }
}

/// No handler made an answer: a fault of a plugin, since ours always do.
fn unanswered() -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

impl std::fmt::Debug for LogPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Log")
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("limits", &self.limits).finish_non_exhaustive()
    }
}
