//! A backend and its life: started when first needed, started anew when it dies, ended with us.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::Empty;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use standin_packages::{Cache, Environment, Package};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    BackendError, launcher,
    process::{self, Launch, Process},
};

/// A separate server that answers requests for us.
#[derive(Debug)]
pub struct Backend {
    name: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Managed(Box<Managed>),
    External { authority: http::uri::Authority },
}

/// What the default backend needs: moto, as a process of ours.
pub struct MotoOptions {
    /// Where its package is, or will be.
    pub cache: Cache,
    /// The variables of the environment, for the installation and the process.
    pub environment: Environment,
    /// The services that have a provider here, so that moto must not use its own copies of them.
    pub native: Vec<&'static str>,
    /// Hears, in one line, what takes long or went wrong.
    pub report: Report,
}

/// Hears of what takes long or went wrong.
pub type Report = Arc<dyn Fn(&str) + Send + Sync>;

struct Managed {
    package: &'static Package,
    options: MotoOptions,
    /// Our own URL, for what moto's services do to native ones.
    endpoint: OnceLock<String>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    process: Option<Process>,
    deaths: u32,
    started: Option<Instant>,
    failed: Option<(Instant, BackendError)>,
}

/// A process that lived this long did not die of its start.
const HEALTHY: Duration = Duration::from_secs(10);
/// The first pause before another start; it doubles with each death.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long an answer may be awaited before the process is asked whether it still answers at all.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a failed start answers for those that come after it.
const FAILURE_KEPT: Duration = Duration::from_secs(5);

impl Backend {
    /// moto, installed by our packages and run under our launcher.
    pub fn moto(options: MotoOptions) -> Self {
        let package = standin_packages::package("moto").expect("it is in the list");
        let name = format!("{}@{}", package.name, package.version);
        let (endpoint, state) = (OnceLock::new(), Mutex::default());
        let managed = Managed { package, options, endpoint, state };
        Self { name, kind: Kind::Managed(Box::new(managed)) }
    }

    /// Any server that speaks AWS, by its `http://HOST:PORT`; `name` is `NAME@VERSION` in evidence.
    pub fn external(url: &str, name: Option<&str>) -> Result<Self, BackendError> {
        let invalid = || BackendError::Url(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| invalid())?;
        let authority = uri.authority().cloned().ok_or_else(invalid)?;
        if uri.scheme_str() != Some("http") || !matches!(uri.path(), "" | "/") {
            return Err(invalid());
        }
        let name = name.map_or_else(|| format!("{authority}@external"), str::to_owned);
        Ok(Self { name, kind: Kind::External { authority } })
    }

    /// Its name and version, as evidence names it (`moto@5.2.5`).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tells a managed backend our own URL, before the first request; later calls change nothing.
    pub fn set_endpoint(&self, url: &str) {
        if let Kind::Managed(managed) = &self.kind {
            let _ = managed.endpoint.set(url.to_owned());
        }
    }

    /// Whether what it does to native services is handed over to them.
    pub(crate) fn is_bridged(&self) -> bool {
        matches!(&self.kind, Kind::Managed(managed) if managed.endpoint.get().is_some())
    }

    /// Whether it runs under our launcher.
    pub(crate) fn is_managed(&self) -> bool {
        matches!(self.kind, Kind::Managed(_))
    }

    /// Where it serves, once it does.
    pub(crate) async fn authority(&self) -> Result<http::uri::Authority, BackendError> {
        match &self.kind {
            Kind::External { authority } => Ok(authority.clone()),
            Kind::Managed(managed) => {
                let address = managed.address().await?.to_string();
                Ok(address.parse().expect("an address is an authority"))
            }
        }
    }

    /// Says that nothing accepts connections there any more.
    pub(crate) async fn suspect(&self, authority: &http::uri::Authority) {
        if let Kind::Managed(managed) = &self.kind {
            managed.suspect(authority.as_str()).await;
        }
    }

    /// Ready once a process of ours no longer answers anything; it is ended then. One that is only slow is left alone.
    pub(crate) async fn hangs(&self) -> BackendError {
        let Kind::Managed(managed) = &self.kind else { return std::future::pending().await };
        loop {
            sleep(PATIENCE).await;
            // While it is being started there is nobody to ask.
            let address =
                managed.state.lock().await.process.as_ref().map(|process| process.address);
            let Some(address) = address else { continue };
            if let Err(error) = process::check_health(address).await {
                managed.suspect(&address.to_string()).await;
                return BackendError::Hung(error.to_string());
            }
        }
    }

    /// Whether the process that we started is dead, which may show a moment after its connections break.
    pub(crate) async fn has_died(&self) -> bool {
        let Kind::Managed(managed) = &self.kind else { return false };
        let mut state = managed.state.lock().await;
        match &mut state.process {
            Some(process) => process.ends_soon().await,
            None => true,
        }
    }

