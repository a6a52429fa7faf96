//! What a session of a replay remembers: what was answered, and the values of variables.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::Response;
use standin_compare::Bindings;
use standin_model::{Document, Effect};
use standin_protocol::Call;
use standin_tape::{ExchangeId, VariableKind};

use super::fingerprint::Sums;
use super::index::{Index, Shelf};
use super::matching::{differences, is_match};
use super::mint::Setting;
use super::miss::{Miss, Reason, scrubbed};
use super::prepared::{Prepared, operation};
use super::resources::{Bounds, ClassId, Progress};
use super::retries::{Earlier, Retries, token};
use super::{Waiters, mint, write};

/// A recording on its way.
#[derive(Debug)]
pub(super) struct State {
    prepared: Arc<Prepared>,
    seed: String,
    waiters: Waiters,
    consumed: Vec<bool>,
    /// How many exchanges each one still waits for.
    before: Vec<u32>,
    bindings: Bindings,
    /// What may be asked for next.
    open: Index,
    /// Reads that were answered, and may be once more.
    answered: Index,
    /// Exchanges in `open` that are to be found by the value of a variable once it has one.
    unbound: HashMap<String, Vec<u32>>,
    progress: Progress,
    retries: Retries,
    minted: u64,
}

/// A request as the recording sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub(super) call: Call,
    pub(super) input: &'a Document,
    /// Our own URL as the client knows it.
    pub(super) endpoint: &'a str,
    /// The client's own id of the call, the same on each attempt.
    pub(super) invocation: Option<&'a str>,
    pub(super) now: SystemTime,
}

/// An exchange that a request is, with the values that the variables of its input have by it.
struct Found {
    exchange: u32,
    bindings: Bindings,
}

impl State {
    pub(super) fn new(prepared: Arc<Prepared>, seed: String, waiters: Waiters) -> Self {
        let mut state = Self {
            consumed: prepared
                .recording
                .exchanges
                .iter()
                .map(standin_tape::Exchange::is_inferred)
                .collect(),
            before: prepared.parts.iter().map(|part| part.before).collect(),
            bindings: prepared.bindings.clone(),
            open: Index::default(),
            answered: Index::default(),
            unbound: HashMap::new(),
            progress: Progress::new(&prepared.resources),
            retries: Retries::default(),
            minted: 0,
            seed,
            waiters,
            prepared,
        };
        for number in 0..state.count() {
            if state.before[number as usize] == 0 && !state.consumed[number as usize] {
                state.offer(number);
            }
        }
        state
    }

    /// The recorded answer to a request, or why there is none.
    pub(super) fn answer(&mut self, ask: Ask<'_>) -> Result<Response<Bytes>, Box<Miss>> {
        self.prepared.listen_at(ask.endpoint, &mut self.bindings);
        let sums = Sums::of(ask.call, ask.input, ask.endpoint);
        let whole = sums.without(&[]);
        if let Some(earlier) = self.retries.attempt(ask.invocation, (ask.call, whole)) {
            return Ok(earlier.response.clone());
        }
        let sent = token(ask.call, ask.input).map(str::to_owned);
        if let Some(response) = self.sent_again(ask, &sums, sent.as_deref()) {
            return Ok(response);
        }
        let Some(found) = self.find(ask, &sums) else { return Err(Box::new(self.explain(ask))) };
        let number = found.exchange;
        let response = self.take(ask, &found)?;
        let earlier = Earlier { exchange: number, sum: whole, response: response.clone() };
        self.retries.keep(ask.call, (ask.invocation, sent.as_deref()), &earlier);
        Ok(response)
    }

    /// The exchanges that nobody has asked for.
    pub(super) fn unused(&self) -> impl Iterator<Item = &ExchangeId> {
        let exchanges = self.prepared.recording.exchanges.iter().zip(&self.consumed);
        exchanges.filter(|(_, consumed)| !**consumed).map(|(exchange, _)| &exchange.id)
    }

    /// The answer to a request that has the token of an earlier one, unless the recording has that twice too.
    fn sent_again(&self, ask: Ask<'_>, sums: &Sums, sent: Option<&str>) -> Option<Response<Bytes>> {
        let earlier = self.retries.token(ask.call, sent?)?;
        let recorded = |number: u32| token(ask.call, &self.prepared.exchange(number).input);
        let has_twin = || {
            let twins = self.open.find(operation(ask.call), sums);
            let mut twins = twins.flat_map(Shelf::classes).flat_map(|(_, exchanges)| exchanges);
            twins.any(|twin| recorded(*twin) == recorded(earlier.exchange))
        };
        (earlier.sum == sums.without(&[]) && !has_twin()).then(|| earlier.response.clone())
    }

    /// The exchange that a request is.
    fn find(&self, ask: Ask<'_>, sums: &Sums) -> Option<Found> {
        let is_read = Effect::of(ask.call.service, ask.call.operation) == Effect::Reads;
        let window = |class| self.progress.window(&self.prepared.resources, class);
        if !is_read {
            // Changes come when the client makes them; the recorded order is preferred.
            let in_order = |class| Bounds { from: 0, to: window(class).narrow.to };
            let any = |_| Bounds { from: 0, to: u32::MAX };
            return self.lowest(ask, sums, &in_order).or_else(|| self.lowest(ask, sums, &any));
        }
        self.lowest(ask, sums, &|class| window(class).narrow)
            .or_else(|| self.repeated(ask, sums))
            .or_else(|| self.lowest(ask, sums, &|class| window(class).wide))
    }

