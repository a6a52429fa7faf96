//! An emulator: its providers behind one gateway.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use standin_core::{Environment, Fallback, Forward, NoFallback, StreamError};
use standin_gateway::{Gateway, Providers};
use standin_model::Catalog;
use standin_store::Store;
use tokio::net::TcpListener;

use crate::client::InMemory;
use crate::{Config, FallbackChoice, providers};

/// The emulator, ready to answer.
#[derive(Debug)]
pub struct Emulator {
    gateway: Arc<Gateway>,
}

/// An emulator can't be put together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The fallback's URL can't be used.
    #[error("the fallback can't be used: {0}")]
    Fallback(String),
}

/// The ports to what answers in our place.
struct Ports {
    fallback: Arc<dyn Fallback>,
    forward: Arc<dyn Forward>,
}

impl Emulator {
    /// Puts an emulator together.
    pub fn new(config: Config) -> Result<Self, BuildError> {
        let catalog = Catalog::embedded();
        let store = Store::new();
        let providers: Arc<Providers> = Arc::new(providers::all(&store).into_iter().collect());
        let ports = ports(&config)?;
        let environment = Arc::new(Environment {
            clock: config.clock,
            ids: config.ids,
            fallback: ports.fallback,
            services: Arc::new(InMemory(providers.clone())),
        });
        let gateway_config = standin_gateway::Config {
            limits: config.limits,
            key_decoding: config.key_decoding,
            allowed_origins: config.allowed_origins,
            log: config.log,
        };
        let forward = ports.forward;
        let parts = standin_gateway::Parts { catalog, providers, environment, forward };
        let gateway = Arc::new(Gateway::new(gateway_config, parts, |_| ()));
        Ok(Self { gateway })
    }

    /// The gateway, for requests without a connection.
    pub fn gateway(&self) -> &Arc<Gateway> {
        &self.gateway
    }

    /// Answers a request without a connection.
    ///
    /// # Errors
    /// The answer's body is a stream that broke off.
    pub async fn process(&self, request: Request<Bytes>) -> Result<Response<Bytes>, StreamError> {
        self.gateway.process_bytes(request).await
    }

    /// Answers requests at a listener until `stop` is ready; then those under way are finished.
    pub async fn serve(&self, listener: TcpListener, stop: impl Future<Output = ()>) {
        standin_gateway::serve(listener, self.gateway.clone(), stop).await;
    }
}

fn ports(config: &Config) -> Result<Ports, BuildError> {
    match &config.fallback {
        FallbackChoice::None => {
            Ok(Ports { fallback: Arc::new(NoFallback), forward: Arc::new(NoFallback) })
        }
        FallbackChoice::Url(url) => Err(BuildError::Fallback(url.clone())),
    }
}
