//! An emulator: its providers behind one gateway.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use standin_core::{Environment, Fallback, Forward, NoFallback, StreamError};
use standin_fallback::{Backend, BackendError, Forwarder, MotoOptions};
use standin_gateway::{Gateway, NoRecordings, Providers, Recordings};
use standin_store::Store;
use tokio::net::TcpListener;

use crate::call_back::CallBack;
use crate::client::InMemory;
use crate::holding::ReleasingClock;
use crate::recorded::Replays;
use crate::{Config, FallbackChoice, providers};

/// The emulator, ready to answer.
#[derive(Debug)]
pub struct Emulator {
    gateway: Arc<Gateway>,
    backend: Option<Arc<Backend>>,
    call_back: CallBack,
    clock: ReleasingClock,
}

/// An emulator can't be put together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The fallback's URL can't be used.
    #[error("the fallback can't be used: {0}")]
    Fallback(#[from] BackendError),
}

impl Emulator {
    /// Puts an emulator together.
    pub fn new(config: Config) -> Result<Self, BuildError> {
        let catalog = config.catalog;
        let store = Store::new();
        let providers: Arc<Providers> = Arc::new(providers::all(&store).into_iter().collect());
        let ports = ports(&config, &providers)?;
        let recordings: Arc<dyn Recordings> = match config.recordings {
            none if none.is_empty() => Arc::new(NoRecordings),
            some => Arc::new(Replays::new(some)),
        };
        let clock = ReleasingClock::new(config.clock);
        let environment = Arc::new(Environment {
            clock: Arc::new(clock.clone()),
            ids: config.ids,
            fallback: ports.fallback,
            services: Arc::new(InMemory(providers.clone())),
        });
        let gateway_config = standin_gateway::Config {
            limits: config.limits,
            key_decoding: config.key_decoding,
            allowed_origins: config.allowed_origins,
            interceptors: config.interceptors,
            validation: config.validation,
            log: config.log,
        };
        let forward = ports.forward;
        let parts = standin_gateway::Parts { catalog, providers, environment, forward, recordings };
        let gateway = Arc::new(Gateway::new(gateway_config, parts, |_| ()));
        Ok(Self { gateway, backend: ports.backend, call_back: CallBack::default(), clock })
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
        if let Some(backend) = &self.backend {
            self.call_back.ensure(backend, &self.gateway).await;
        }
        self.gateway.process_bytes(request).await
    }

    /// Answers requests at a listener until `stop` is ready; then those under way are finished.
    pub async fn serve(&self, listener: TcpListener, stop: impl Future<Output = ()>) {
        if let (Some(backend), Ok(address)) = (&self.backend, listener.local_addr()) {
            // What the backend's services do to ours, they do at our own door.
            backend.set_endpoint(&local_url(address));
        }
        let stop = async {
            stop.await;
            self.clock.release();
        };
        standin_gateway::serve(listener, self.gateway.clone(), stop).await;
        self.stop().await;
    }

    /// Empties the backend, so that what comes next does not meet what was made before.
    ///
    /// # Errors
    /// The backend does not answer.
    pub async fn reset_backend(&self) -> Result<(), BackendError> {
        match &self.backend {
            Some(backend) => backend.reset().await,
            None => Ok(()),
        }
    }

    /// Starts the backend, if there is one and it isn't running: for those who must know whether it can be had.
    pub async fn start_backend(&self) -> Result<(), BackendError> {
        match &self.backend {
            Some(backend) => backend.start().await,
            None => Ok(()),
        }
    }

    /// Ends the backend's process, if there is one.
    pub async fn stop(&self) {
        if let Some(backend) = &self.backend {
            backend.stop().await;
        }
    }
}

/// The ports to what answers in our place.
struct Ports {
    fallback: Arc<dyn Fallback>,
    forward: Arc<dyn Forward>,
    backend: Option<Arc<Backend>>,
}

impl Ports {
    fn of(backend: Backend, config: &Config, native: Vec<&'static str>) -> Self {
        let backend = Arc::new(backend);
        let forwarder = Forwarder::new(backend.clone(), config.catalog, native);
        let forwarder = Arc::new(forwarder.intercepted(config.interceptors.clone()));
        Self { fallback: forwarder.clone(), forward: forwarder, backend: Some(backend) }
    }

    fn none() -> Self {
        let nothing = Arc::new(NoFallback);
        Self { fallback: nothing.clone(), forward: nothing, backend: None }
    }
}

fn ports(config: &Config, providers: &Providers) -> Result<Ports, BuildError> {
    let native: Vec<_> = providers.iter().map(|provider| provider.service()).collect();
    let backend = match &config.fallback {
        FallbackChoice::None => return Ok(Ports::none()),
        FallbackChoice::Url(url) => Backend::external(url, None)?,
        FallbackChoice::Moto { cache, environment } => {
            let log = config.log.clone();
            Backend::moto(MotoOptions {
                cache: cache.clone(),
                environment: environment.clone(),
                native: native.clone(),
                report: Arc::new(move |line| log.line(line)),
            })
        }
    };
    Ok(Ports::of(backend, config, native))
}

/// A URL of the listener that reaches it from this machine, also if it listens on all addresses.
pub(crate) fn local_url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}
