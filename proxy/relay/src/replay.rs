//! `standin replay`: answers a client's command from a recording; no connection is ever opened.

mod matching;
mod mint;
mod miss;
mod state;
#[cfg(test)]
mod tests;
mod write;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use standin_archive::{ArchiveError, Scenario};
use standin_authority::StoreError;
use standin_compare::with_client_variables;
use standin_intercept::{Chain, Context};
use standin_model::Catalog;
use standin_protocol::Call;
use standin_protocol::routing::{Route, Router};
use standin_tape::Recording;

use crate::admission::Keys;
use crate::body::Body;
use crate::command::Ways;
use crate::connect::BODY_LIMIT;
use crate::intercept::{Intercepted, Interception, Others, Via};
use crate::listener::{Answer, Listen, Listener};
use crate::refusal::Refusal;
use crate::rewrite::Hosts;
use crate::{Clock, Invocation, Report, Session, command, decode};
use state::State;

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
    /// The time.
    pub clock: Clock,
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
    let recording = with_client_variables(Scenario::in_folder(&options.folder).read()?);
    let region = recording.region.clone();
    let replayer = Arc::new(Replayer::new(recording, options.clock, options.interceptors));
    let interception = Interception::open(&options.via, Others::Refuse, options.clock)?;
    let listener =
        Listener::start(Arc::clone(&replayer), options.listen, interception.clone()).await?;
    replayer.hosts.listen_at(&listener.url());
    let interception = interception.as_deref();
    let ways = Ways { listener: &listener, via: &options.via, interception };
    let session = replayer.keys.session();
    let code = command::run(&options.invocation, ways, &region, session).await;
    listener.stop().await;
    let mut report = replayer.report(code?);
    if let Some(notice) = interception.and_then(|it| it.notice.clone()) {
        report.lines.insert(0, notice);
    }
    Ok(report)
}

/// Everything that a replay needs to answer requests.
struct Replayer {
    keys: Keys,
    router: Router,
    scenario: String,
    region: String,
    clock: Clock,
    state: Mutex<State>,
    hosts: Hosts,
    interceptors: Arc<Chain>,
    misses: Mutex<Vec<String>>,
    warnings: Mutex<Vec<String>>,
}

impl Answer for Replayer {
    async fn answer(self: &Arc<Self>, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let response = match body.collect(BODY_LIMIT).await {
            Ok(body) => self.respond(parts, body).await,
            Err(error) => self.refuse(&error.into(), None),
        };
        response.map(Body::Whole)
    }

    fn warn(&self, text: String) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }
}

impl Replayer {
    async fn respond(&self, parts: Parts, body: Bytes) -> Response<Bytes> {
        let route = match self.router.route(&parts, &body) {
            Ok(route) => route,
            Err(error) => return self.refuse(&error.into(), None),
        };
        if let Err(refusal) = self.keys.admit(&parts, &body, (&self.region, (self.clock)())) {
            return self.refuse(&refusal, Some(route.call));
        }
        let context = self.context(route.call);
        let request = Request::from_parts(parts, body);
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
            region: Some(self.region.clone()),
            request_id: miss::REQUEST_ID.to_owned(),
        }
    }

    /// The recorded answer to a request, or that there is none.
    fn replayed(&self, route: &Route, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        let invocation = parts.headers.get("amz-sdk-invocation-id");
        let invocation = invocation.and_then(|id| id.to_str().ok()).map(str::to_owned);
        let mut seen = parts;
        route.apply(&mut seen);
        let own = Intercepted::get(&seen.extensions).map(Intercepted::origin);
        // URLs that no variable stands for are named as they were recorded.
        let body = match own {
            Some(_) => body,
            None => {
                let ours = self.hosts.own();
                self.hosts.to_upstream(route.call, ours, (&body, None)).unwrap_or(body)
            }
        };
        let input = match decode::input(route.call, &seen, &body) {
            Ok(input) => input,
            Err(error) => return self.miss(route.call, format!("{}: {error}", name(route.call))),
        };
        let answer = {
            let mut state = self.state();
            state.listen_at(own.as_deref().unwrap_or(self.hosts.own()));
            state.answer(route.call, &input, invocation)
        };
        match answer {
            Ok(response) => {
                if let Ok(answer) = route.call.parse_response(&response) {
                    self.keys.learn(&answer);
                }
                let (mut parts, body) = response.into_parts();
                let ours = own.is_none().then(|| self.hosts.own());
                let body = self.hosts.to_client(route.call, ours, (&mut parts, body));
                parts.headers.extend(self.evidence());
                Response::from_parts(parts, body)
            }
            Err(text) => self.miss(route.call, text),
        }
    }

    fn new(recording: Recording, clock: Clock, interceptors: Arc<Chain>) -> Self {
        let scenario = format!("{}@{}", recording.scenario, recording.date);
        Self {
            keys: Keys::new(Session::random()),
            router: Router::new(Catalog::embedded()),
            scenario,
            region: recording.region.clone(),
            clock,
            state: Mutex::new(State::new(recording, clock)),
            hosts: Hosts::default(),
            interceptors,
            misses: Mutex::default(),
            warnings: Mutex::default(),
        }
    }

    fn refuse(&self, refusal: &Refusal, call: Option<Call>) -> Response<Bytes> {
        let name = call.map_or_else(|| "a request".to_owned(), name);
        self.note(format!("{name} was refused: {refusal}"));
        refusal.answer(call, miss::REQUEST_ID)
    }

    fn miss(&self, call: Call, text: String) -> Response<Bytes> {
        let response = miss::answer(call, &text);
        self.note(text);
        response
    }

    fn note(&self, text: String) {
        self.misses.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }

    fn evidence(&self) -> Option<(http::HeaderName, http::HeaderValue)> {
        let value = format!("recorded:{}", self.scenario).parse().ok()?;
        Some((http::HeaderName::from_static("x-standin-evidence"), value))
    }

    /// What the run comes to: the command's code, or that something was missed.
    fn report(&self, code: u8) -> Report {
        let misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked, all) = self.state().coverage();
        let warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        let mut report = Report { code, lines: [&warnings[..], &misses[..]].concat() };
        if asked < all {
            report.lines.push(format!("{asked} of {all} recorded exchanges were asked for"));
        }
        match misses.len() {
            0 => report,
            1 => report.found(&"1 request is not in the recording"),
            count => report.found(&format!("{count} requests are not in the recording")),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(call: Call) -> String {
    format!("{} {}", call.service.metadata.name, call.operation.name)
}
