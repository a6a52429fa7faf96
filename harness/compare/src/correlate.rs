//! Finds the variables of a recording: in one run by data flow, in two by what differs.
//!
//! In one run a value is a variable when the server minted it: it stands in an answer, the client had not supplied
//! it before, and either its form says so (a UUID, a handle), a rule does, or a later request uses it. In two runs of
//! the same client a value is a variable when it differs, and is known by the pair of values. Values that follow from
//! others (an MD5 of a body) are derived where these are variables, and stay where they are not. Before a recording
//! is given out, its values are put back and must give what was recorded.

mod digests;
mod engine;
mod flow;
mod found;
mod gate;
mod leaf;
mod naming;
mod scan;
mod strength;
mod supplied;
mod twin;

use std::collections::BTreeMap;

use standin_model::{Document, Timestamp};
use standin_tape::Recording;

use engine::Engine;
pub(crate) use flow::coarse;
pub use gate::NotInvertible;
use naming::Named;
use twin::Twin;

/// What is known of a run beside its recording.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The account that the credentials are of.
    pub account: Option<String>,
    /// When each exchange was answered.
    pub times: Vec<Option<Timestamp>>,
}

/// A recording with its variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlated {
    /// The recording.
    pub recording: Recording,
    /// The values of the variables that were found, in the (first) run. They are not for the disk.
    pub values: BTreeMap<String, Document>,
    /// What else differed between two runs.
    pub varying: Varying,
}

/// What differed between two runs and no variable stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Varying {
    /// Exchanges that only one of the runs had, and places of which only one had a value.
    pub missing: Vec<String>,
}

/// Replaces minted values of a recording by variables, and lists those.
///
/// A recording that has variables of its own beyond account, region, host and what its inferred exchanges
/// define is returned as it is.
pub fn correlate(recording: Recording, known: &Known) -> Result<Correlated, NotInvertible> {
    if is_correlated(&recording) {
        let (values, varying) = (BTreeMap::new(), Varying::default());
        return Ok(Correlated { recording, values, varying });
    }
    let named = pass(&recording, None, known);
    gated(&recording, named, &|found| pass(found, None, &Known::default()))
}

/// Replaces what differs between two runs of a client by variables; the recording is the first run's.
///
/// Exchanges belong together by their ids.
pub fn correlate_twins(
    first: &Recording,
    second: &Recording,
    known: &Known,
) -> Result<Correlated, NotInvertible> {
    let mut named = pass(first, Some(second), known);
    named.varying.missing = only_in_one(first, second);
    gated(first, named, &|found| pass(found, Some(found), &Known::default()))
}

/// The exchanges that only one of two runs has.
fn only_in_one(first: &Recording, second: &Recording) -> Vec<String> {
    let ids = |run: &Recording| -> std::collections::HashSet<String> {
        run.exchanges.iter().map(|exchange| exchange.id.to_string()).collect()
    };
    let (ours, theirs) = (ids(first), ids(second));
    let only = |run: &Recording, other: &std::collections::HashSet<String>, which: &str| {
        let ids = run.exchanges.iter().map(|exchange| exchange.id.to_string());
        let ids = ids.filter(|id| !other.contains(id));
        ids.map(|id| format!("{id} was in the {which} run only")).collect::<Vec<_>>()
    };
    [only(first, &theirs, "first"), only(second, &ours, "second")].concat()
}

fn pass(first: &Recording, second: Option<&Recording>, known: &Known) -> Named {
    let mut engine = Engine::new(first, second.map(Twin::new), known);
    engine.run();
    naming::name(first, &engine.found, engine.edits)
}

/// The gate on every recording: it must give back what was recorded, and a second pass must find nothing.
fn gated(
    original: &Recording,
    named: Named,
    again: &dyn Fn(&Recording) -> Named,
) -> Result<Correlated, NotInvertible> {
    let Named { recording, values, varying } = named;
    gate::check(original, &recording, &values)?;
    gate::is_settled(&recording, &again(&recording).recording)?;
    Ok(Correlated { recording, values, varying })
}

/// Variables that an inferred exchange defines came with it: they say nothing of the recorded ones.
fn is_correlated(recording: &Recording) -> bool {
    use standin_tape::VariableKind::{Account, Host, Region};
    let inferred: std::collections::HashSet<String> = recording
        .exchanges
        .iter()
        .filter(|exchange| exchange.is_inferred())
        .map(|exchange| exchange.id.to_string())
        .collect();
    let is_inferred =
        |definition: &str| inferred.contains(definition.split('.').next().unwrap_or_default());
    recording.variables.iter().any(|variable| {
        !matches!(variable.kind, Account | Region | Host)
            && !variable.definition.as_deref().is_some_and(is_inferred)
    })
}

#[cfg(test)]
pub(crate) mod tests;
