//! Recordings that answer before the providers do.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use standin_core::Context;
use standin_gateway::{Asked, Recorded, Recordings};
use standin_protocol::Call;
use standin_relay::{Endpoint, ReplaySession, Replayer};
use standin_tape::Recording;

/// Recordings, each at its own place in each session.
#[derive(Debug)]
pub(crate) struct Replays {
    recordings: Vec<Replayer>,
    sessions: Mutex<BTreeMap<String, Arc<Session>>>,
}

/// The recordings as one session's clients have met them.
#[derive(Debug)]
struct Session {
    replayers: Vec<Replayer>,
    /// The one that answered last, which is asked first: what follows is likely of the same scenario.
    last: AtomicUsize,
}

impl Replays {
    pub(crate) fn new(recordings: Vec<Recording>) -> Self {
        let session = ReplaySession::default();
        let recordings = recordings.into_iter();
        let recordings = recordings.map(|recording| Replayer::new(recording, session.clone()));
        Self { recordings: recordings.collect(), sessions: Mutex::default() }
    }

    /// Sessions are told apart by account and by the name in the access key.
    fn session(&self, context: &Context) -> Arc<Session> {
        let name = context.caller.session.as_deref().unwrap_or_default();
        let key = format!("{}/{name}", context.account);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = sessions.entry(key.clone()).or_insert_with(|| Arc::new(self.begin(&key)));
        Arc::clone(begun)
    }

    fn begin(&self, seed: &str) -> Session {
        let session = ReplaySession { seed: seed.to_owned(), ..ReplaySession::default() };
        let replayers = self.recordings.iter().map(|replayer| replayer.begin_anew(session.clone()));
        Session { replayers: replayers.collect(), last: AtomicUsize::new(0) }
    }
}

impl Recordings for Replays {
    fn knows(&self, call: Call) -> bool {
        // A stream of events is answered while it is sent, not when it has ended.
        call.event_stream_input().is_none()
            && self.recordings.iter().any(|replayer| replayer.knows(call))
    }

    fn answer(&self, asked: Asked<'_>) -> Option<Recorded> {
        let session = self.session(asked.context);
        let last = session.last.load(Ordering::Relaxed);
        let order =
            std::iter::once(last).chain((0..session.replayers.len()).filter(|at| *at != last));
        order.filter_map(|at| Some((at, session.replayers.get(at)?))).find_map(|(at, replayer)| {
            let response = replayer.answer(replayed(asked)).ok()?;
            session.last.store(at, Ordering::Relaxed);
            let evidence = HeaderValue::from_str(&replayer.evidence());
            Some(Recorded { response, evidence: evidence.unwrap_or(UNNAMED) })
        })
    }
}

/// Of a recording whose name no header can hold.
const UNNAMED: HeaderValue = HeaderValue::from_static("recorded");

fn replayed(asked: Asked<'_>) -> standin_relay::Asked<'_> {
    let now = asked.context.now();
    let seconds = u64::try_from(now.seconds()).unwrap_or_default();
    standin_relay::Asked {
        call: asked.call,
        parts: asked.head,
        body: asked.body,
        endpoint: Endpoint::Ours(&asked.context.endpoint),
        now: SystemTime::UNIX_EPOCH + Duration::new(seconds, now.nanos()),
    }
}
