//! What passed in one run, in the order in which requests came, and the recording made of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use standin_model::{Answer, Document};
use standin_protocol::Call;
use standin_tape::template::{escape, escape_document};
use standin_tape::{
    Completeness, Exchange, ExchangeId, FormatVersion, Gap, Origin, Outcome, Recording, Stimulus,
    Wire,
};
use tokio::time::Instant;

/// The exchanges and the troubles of one run.
#[derive(Default)]
pub(crate) struct Log(Mutex<State>);

#[derive(Default)]
struct State {
    next: u64,
    under_way: u32,
    last_answer: Option<Instant>,
    kept: BTreeMap<u64, (Gap, Kept)>,
    /// The last attempt by the client's own id of the call.
    attempts: HashMap<String, u64>,
    problems: Vec<String>,
    warnings: Vec<String>,
}

/// A request's place in the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    /// Its ordinal, from 0.
    pub(crate) number: u64,
    gap: Gap,
}

/// One request and its answer.
pub(crate) struct Kept {
    /// The operation.
    pub(crate) call: Call,
    /// The decoded input.
    pub(crate) input: Document,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The decoded answer.
    pub(crate) answer: Answer,
    /// The upstream's host.
    pub(crate) host: String,
    /// The request was signed in its query.
    pub(crate) presigned: bool,
    /// The response headers to keep.
    pub(crate) headers: Vec<(String, String)>,
    /// The client's own id of the call, the same on each attempt.
    pub(crate) invocation: Option<String>,
}

/// What a recording says beside its exchanges.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) scenario: String,
    pub(crate) command: Vec<String>,
    pub(crate) origin: Origin,
    pub(crate) region: String,
    pub(crate) date: String,
    pub(crate) models: String,
}

/// What went wrong in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Troubles {
    /// What keeps the recording from being whole.
    pub(crate) problems: Vec<String>,
    /// What the client may have overcome.
    pub(crate) warnings: Vec<String>,
}

/// The version of how we correlate and scrub; recordings made by another may differ.
const RULES: &str = "1";

impl Log {
    /// A request came.
    pub(crate) fn arrive(&self, now: Instant) -> Ticket {
        let mut state = self.state();
        let gap = match state.last_answer {
            Some(last) if state.under_way == 0 => Gap::from_pause(now.duration_since(last)),
            _ => Gap::NONE,
        };
        let number = state.next;
        state.next += 1;
        state.under_way += 1;
        Ticket { number, gap }
    }

    /// Its answer leaves.
    pub(crate) fn leave(&self, now: Instant) {
        let mut state = self.state();
        state.under_way = state.under_way.saturating_sub(1);
        state.last_answer = Some(now);
    }

    /// Keeps an exchange; an earlier attempt at the same call is forgotten.
    pub(crate) fn keep(&self, ticket: Ticket, kept: Kept) {
        let mut state = self.state();
        if let Some(invocation) = &kept.invocation
            && let Some(earlier) = state.attempts.insert(invocation.clone(), ticket.number)
        {
            state.kept.remove(&earlier);
        }
        state.kept.insert(ticket.number, (ticket.gap, kept));
    }

    /// Notes what keeps the recording from being whole.
    pub(crate) fn problem(&self, text: String) {
        self.state().problems.push(text);
    }

    /// Notes what the client may overcome by itself.
    pub(crate) fn warn(&self, text: String) {
        self.state().warnings.push(text);
    }

    /// What went wrong so far.
    pub(crate) fn troubles(&self) -> Troubles {
        let state = self.state();
        Troubles { problems: state.problems.clone(), warnings: state.warnings.clone() }
    }

    /// The recording of what passed; none if nothing did.
    pub(crate) fn recording(&self, about: About) -> Option<Recording> {
        let kept = std::mem::take(&mut self.state().kept);
        if kept.is_empty() {
            return None;
        }
        let mut ordinals: HashMap<&'static str, u32> = HashMap::new();
        let exchanges = kept.into_values().map(|(gap, kept)| {
            let operation = kept.call.operation.name;
            let ordinal = ordinals.entry(operation).or_default();
            *ordinal += 1;
            let id = ExchangeId { operation: operation.to_owned(), ordinal: *ordinal };
            exchange(id, kept, gap)
        });
        Some(Recording {
            exchanges: exchanges.collect(),
            format: FormatVersion::CURRENT,
            scenario: about.scenario,
            stimulus: Some(Stimulus { command: about.command }),
            origin: about.origin,
            region: about.region,
            date: about.date,
            models: about.models,
            rules: RULES.to_owned(),
            completeness: Completeness::Complete,
            variables: Vec::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn exchange(id: ExchangeId, kept: Kept, gap: Gap) -> Exchange {
    let headers = kept.headers.into_iter().map(|(name, value)| (name, escape(&value).into_owned()));
    Exchange {
        id,
        service: kept.call.service.metadata.name.to_owned(),
        after: Vec::new(),
        gap,
        input: escape_document(kept.input),
        outcome: Outcome::Answered { status: kept.status, answer: escape_answer(kept.answer) },
        wire: Wire {
            host: Some(escape(&kept.host).into_owned()),
            presigned: kept.presigned,
            response_headers: headers.collect(),
            ..Wire::plain(kept.call.protocol)
        },
    }
}

fn escape_answer(answer: Answer) -> Answer {
    match answer {
        Answer::Output(output) => Answer::Output(escape_document(output)),
        Answer::Error(mut error) => {
            error.message = error.message.map(|message| escape(&message).into_owned());
            if let Document::Object(members) =
                escape_document(Document::Object(std::mem::take(&mut error.members)))
            {
                error.members = members;
            }
            Answer::Error(error)
        }
    }
}