    /// Starts it, if it isn't running; for those who can't wait at the first request.
    pub async fn start(&self) -> Result<(), BackendError> {
        self.authority().await.map(drop)
    }

    /// The id of its process, while one runs.
    pub async fn process_id(&self) -> Option<u32> {
        let Kind::Managed(managed) = &self.kind else { return None };
        managed.state.lock().await.process.as_ref().and_then(Process::id)
    }

    /// Empties a managed backend that runs; others, and one that has not been started, are left alone.
    pub async fn reset(&self) -> Result<(), BackendError> {
        let Kind::Managed(managed) = &self.kind else { return Ok(()) };
        let address = match &managed.state.lock().await.process {
            Some(process) => process.address,
            None => return Ok(()),
        };
        let request = Request::post(format!("http://{address}/_standin/reset"));
        let request = request.body(Empty::<Bytes>::new()).expect("an address is an authority");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await;
        match answer {
            Ok(response) if response.status().is_success() => Ok(()),
            _ => Err(BackendError::Reset(self.name.clone())),
        }
    }

    /// Ends its process; the next request would start another.
    pub async fn stop(&self) {
        let Kind::Managed(managed) = &self.kind else { return };
        let process = managed.state.lock().await.process.take();
        if let Some(process) = process {
            process.end().await;
        }
    }
}

impl Managed {
    async fn address(&self) -> Result<SocketAddr, BackendError> {
        let mut state = self.state.lock().await;
        if let Some(process) = &mut state.process {
            if process.is_running() {
                return Ok(process.address);
            }
            self.bury(&mut state).await;
        }
        self.start(&mut state).await
    }

    async fn suspect(&self, authority: &str) {
        let mut state = self.state.lock().await;
        let current = state.process.as_ref().map(|process| process.address.to_string());
        if current.as_deref() == Some(authority) {
            self.bury(&mut state).await;
        }
    }

    async fn bury(&self, state: &mut State) {
        let Some(process) = state.process.take() else { return };
        let lived = state.started.map(|started| started.elapsed()).unwrap_or_default();
        state.deaths = if lived >= HEALTHY { 1 } else { state.deaths + 1 };
        let ended = process.end().await;
        let name = self.package.name;
        (self.options.report)(&format!(
            "the backend {name} died, and is started anew without the state that it held: it {ended}"
        ));
    }

    async fn start(&self, state: &mut State) -> Result<SocketAddr, BackendError> {
        if let Some((since, error)) = &state.failed
            && since.elapsed() < FAILURE_KEPT
        {
            return Err(error.clone());
        }
        if let (Some(started), 2..) = (state.started, state.deaths) {
            let pause = FIRST_PAUSE.saturating_mul(1 << (state.deaths - 2).min(16));
            sleep_until(started + pause.min(LONGEST_PAUSE)).await;
        }
        state.started = Some(Instant::now());
        match self.launch().await {
            Ok(process) => {
                state.failed = None;
                Ok(state.process.insert(process).address)
            }
            Err(error) => {
                (self.options.report)(&format!("the backend {}: {error}", self.package.name));
                state.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    async fn launch(&self) -> Result<Process, BackendError> {
        let (cache, environment) = (self.options.cache.clone(), self.options.environment.clone());
        let (package, report) = (self.package, self.options.report.clone());
        let installation = tokio::task::spawn_blocking(move || {
            let installed = package.install(&cache, &environment, &|line| report(line));
            let installed = installed.map_err(|error| BackendError::Install(Arc::new(error)))?;
            let launcher = launcher::unpack(&cache).map_err(|source| BackendError::Spawn {
                program: "the launcher of moto".to_owned(),
                source: Arc::new(source),
            })?;
            Ok::<_, BackendError>((installed.program, launcher))
        });
        let installation =
            installation.await.map_err(|panic| BackendError::NotUp(panic.to_string()))?;
        let (program, launcher) = installation?;
        let mut arguments: Vec<_> = ["-E", "-s", "-B"].map(Into::into).to_vec();
        arguments.extend([launcher.into_os_string(), self.startup().into()]);
        Process::start(Launch { program, arguments, variables: self.variables() }).await
    }

    /// What the launcher is told.
    fn startup(&self) -> String {
        let (native, endpoint) = (&self.options.native, self.endpoint.get());
        serde_json::json!({ "native": native, "endpoint": endpoint }).to_string()
    }

    /// The environment without what would lead moto or its boto3 elsewhere.
    fn variables(&self) -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
        let foreign = ["AWS_", "MOTO_", "PYTHON", "FLASK_", "WERKZEUG_"];
        let variables = self.options.environment.iter();
        variables
            .filter(|(name, _)| !foreign.iter().any(|f| name.to_string_lossy().starts_with(f)))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

impl std::fmt::Debug for Managed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Managed").field("package", &self.package.name).finish_non_exhaustive()
    }
}
