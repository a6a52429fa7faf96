//! What a replay remembers: what was answered, and the values of variables.

use std::collections::HashMap;

use bytes::Bytes;
use http::Response;
use standin_compare::Bindings;
use standin_model::Document;
use standin_protocol::Call;
use standin_tape::{Exchange, ExchangeId, Recording, Variable, VariableKind};

use super::matching::{Difference, Matching};
use super::mint::Setting;
use super::{mint, miss, write};
use crate::Clock;

/// A recording on its way.
pub(super) struct State {
    exchanges: Vec<Exchange>,
    variables: HashMap<String, Variable>,
    consumed: Vec<bool>,
    bindings: Bindings,
    /// Answers by the client's own id of the call: a retry gets the same one.
    answered: HashMap<String, Response<Bytes>>,
    region: String,
    clock: Clock,
}

impl State {
    pub(super) fn new(recording: Recording, clock: Clock) -> Self {
        let bindings = Bindings::new(&recording.variables);
        let variables = recording.variables.into_iter();
        Self {
            consumed: recording.exchanges.iter().map(Exchange::is_inferred).collect(),
            exchanges: recording.exchanges,
            variables: variables.map(|variable| (variable.name.clone(), variable)).collect(),
            bindings,
            answered: HashMap::new(),
            region: recording.region,
            clock,
        }
    }

    /// Our own URL is what stands where the recording names its endpoint.
    pub(super) fn listen_at(&mut self, url: &str) {
        let hosts = self.variables.values().filter(|variable| variable.kind == VariableKind::Host);
        for variable in hosts {
            self.bindings.bind(&variable.name, url);
        }
    }

    /// How many of the recorded exchanges were asked for, and how many there are.
    pub(super) fn coverage(&self) -> (usize, usize) {
        let recorded = || self.exchanges.iter().filter(|exchange| !exchange.is_inferred());
        let open = self.exchanges.iter().zip(&self.consumed).filter(|(_, consumed)| !**consumed);
        (recorded().count() - open.count(), recorded().count())
    }

    /// The recorded answer to a request, or why there is none.
    pub(super) fn answer(
        &mut self,
        call: Call,
        input: &Document,
        invocation: Option<String>,
    ) -> Result<Response<Bytes>, String> {
        let earlier = invocation.as_ref().and_then(|id| self.answered.get(id));
        if let Some(response) = earlier {
            return Ok(response.clone());
        }
        let (index, bindings) = self.find(call, input)?;
        self.bindings = bindings;
        self.consumed[index] = true;
        self.mint(index);
        let response = write::response(call, &self.exchanges[index], &self.bindings)?;
        if let Some(id) = invocation {
            self.answered.insert(id, response.clone());
        }
        Ok(response)
    }

    /// Gives the variables of an answer their values; times are those of now.
    fn mint(&mut self, index: usize) {
        let exchange = &self.exchanges[index];
        let setting =
            Setting { now: (self.clock)(), region: &self.region, service: &exchange.service };
        for name in mint::names(exchange) {
            if self.bindings.value(&name).is_none() || self.bindings.is_time(&name) {
                let value = mint::value(&name, self.variables.get(&name), setting);
                self.bindings.bind(&name, value);
            }
        }
    }

    /// The exchange that a request is, with the values that its variables take by it.
    fn find(&self, call: Call, input: &Document) -> Result<(usize, Bindings), String> {
        let barrier = self.barrier(call);
        let mut late = None;
        let mut repeat = None;
        let mut failed = Vec::new();
        for (index, exchange) in self.of_operation(call) {
            let mut bindings = self.bindings.clone();
            let matching = Matching { call, bindings: &mut bindings };
            match matching.compare(&exchange.input, input) {
                Err(differences) => failed.push((index, differences)),
                Ok(()) if self.consumed[index] => repeat = Some((index, bindings)),
                Ok(()) if self.unmet(exchange).next().is_some() => failed.push((index, Vec::new())),
                // A read that was recorded before a change that has been made is passed over.
                Ok(()) if index < barrier => late = late.or(Some((index, bindings))),
                Ok(()) => return Ok((index, bindings)),
            }
        }
        let repeatable = repeat.filter(|(index, _)| is_read(call) && *index >= barrier);
        repeatable.or(late).ok_or_else(|| self.explain(call, &failed))
    }

    fn of_operation(&self, call: Call) -> impl Iterator<Item = (usize, &Exchange)> {
        self.exchanges.iter().enumerate().filter(move |(_, exchange)| {
            !exchange.is_inferred()
                && exchange.operation() == call.operation.name
                && exchange.service == call.service.metadata.name
        })
    }

    /// Where the last change stands that was made to the service of a read.
    fn barrier(&self, call: Call) -> usize {
        if !is_read(call) {
            return 0;
        }
        let changes = self.exchanges.iter().zip(&self.consumed).enumerate();
        let made = changes.filter(|(_, (exchange, consumed))| {
            **consumed
                && !exchange.is_inferred()
                && exchange.service == call.service.metadata.name
                && !is_read_name(exchange.operation())
        });
        made.last().map_or(0, |(index, _)| index)
    }

    fn unmet<'e>(&'e self, exchange: &'e Exchange) -> impl Iterator<Item = &'e ExchangeId> {
        exchange.after.iter().filter(|id| {
            let place = self.exchanges.iter().position(|other| other.id == **id);
            place.is_some_and(|place| !self.consumed[place])
        })
    }

    fn explain(&self, call: Call, failed: &[(usize, Vec<Difference>)]) -> String {
        let open = |index: usize| !self.consumed[index];
        let nearest = failed
            .iter()
            .min_by_key(|(index, differences)| (!open(*index), differences.len(), *index));
        let Some((index, differences)) = nearest else {
            let mut same = self.of_operation(call);
            let id = same.next().map(|(_, exchange)| exchange.id.to_string());
            return miss::unknown(call, id.as_deref(), &self.exchanges);
        };
        let exchange = &self.exchanges[*index];
        let unmet: Vec<&ExchangeId> = self.unmet(exchange).collect();
        miss::nearest(call, exchange, differences, &unmet)
    }
}

/// Whether an operation only looks.
fn is_read(call: Call) -> bool {
    is_read_name(call.operation.name)
}

fn is_read_name(operation: &str) -> bool {
    const READS: [&str; 8] =
        ["BatchGet", "Describe", "Get", "Head", "List", "Query", "Scan", "Select"];
    READS.iter().any(|verb| operation.starts_with(verb))
}