    /// The first exchange within bounds that was not asked for yet.
    fn lowest(
        &self,
        ask: Ask<'_>,
        sums: &Sums,
        bounds: &dyn Fn(ClassId) -> Bounds,
    ) -> Option<Found> {
        let mut best: Option<Found> = None;
        let is_after =
            |best: &Option<Found>, number| best.as_ref().is_some_and(|it| it.exchange < number);
        for shelf in self.open.find(operation(ask.call), sums) {
            for (class, exchanges) in shelf.classes() {
                if exchanges.first().is_some_and(|first| is_after(&best, *first)) {
                    break;
                }
                let Bounds { from, to } = bounds(class);
                if from > to {
                    continue;
                }
                let within = exchanges.range(from..=to);
                let mut within = within.take_while(|number| !is_after(&best, **number));
                if let Some(found) = within.find_map(|number| self.fit(ask, *number)) {
                    best = Some(found);
                }
            }
        }
        best
    }

    /// The last answer to the same read, if nothing has changed since.
    fn repeated(&self, ask: Ask<'_>, sums: &Sums) -> Option<Found> {
        let mut best: Option<Found> = None;
        let shelves = self.answered.find(operation(ask.call), sums);
        for (class, exchanges) in shelves.flat_map(Shelf::classes) {
            let from = self.progress.window(&self.prepared.resources, class).narrow.from;
            let mut found = exchanges.range(from..).rev().filter_map(|it| self.fit(ask, *it));
            if let Some(found) = found.next()
                && best.as_ref().is_none_or(|best| best.exchange < found.exchange)
            {
                best = Some(found);
            }
        }
        best
    }

    fn fit(&self, ask: Ask<'_>, number: u32) -> Option<Found> {
        let mut bindings = self.prepared.bindings_of(number, &self.bindings);
        let inputs = (&self.prepared.exchange(number).input, ask.input);
        is_match(ask.call, inputs, &mut bindings).then_some(Found { exchange: number, bindings })
    }

    /// Answers with an exchange, which counts as asked for from now on.
    fn take(&mut self, ask: Ask<'_>, found: &Found) -> Result<Response<Bytes>, Box<Miss>> {
        let mut number = found.exchange;
        if self.consumed[number as usize] {
            self.mint(ask, number);
        } else {
            self.consume(ask, found);
            if self.waiters == Waiters::Fast {
                number = self.hurry(ask, number);
            }
        }
        let exchange = self.prepared.exchange(number);
        let written = write::response(ask, exchange, &self.bindings);
        written
            .map(|response| match self.waiters {
                Waiters::Fast => write::without_pauses(response),
                Waiters::AsRecorded => response,
            })
            .map_err(|reason| Box::new(Miss::new(ask.call, Reason::Unwritable(reason))))
    }

    /// The last of the equal reads that were made before the next change; all of them are asked for now.
    fn hurry(&mut self, ask: Ask<'_>, first: u32) -> u32 {
        if Effect::of(ask.call.service, ask.call.operation) != Effect::Reads {
            return first;
        }
        let mut last = first;
        let resources = Arc::clone(&self.prepared);
        loop {
            let sums = Sums::of(ask.call, ask.input, ask.endpoint);
            let window = |class| self.progress.window(&resources.resources, class).narrow;
            match self.lowest(ask, &sums, &window) {
                Some(found) if found.exchange > last => {
                    last = found.exchange;
                    self.consume(ask, &found);
                }
                _ => return last,
            }
        }
    }

    fn consume(&mut self, ask: Ask<'_>, found: &Found) {
        let prepared = Arc::clone(&self.prepared);
        let (number, part) = (found.exchange, prepared.part(found.exchange));
        self.consumed[number as usize] = true;
        self.open.take(number);
        self.progress.consume(&prepared.resources, number, &self.consumed);
        let mut bound = Vec::new();
        for name in &part.inputs {
            if let Some(value) = found.bindings.value(name)
                && self.bindings.value(name) != Some(value)
            {
                self.bindings.bind(name, value);
                bound.push(name);
            }
        }
        bound.extend(self.mint(ask, number).into_iter().filter_map(|at| part.outputs.get(at)));
        for next in &part.next {
            let before = &mut self.before[*next as usize];
            *before -= 1;
            if *before == 0 && !self.consumed[*next as usize] {
                self.offer(*next);
            }
        }
        for waiting in
            bound.iter().filter_map(|name| self.unbound.remove(*name)).collect::<Vec<_>>()
        {
            for number in waiting {
                if !self.consumed[number as usize] {
                    self.offer(number);
                }
            }
        }
        let is_read = Effect::of(ask.call.service, ask.call.operation) == Effect::Reads;
        if is_read && let Some(print) = prepared.fingerprint(number, &self.bindings) {
            let class = prepared.resources.class(number);
            self.answered.put(number, operation(ask.call), (&print, class));
        }
    }

