//! A recording prepared for replaying: what doesn't change while it is asked.

use std::collections::HashMap;

use standin_compare::{Bindings, with_client_variables};
use standin_model::Catalog;
use standin_protocol::Call;
use standin_tape::{Exchange, ExchangeId, Recording, Variable, VariableKind};

use super::fingerprint::{ENDPOINT, Fingerprint, Known};
use super::mint;
use super::resources::Resources;

/// A recording, and what follows from it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// `SERVICE/NAME@DATE`, as evidence names it.
    pub(super) evidence: String,
    /// The recording, what the client made at random in variables.
    pub(super) recording: Recording,
    pub(super) parts: Vec<Part>,
    pub(super) resources: Resources,
    variables: HashMap<String, Variable>,
    /// Its variables without values.
    pub(super) bindings: Bindings,
    pub(super) operations: HashMap<Operation, Vec<u32>>,
    /// The variables that stand for our own URL.
    hosts: Vec<String>,
}

/// What is known of an exchange.
#[derive(Debug)]
pub(super) struct Part {
    /// Its operation; none if our models don't know it, and so nobody can ask for it.
    pub(super) call: Option<Call>,
    /// The variables of its input.
    pub(super) inputs: Vec<String>,
    /// The variables of its answer.
    pub(super) outputs: Vec<String>,
    /// The exchanges that come after it.
    pub(super) next: Vec<u32>,
    /// How many exchanges must come before it.
    pub(super) before: u32,
}

/// Service and operation.
pub(super) type Operation = (&'static str, &'static str);

/// The operation of a call.
pub(super) fn operation(call: Call) -> Operation {
    (call.service.metadata.name, call.operation.name)
}

impl Prepared {
    pub(super) fn new(recording: Recording) -> Self {
        let recording = with_client_variables(recording);
        let evidence = format!("{}@{}", recording.scenario, recording.date);
        let variables: HashMap<String, Variable> =
            recording.variables.iter().map(|it| (it.name.clone(), it.clone())).collect();
        let exchanges = &recording.exchanges;
        let calls: Vec<Option<Call>> = exchanges.iter().map(call).collect();
        let kind = |name: &str| variables.get(name).map(|variable| variable.kind);
        let resources = Resources::of(exchanges, &calls, &kind);
        let hosts = variables.values().filter(|variable| variable.kind == VariableKind::Host);
        let hosts = hosts.map(|variable| variable.name.clone()).collect();
        let mut operations: HashMap<Operation, Vec<u32>> = HashMap::new();
        for (number, call) in numbered(&calls) {
            if let Some(call) = call
                && !exchanges[number as usize].is_inferred()
            {
                operations.entry(operation(*call)).or_default().push(number);
            }
        }
        let parts = parts(exchanges, &calls);
        let bindings = Bindings::of(&recording);
        Self { evidence, recording, parts, resources, variables, bindings, operations, hosts }
    }

    pub(super) fn exchange(&self, number: u32) -> &Exchange {
        &self.recording.exchanges[number as usize]
    }

    pub(super) fn part(&self, number: u32) -> &Part {
        &self.parts[number as usize]
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// Our own URL is what stands where the recording names its endpoint.
    pub(super) fn listen_at(&self, url: &str, bindings: &mut Bindings) {
        for name in &self.hosts {
            if bindings.value(name) != Some(url) {
                bindings.bind(name, url);
            }
        }
    }

    /// The fingerprint of an exchange's input by the values that variables have.
    pub(super) fn fingerprint(&self, number: u32, bindings: &Bindings) -> Option<Fingerprint> {
        let call = self.part(number).call?;
        let input = &self.exchange(number).input;
        Some(Fingerprint::of(call, input, |name| match self.variable(name).map(|it| it.kind) {
            Some(VariableKind::Host) => Known::Value(ENDPOINT),
            Some(VariableKind::Time) => Known::Any,
            _ if self.variable(name).is_some_and(is_no_text) => Known::Any,
            _ => bindings.value(name).map_or(Known::Unbound, Known::Value),
        }))
    }

    /// The values of the variables in an exchange's input, apart from all others: what is tried on them costs no more
    /// in a long recording.
    pub(super) fn bindings_of(&self, number: u32, bindings: &Bindings) -> Bindings {
        let names = &self.part(number).inputs;
        if names.is_empty() {
            return Bindings::default();
        }
        let variables: Vec<Variable> =
            names.iter().filter_map(|name| self.variable(name)).cloned().collect();
        let mut own = Bindings::new(&variables);
        for name in names {
            if let Some(value) = bindings.value(name) {
                own.bind(name, value);
            }
        }
        own
    }
}

/// Whether a variable's values are no texts on the wire, so that each place writes them in its own way.
fn is_no_text(variable: &Variable) -> bool {
    matches!(variable.format.as_deref(), Some("number" | "boolean" | "timestamp"))
}

/// The call that an exchange was made by.
fn call(exchange: &Exchange) -> Option<Call> {
    let service = Catalog::embedded().service(&exchange.service)?;
    let operation = service.operation(exchange.operation())?;
    Some(Call { service, operation, protocol: exchange.wire.protocol })
}

fn parts(exchanges: &[Exchange], calls: &[Option<Call>]) -> Vec<Part> {
    let places: HashMap<&ExchangeId, u32> =
        numbered(exchanges).map(|(number, exchange)| (&exchange.id, number)).collect();
    let mut parts: Vec<Part> = exchanges
        .iter()
        .zip(calls)
        .map(|(exchange, call)| Part {
            call: *call,
            inputs: mint::input_names(exchange).into_iter().collect(),
            outputs: mint::names(exchange).into_iter().collect(),
            next: Vec::new(),
            before: 0,
        })
        .collect();
    for (number, exchange) in numbered(exchanges) {
        for id in &exchange.after {
            if let Some(place) = places.get(id)
                && !exchanges[*place as usize].is_inferred()
            {
                parts[*place as usize].next.push(number);
                parts[number as usize].before += 1;
            }
        }
    }
    parts
}

/// Items with their numbers. A recording has fewer exchanges than 32 bits count.
fn numbered<T>(items: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (0_u32..).zip(items)
}
