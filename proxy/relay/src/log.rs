//! What passed in one run, in the order in which requests came, and the recording made of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use standin_model::{Answer, Document, Timestamp, TimestampFormat};
use standin_protocol::Call;
use standin_tape::template::escape;
use standin_tape::{
    Completeness, Exceptions, Exchange, ExchangeId, FormatVersion, Gap, Origin, Outcome, Outside,
    OutsideContent, Recording, Redacted, Rules, Scrubber, Signing, Stimulus, Wire,
};
use tokio::time::Instant;

use crate::session::random_text;
use crate::spill::Content;

/// The exchanges and the troubles of one run.
#[derive(Default)]
pub(crate) struct Log(Mutex<State>);

struct State {
    /// What is kept in files.
    outside: Outside,
    next: u64,
    under_way: u32,
    last_answer: Option<Instant>,
    kept: BTreeMap<u64, (Gap, Kept)>,
    /// The last attempt by the client's own id of the call.
    attempts: HashMap<String, u64>,
    /// What was refused or went wrong, and how often; in the order of the first time.
    problems: Vec<(String, u32)>,
    warnings: Vec<String>,
    /// How many requests an interceptor answered.
    intercepted: u32,
    /// What scrubbing took out.
    redacted: Redacted,
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
    /// The response headers, those that an output member carries left out.
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

impl Default for State {
    fn default() -> Self {
        Self {
            outside: Outside::new(random_text(32)),
            next: 0,
            under_way: 0,
            last_answer: None,
            kept: BTreeMap::new(),
            attempts: HashMap::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
            intercepted: 0,
            redacted: Redacted::default(),
        }
    }
}

impl Log {
    /// The contents that are kept in files.
    pub(crate) fn outside(&self) -> Outside {
        self.state().outside.clone()
    }

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

    /// The bytes that stand for a content in a document: its own, or a mark where it is in a file.
    pub(crate) fn blob(&self, content: Content) -> Bytes {
        match content {
            Content::Memory(bytes) => bytes,
            Content::File(file) => {
                let opened = file.clone();
                let content = OutsideContent::new(file.length(), move || {
                    Ok(Box::new(opened.open()) as Box<dyn std::io::Read>)
                });
                self.state().outside.insert(file.digest(), content)
            }
        }
    }

    /// Notes what keeps the recording from being whole.
    pub(crate) fn problem(&self, text: String) {
        let mut state = self.state();
        match state.problems.iter_mut().find(|(known, _)| *known == text) {
            Some((_, times)) => *times += 1,
            None => state.problems.push((text, 1)),
        }
    }

    /// Notes what the client may overcome by itself.
    pub(crate) fn warn(&self, text: String) {
        self.state().warnings.push(text);
    }

    /// Lets the contents that are kept in files have the marks that they have in another run.
    pub(crate) fn share_marks(&self, other: &Self) {
        let outside = other.outside();
        self.state().outside = outside;
    }

    /// When the exchanges that are kept were answered, by the clock of who answered.
    pub(crate) fn times(&self) -> Vec<Option<Timestamp>> {
        let time = |kept: &Kept| {
            let (_, date) = kept.headers.iter().find(|(name, _)| name == "date")?;
            Timestamp::parse(date, TimestampFormat::Rfc822).ok()
        };
        self.state().kept.values().map(|(_, kept)| time(kept)).collect()
    }

    /// How many exchanges are kept.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.state().kept.len()
    }

    /// An interceptor answered a request: the upstream has not seen it.
    pub(crate) fn intercepted(&self) {
        self.state().intercepted += 1;
    }

    /// How many requests interceptors answered.
    pub(crate) fn count_intercepted(&self) -> u32 {
        self.state().intercepted
    }

    /// Whether no request came.
    pub(crate) fn is_silent(&self) -> bool {
        self.state().next == 0
    }

    /// What went wrong so far.
    pub(crate) fn troubles(&self) -> Troubles {
        let state = self.state();
        let problems = state.problems.iter().map(|(text, times)| match times {
            1 => text.clone(),
            times => format!("{text} ({times} times)"),
        });
        Troubles { problems: problems.collect(), warnings: state.warnings.clone() }
    }

    /// The scrubbed recording of what passed, or why there is none.
    pub(crate) fn recording(
        &self,
        about: About,
        exceptions: &Exceptions,
    ) -> Result<Recording, Vec<String>> {
        let kept = std::mem::take(&mut self.state().kept);
        if kept.is_empty() {
            return Err(vec!["the command made no request that could be kept".to_owned()]);
        }
        let mut scrubber = Scrubber::new(exceptions.clone());
        let mut ordinals: HashMap<&'static str, u32> = HashMap::new();
        let mut refused = Vec::new();
        let mut exchanges = Vec::with_capacity(kept.len());
        for (gap, kept) in kept.into_values() {
            let operation = kept.call.operation;
            if let Err(reason) = scrubber.admit(kept.call.service, operation) {
                refused.push(reason.to_string());
                continue;
            }
            let ordinal = ordinals.entry(operation.name).or_default();
            *ordinal += 1;
            let id = ExchangeId { operation: operation.name.to_owned(), ordinal: *ordinal };
            exchanges.push(exchange(&mut scrubber, id, kept, gap));
        }
        self.state().redacted = scrubber.redacted();
        if refused.is_empty() { Ok(about.recording(exchanges)) } else { Err(refused) }
    }

    /// What scrubbing took out of the recording.
    pub(crate) fn redacted(&self) -> Redacted {
        self.state().redacted.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl About {
    fn recording(self, exchanges: Vec<Exchange>) -> Recording {
        Recording {
            exchanges,
            format: FormatVersion::CURRENT,
            scenario: self.scenario,
            stimulus: Some(Stimulus { command: self.command }),
            origin: self.origin,
            region: self.region,
            date: self.date,
            models: self.models,
            rules: Rules::builtin().used(),
            completeness: Completeness::Complete,
            variables: Vec::new(),
        }
    }
}

fn exchange(scrubber: &mut Scrubber, id: ExchangeId, kept: Kept, gap: Gap) -> Exchange {
    let Kept { call, input, answer, headers, .. } = kept;
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let of = (call.service, call.operation);
    let response_headers = scrubber.response_headers(of, &answer, headers);
    Exchange {
        id,
        service: call.service.metadata.name.to_owned(),
        after: Vec::new(),
        gap,
        input: scrubber.input(call.service, call.operation, input),
        outcome: Outcome::Answered {
            status: kept.status,
            answer: scrubber.answer(call.service, call.operation, answer),
        },
        wire: Wire {
            host: Some(escape(&kept.host).into_owned()),
            signing: if kept.presigned { Signing::Query } else { Signing::Header },
            response_headers,
            ..Wire::plain(call.protocol)
        },
    }
}
