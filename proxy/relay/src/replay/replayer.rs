//! Answers requests from a recording; needs no listener.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use standin_compare::Bindings;
use standin_protocol::Call;
use standin_tape::{ExchangeId, Recording};

use super::miss::{Miss, Reason};
use super::pack::packed;
use super::prepared::{Prepared, operation};
use super::state::{Ask, State};
use crate::decode;
use crate::rewrite::Hosts;

/// Answers the requests of one session from a recording.
///
/// Nothing is ever asked of anybody else: a request has its recorded answer, or it is a [`Miss`].
pub struct Replayer {
    prepared: Arc<Prepared>,
    state: Mutex<State>,
    hosts: Hosts,
}

/// How a session replays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// What synthetic values are made from: the same seed gives the same ids, another one gives others.
    pub seed: String,
    /// What polls get.
    pub waiters: Waiters,
}

/// What a client gets that asks for the same again and again until something has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Waiters {
    /// Each recorded answer in its turn.
    #[default]
    AsRecorded,
    /// Of equal reads between two changes the last answer at once, and no pause to wait (`Retry-After: 0`).
    Fast,
}

/// A request, routed already.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'r> {
    /// Its operation.
    pub call: Call,
    /// Its head, as the operation's codec reads it (`Route::apply`).
    pub parts: &'r Parts,
    /// Its body.
    pub body: &'r Bytes,
    /// By what name the client speaks to us.
    pub endpoint: Endpoint<'r>,
    /// The time, which is also that of values that are times.
    pub now: SystemTime,
}

/// By what name a client speaks to us: scheme and host, as URLs begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint<'r> {
    /// Our own: the origin's URLs in answers are written as ours.
    Ours(&'r str),
    /// The origin's, because the request was caught on its way: URLs stay as they are.
    Origins(&'r str),
}

impl Replayer {
    /// A session that answers from a recording.
    pub fn new(recording: Recording, session: Session) -> Self {
        Self::begin(Arc::new(Prepared::new(recording)), session)
    }

    /// Another session of the same recording, at its beginning.
    #[must_use]
    pub fn begin_anew(&self, session: Session) -> Self {
        Self::begin(Arc::clone(&self.prepared), session)
    }

    fn begin(prepared: Arc<Prepared>, session: Session) -> Self {
        let state = State::new(Arc::clone(&prepared), session.seed, session.waiters);
        Self { prepared, state: Mutex::new(state), hosts: Hosts::default() }
    }

    /// The recorded answer to a request, or that there is none, and why.
    pub fn answer(&self, asked: Asked<'_>) -> Result<Response<Bytes>, Box<Miss>> {
        let call = asked.call;
        let (endpoint, ours) = match asked.endpoint {
            Endpoint::Ours(url) => (url, Some(url)),
            Endpoint::Origins(url) => (url, None),
        };
        // URLs that no variable stands for are named as they were recorded.
        let rewritten =
            ours.and_then(|ours| self.hosts.to_upstream(call, ours, (asked.body, None)));
        let body = rewritten.as_ref().unwrap_or(asked.body);
        let input = decode::input(call, asked.parts, body)
            .map_err(|error| Box::new(Miss::new(call, Reason::Unreadable(error.to_string()))))?;
        let invocation = asked.parts.headers.get("amz-sdk-invocation-id");
        let ask = Ask {
            call,
            input: &input,
            endpoint,
            invocation: invocation.and_then(|id| id.to_str().ok()),
            now: asked.now,
        };
        let response = self.state().answer(ask)?;
        let (mut parts, body) = response.into_parts();
        let body = self.hosts.to_client(call, ours, (&mut parts, body));
        let body = packed(&mut parts, body, &asked.parts.headers);
        Ok(Response::from_parts(parts, body))
    }

    /// Whether anything was recorded of an operation.
    pub fn knows(&self, call: Call) -> bool {
        self.prepared.operations.contains_key(&operation(call))
    }

    /// What answers are: `recorded:SERVICE/NAME@DATE`.
    pub fn evidence(&self) -> String {
        format!("recorded:{}", self.prepared.evidence)
    }

    /// The region of the recording.
    pub fn region(&self) -> &str {
        &self.prepared.recording.region
    }

    /// How many exchanges were recorded.
    pub fn recorded(&self) -> usize {
        let exchanges = self.prepared.recording.exchanges.iter();
        exchanges.filter(|exchange| !exchange.is_inferred()).count()
    }

    /// The recorded exchanges that nobody has asked for, in the recording's order.
    pub fn unused(&self) -> Vec<ExchangeId> {
        self.state().unused().cloned().collect()
    }

    /// The recording, and the values that its variables have in this session so far.
    pub(super) fn so_far(&self) -> (Recording, Bindings) {
        (self.prepared.recording.clone(), self.state().bindings().clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Replayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Replayer").field(&self.prepared.evidence).finish()
    }
}
