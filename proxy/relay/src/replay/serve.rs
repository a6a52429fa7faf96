//! The replay of a command: its requests are admitted, routed, and answered by the replayer.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response};
use standin_archive::{ArchiveError, Scenario};
use standin_authority::StoreError;
use standin_intercept::{Chain, Context};
use standin_model::Catalog;
use standin_protocol::Call;
use standin_protocol::routing::{Route, Router};
use standin_tape::ExchangeId;

use super::miss::REQUEST_ID;
use super::{Asked, Endpoint, ReplaySession, Replayer, Waiters};
use crate::admission::Keys;
use crate::body::Body;
use crate::command::Ways;
use crate::connect::BODY_LIMIT;
use crate::events::Boundaries;
use crate::intercept::{Intercepted, Interception, Others, Via};
use crate::listener::{Answer, Listen, Listener};
use crate::refusal::Refusal;
use crate::{Clock, Invocation, Report, Session, command};

/// What to replay, and to whom.
#[derive(Clone, Debug)]
pub struct ReplayOptions {
    /// The folder of the scenario.
    pub folder: PathBuf,
    /// How the command's requests reach us.
    pub via: Via,
    /// The client's command.
    pub invocation: Invocation,
    /// Where to listen.
    pub listen: Listen,
    /// What is done to requests and answers on their way.
    pub interceptors: Arc<Chain>,
    /// What polls get.
    pub waiters: Waiters,
    /// What becomes of exchanges that the command doesn't ask for.
    pub unused: Unused,
    /// The time.
    pub clock: Clock,
}

/// What becomes of recorded exchanges that a command doesn't ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Unused {
    /// They are counted.
    #[default]
    Told,
    /// The replay fails, unless they are of these operations.
    Refused {
        /// Operations that need not be asked for.
        allowed: Vec<String>,
    },
}