    /// Gives the variables of an answer their values; times are those of now. Gives the places of those that had
    /// none.
    fn mint(&mut self, ask: Ask<'_>, number: u32) -> Vec<usize> {
        let prepared = Arc::clone(&self.prepared);
        let mut bound = Vec::new();
        for (at, name) in prepared.part(number).outputs.iter().enumerate() {
            let variable = prepared.variable(name);
            let is_time = variable.is_some_and(|variable| variable.kind == VariableKind::Time);
            let is_new = self.bindings.value(name).is_none();
            if is_new || is_time {
                self.minted += 1;
                let setting = Setting {
                    now: ask.now,
                    region: &prepared.recording.region,
                    service: ask.call.service.metadata.signing_name,
                    seed: &self.seed,
                    ordinal: self.minted,
                };
                self.bindings.bind(name, mint::value(name, variable, setting));
            }
            if is_new {
                bound.push(at);
            }
        }
        bound
    }

    /// Lets an exchange be found from now on, by as much as is known of its input.
    fn offer(&mut self, number: u32) {
        let prepared = Arc::clone(&self.prepared);
        let Some(call) = prepared.part(number).call else { return };
        let Some(print) = prepared.fingerprint(number, &self.bindings) else { return };
        for name in &print.unbound {
            self.unbound.entry(name.clone()).or_default().push(number);
        }
        let class = prepared.resources.class(number);
        self.open.put(number, operation(call), (&print, class));
    }

    fn explain(&self, ask: Ask<'_>) -> Miss {
        /// Further ones are not looked at: what is said is for people.
        const LOOKED_AT: usize = 2000;
        let same = self.prepared.operations.get(&operation(ask.call));
        let same = same.map(Vec::as_slice).unwrap_or_default();
        let Some(first) = same.first() else {
            let known = self.prepared.operations.keys().copied().collect();
            return Miss::new(ask.call, Reason::Unknown(known));
        };
        let scrubbed = scrubbed(ask.call, ask.input);
        let is_open = |number: u32| !self.consumed[number as usize];
        let (open, made): (Vec<u32>, Vec<u32>) = same.iter().partition(|number| is_open(**number));
        let looked_at = open.iter().chain(&made).take(LOOKED_AT).map(|number| {
            let mut bindings = self.prepared.bindings_of(*number, &self.bindings);
            let inputs = (&self.prepared.exchange(*number).input, ask.input);
            (*number, differences(ask.call, inputs, &scrubbed, &mut bindings))
        });
        let nearest = looked_at.min_by_key(|(number, differences)| {
            let made = !is_open(*number);
            (made && differences.is_empty(), differences.len(), made, *number)
        });
        let Some((number, differences)) = nearest else {
            return Miss::new(ask.call, Reason::Again(self.prepared.exchange(*first).id.clone()));
        };
        let exchange = self.prepared.exchange(number);
        if differences.is_empty() && !is_open(number) {
            return Miss::new(ask.call, Reason::Again(exchange.id.clone()));
        }
        Miss::new(
            ask.call,
            Reason::Nearest {
                exchange: exchange.id.clone(),
                differences,
                unmet: self.unmet(number),
                passed: self.passed(number),
            },
        )
    }

    /// What an exchange comes after that was not asked for.
    fn unmet(&self, number: u32) -> Vec<ExchangeId> {
        let exchange = self.prepared.exchange(number);
        let is_open = |id: &&ExchangeId| {
            let mut all = self.prepared.recording.exchanges.iter().zip(&self.consumed);
            all.any(|(other, consumed)| other.id == **id && !consumed)
        };
        let mut unmet: Vec<ExchangeId> = exchange.after.iter().filter(is_open).cloned().collect();
        let to = self.window_of(number).to;
        if to < number {
            let change = &self.prepared.exchange(to).id;
            if !unmet.contains(change) {
                unmet.push(change.clone());
            }
        }
        unmet
    }

    /// A change that was made, and that an exchange was recorded before.
    fn passed(&self, number: u32) -> Option<ExchangeId> {
        let from = self.window_of(number).from;
        (from > number).then(|| self.prepared.exchange(from - 1).id.clone())
    }

    /// Where a read belongs for certain; anywhere where the exchange is none.
    fn window_of(&self, number: u32) -> Bounds {
        let call = self.prepared.part(number).call;
        let is_read =
            call.is_some_and(|call| Effect::of(call.service, call.operation) == Effect::Reads);
        if !is_read {
            return Bounds { from: 0, to: u32::MAX };
        }
        let class = self.prepared.resources.class(number);
        self.progress.window(&self.prepared.resources, class).wide
    }

    /// What is replayed.
    #[cfg(test)]
    pub(super) fn recording(&self) -> &standin_tape::Recording {
        &self.prepared.recording
    }

    /// The values that variables have.
    pub(super) fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    fn count(&self) -> u32 {
        u32::try_from(self.prepared.recording.exchanges.len()).unwrap_or(u32::MAX)
    }
}
