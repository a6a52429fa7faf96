//! Finds the variables of a recording by data flow.
//!
//! A value is a variable when the server minted it: it stands in an answer, the client had not supplied it
//! before, and either its form says so (a UUID, a handle), a rule does, or a later request uses it. Values
//! that follow from what the client sent (an MD5 of its body) stay as they are, so that they are compared.

mod mint;
mod substitute;
mod supplied;

use standin_model::Answer;
use standin_tape::{Exchange, Outcome, Recording};

use crate::{Path, Rules};
use mint::Mint;
use supplied::Supplied;

/// Replaces minted values of a recording by variables, and lists those.
///
/// A recording that has variables of its own beyond account, region, host and what its inferred exchanges
/// define is returned as it is.
#[must_use]
pub fn correlate(mut recording: Recording) -> Recording {
    if is_correlated(&recording) {
        return recording;
    }
    let mut mint = Mint::new(&recording);
    let mut supplied = Supplied::default();
    for index in 0..recording.exchanges.len() {
        let exchange = &recording.exchanges[index];
        supplied.add_input(&exchange.input);
        let later = &recording.exchanges[index + 1..];
        visit_answer(exchange, &mut |path, text| {
            mint.look(exchange, path, text, (&supplied, later));
        });
        substitute::exchange(&mut recording.exchanges[index], &mint);
    }
    recording.variables.extend(mint.into_variables());
    recording
}

/// Variables that an inferred exchange defines came with it: they say nothing of the recorded ones.
fn is_correlated(recording: &Recording) -> bool {
    use standin_tape::VariableKind::{Account, Host, Region};
    let is_inferred = |definition: &str| {
        let mut inferred = recording.exchanges.iter().filter(|exchange| exchange.is_inferred());
        let id = definition.split('.').next().unwrap_or_default();
        inferred.any(|exchange| exchange.id.to_string() == id)
    };
    recording.variables.iter().any(|variable| {
        !matches!(variable.kind, Account | Region | Host)
            && !variable.definition.as_deref().is_some_and(is_inferred)
    })
}

/// Visits each text of an answer: strings, times (as their template writes them), headers.
fn visit_answer(exchange: &Exchange, visit: &mut dyn FnMut(&Path, Leaf<'_>)) {
    let Outcome::Answered { answer, .. } = &exchange.outcome else { return };
    match answer {
        Answer::Output(document) => supplied::visit(document, &Path::root(), visit),
        Answer::Error(error) => {
            let root = Path::root().member("error");
            if let Some(message) = &error.message {
                visit(&root.member("message"), Leaf::Text(message));
            }
            for (key, value) in error.members.iter() {
                supplied::visit(value, &root.member(key), visit);
            }
        }
    }
    for (name, value) in &exchange.wire.response_headers {
        visit(&Path::root().member("header").member(name), Leaf::Text(value));
    }
}

/// A leaf of a document that may be minted.
#[derive(Clone, Copy)]
enum Leaf<'d> {
    /// A string.
    Text(&'d str),
    /// A point in time, as ISO 8601 text.
    Time(&'d str),
    /// A blob, as base64 text.
    Blob(&'d str),
}

fn rules_of(exchange: &Exchange) -> Rules {
    Rules::embedded(&exchange.service)
}

#[cfg(test)]
pub(crate) mod tests;