/// A replay that can't begin, or whose end can't be told.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The recording can't be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The certificate authority can't be had.
    #[error(transparent)]
    Authority(#[from] StoreError),
    /// Listening or running the command failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Runs the command and answers it from the recording.
pub async fn replay(options: ReplayOptions) -> Result<Report, ReplayError> {
    let recording = Scenario::in_folder(&options.folder).read()?;
    let session = ReplaySession { seed: recording.scenario.clone(), waiters: options.waiters };
    let replayer = Replayer::new(recording, session);
    let server = Arc::new(Server::new(replayer, options.clock, options.interceptors));
    let interception = Interception::open(&options.via, Others::Refuse, options.clock)?;
    let listener =
        Listener::start(Arc::clone(&server), options.listen, interception.clone()).await?;
    server.url.get_or_init(|| listener.url());
    let interception = interception.as_deref();
    let ways = Ways { listener: &listener, via: &options.via, interception };
    let region = server.replayer.region();
    let code = command::run(&options.invocation, ways, region, server.keys.session()).await;
    listener.stop().await;
    let mut report = server.report(code?, &options.unused);
    if let Some(notice) = interception.and_then(|it| it.notice.clone()) {
        report.lines.insert(0, notice);
    }
    Ok(report)
}

/// Everything that a replay needs to answer a command's requests.
struct Server {
    replayer: Replayer,
    keys: Keys,
    router: Router,
    clock: Clock,
    /// Where we listen.
    url: std::sync::OnceLock<String>,
    evidence: Option<HeaderValue>,
    interceptors: Arc<Chain>,
    misses: Mutex<Vec<String>>,
    warnings: Mutex<Vec<String>>,
}

impl Answer for Server {
    async fn answer(self: &Arc<Self>, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let response = match body.collect(BODY_LIMIT).await {
            Ok(body) => self.respond(parts, body).await,
            Err(error) => self.refuse(&error.into(), None),
        };
        in_parts(response)
    }

    fn warn(&self, text: String) {
        lock(&self.warnings).push(text);
    }
}

impl Server {
    fn new(replayer: Replayer, clock: Clock, interceptors: Arc<Chain>) -> Self {
        Self {
            keys: Keys::new(Session::random()),
            router: Router::new(Catalog::embedded()),
            evidence: replayer.evidence().parse().ok(),
            replayer,
            clock,
            url: std::sync::OnceLock::new(),
            interceptors,
            misses: Mutex::default(),
            warnings: Mutex::default(),
        }
    }

    async fn respond(&self, parts: Parts, body: Bytes) -> Response<Bytes> {
        let route = match self.router.route(&parts, &body) {
            Ok(route) => route,
            Err(error) => return self.refuse(&error.into(), None),
        };
        let region = self.replayer.region();
        if let Err(refusal) = self.keys.admit(&parts, &body, (region, (self.clock)())) {
            return self.refuse(&refusal, Some(route.call));
        }
        let request = Request::from_parts(parts, body);
        if self.interceptors.is_empty() {
            return self.replayed(&route, request);
        }
        let context = self.context(route.call);
        let response = match self.interceptors.forward_whole(request, &context).await {
            Ok(request) => self.replayed(&route, request),
            Err(answer) => answer,
        };
        self.interceptors.answer_whole(response, &context)
    }

    fn context(&self, call: Call) -> Context {
        Context {
            call,
            account: None,
            region: Some(self.replayer.region().to_owned()),
            request_id: REQUEST_ID.to_owned(),
        }
    }

    /// The recorded answer to a request, or that there is none.
    fn replayed(&self, route: &Route, request: Request<Bytes>) -> Response<Bytes> {
        let (mut parts, body) = request.into_parts();
        route.apply(&mut parts);
        let own = Intercepted::get(&parts.extensions).map(Intercepted::origin);
        let url = self.url.get().map(String::as_str).unwrap_or_default();
        let endpoint = own.as_deref().map_or(Endpoint::Ours(url), Endpoint::Origins);
        let now = (self.clock)();
        let asked = Asked { call: route.call, parts: &parts, body: &body, endpoint, now };
        match self.replayer.answer(asked) {
            Ok(mut response) => {
                learn(&self.keys, route.call, &response);
                let headers = response.headers_mut();
                if let Some(evidence) = &self.evidence {
                    headers.insert(EVIDENCE, evidence.clone());
                }
                response
            }
            Err(miss) => {
                lock(&self.misses).push(miss.to_string());
                miss.answer()
            }
        }
    }

    fn refuse(&self, refusal: &Refusal, call: Option<Call>) -> Response<Bytes> {
        let name = |call: Call| format!("{} {}", call.service.metadata.name, call.operation.name);
        let name = call.map_or_else(|| "a request".to_owned(), name);
        lock(&self.misses).push(format!("{name} was refused: {refusal}"));
        refusal.answer(call, REQUEST_ID)
    }

    /// What the run comes to: the command's code, or that something was missed.
    fn report(&self, code: u8, unused: &Unused) -> Report {
        let (warnings, misses) = (lock(&self.warnings), lock(&self.misses));
        let mut report = Report { code, lines: [&warnings[..], &misses[..]].concat() };
        let open = self.replayer.unused();
        let recorded = self.replayer.recorded();
        if !open.is_empty() {
            let asked = recorded - open.len();
            report.lines.push(format!("{asked} of {recorded} recorded exchanges were asked for"));
        }
        let missed = match misses.len() {
            0 => None,
            1 => Some("1 request is not in the recording".to_owned()),
            count => Some(format!("{count} requests are not in the recording")),
        };
        let missing = match unused {
            Unused::Told => None,
            Unused::Refused { allowed } => missing(&open, allowed),
        };
        for fault in missing.into_iter().chain(missed) {
            report = report.found(&fault);
        }
        report
    }
}

/// Looks for credentials in an answer: the client may sign with them from now on.
pub(super) fn learn(keys: &Keys, call: Call, response: &Response<Bytes>) {
    let names = ["SecretAccessKey", "secretAccessKey", "SecretKey"];
    let text = String::from_utf8_lossy(response.body());
    if names.iter().any(|name| text.contains(name))
        && let Ok(answer) = call.parse_response(response)
    {
        keys.learn(&answer);
    }
}

/// A response whose messages are sent one by one, where its body is a stream of them.
pub(super) fn in_parts(mut response: Response<Bytes>) -> Response<Body> {
    let Some(Boundaries(ends)) = response.extensions_mut().remove() else {
        return response.map(Body::Whole);
    };
    response.map(|bytes| {
        let (pipe, body) = Body::piped(None);
        tokio::spawn(async move {
            let mut start = 0;
            for end in ends {
                // Who takes no more has gone, and who takes none for long is given up.
                if !pipe.send(bytes.slice(start..end)).await.unwrap_or(false) {
                    return;
                }
                start = end;
            }
        });
        body
    })
}

const EVIDENCE: HeaderName = HeaderName::from_static("x-standin-evidence");

/// What strictness says of exchanges that were not asked for.
fn missing(open: &[ExchangeId], allowed: &[String]) -> Option<String> {
    const NAMED: usize = 8;
    let missing: Vec<String> = open
        .iter()
        .filter(|id| !allowed.contains(&id.operation))
        .map(ExchangeId::to_string)
        .collect();
    if missing.is_empty() {
        return None;
    }
    let named = missing[..missing.len().min(NAMED)].join(", ");
    let more = missing.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("strict: the command did not ask for {named}{more}"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
