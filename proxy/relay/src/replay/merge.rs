//! Puts what a later run recorded into a recording, as if one run had recorded both.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use standin_compare::{Bindings, Known, NotInvertible, correlate};
use standin_model::{Answer, Document};
use standin_tape::template::{self, Part, parts};
use standin_tape::{
    Completeness, Exchange, ExchangeId, Missing, Outcome, Recording, Variable, VariableKind,
};

use super::mint;
use crate::edges::with_edges;

/// Where new exchanges go.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// After all others.
    AtTheEnd,
    /// In the places of these, by their numbers in the recording.
    Of(BTreeMap<usize, ExchangeId>),
}

/// Why a recording that has grown is not of one run.
const LATER: &str = "recorded later than the others (--mode new)";

/// What sets the recording's variables apart from those that are found in the new exchanges, while both are there.
const KEPT: &str = "kept.";

/// The shortest value that is taken for a variable's.
const SHORTEST: usize = 4;

/// A recording with the exchanges of a later run, in which the variables of the earlier one had some values.
pub(super) fn merge(
    (kept, bindings): (&Recording, &Bindings),
    new: Recording,
    place: &Place,
) -> Result<Recording, NotInvertible> {
    let count = u32::try_from(new.exchanges.len()).unwrap_or(u32::MAX);
    let (meta, new) = (new.clone(), numbered(kept, new, place));
    let new = correlate(with_values_named(new, kept, bindings), &Known::default())?.recording;
    let new = with_names_apart(new, kept);
    let mut variables = kept.variables.clone();
    variables.extend(new.variables);
    let later: HashSet<ExchangeId> = new.exchanges.iter().map(|it| it.id.clone()).collect();
    let merged = Recording {
        exchanges: in_place(kept, new.exchanges, place),
        variables,
        completeness: completeness(kept, place, count),
        date: meta.date,
        models: meta.models,
        rules: meta.rules,
        format: meta.format,
        ..kept.clone()
    };
    Ok(with_edges_of(without_unused(merged), &later))
}

fn completeness(kept: &Recording, place: &Place, count: u32) -> Completeness {
    let Place::AtTheEnd = place else { return kept.completeness.clone() };
    let mut missing = match &kept.completeness {
        Completeness::Complete => Vec::new(),
        Completeness::Partial(missing) => missing.clone(),
    };
    match missing.iter_mut().find(|it| it.reason == LATER) {
        Some(known) => known.count += count,
        None => missing.push(Missing { reason: LATER.to_owned(), count }),
    }
    Completeness::Partial(missing)
}

/// Gives the new exchanges the ids of those that they stand for, and further ones of their own.
fn numbered(kept: &Recording, mut new: Recording, place: &Place) -> Recording {
    let mut free: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let mut reached: HashMap<String, u32> = HashMap::new();
    let replaced: Vec<&ExchangeId> = match place {
        Place::AtTheEnd => Vec::new(),
        Place::Of(replaced) => replaced.values().collect(),
    };
    for id in &replaced {
        free.entry(id.operation.clone()).or_default().insert(id.ordinal);
    }
    for id in kept.exchanges.iter().map(|exchange| &exchange.id).chain(replaced) {
        let last = reached.entry(id.operation.clone()).or_default();
        *last = id.ordinal.max(*last);
    }
    for exchange in &mut new.exchanges {
        let operation = &exchange.id.operation;
        let freed = free.get_mut(operation).and_then(BTreeSet::pop_first);
        exchange.id.ordinal = freed.unwrap_or_else(|| {
            let last = reached.entry(operation.clone()).or_default();
            *last += 1;
            *last
        });
    }
    new
}

/// Puts variables of the recording in the places of the values that they had in this run.
fn with_values_named(mut new: Recording, kept: &Recording, bindings: &Bindings) -> Recording {
    let is_named = |variable: &&Variable| {
        use VariableKind::{Account, Host, Region, Time};
        !matches!(variable.kind, Account | Host | Region | Time)
    };
    let mut values: Vec<(&str, &str)> = kept
        .variables
        .iter()
        .filter(is_named)
        .filter_map(|variable| Some((bindings.value(&variable.name)?, variable.name.as_str())))
        .filter(|(value, _)| value.len() >= SHORTEST)
        .collect();
    // A shorter value may be a part of a longer one.
    values.sort_by_key(|(value, name)| (std::cmp::Reverse(value.len()), *name));
    new.exchanges = new
        .exchanges
        .into_iter()
        .map(|exchange| {
            in_exchange(exchange, &mut |document| {
                values.iter().fold(document, |document, (value, name)| {
                    template::replace(document, value, &format!("{KEPT}{name}"))
                })
            })
        })
        .collect();
    new
}

/// Gives new variables other names than the recording's have. Account, region and host are what they were.
fn with_names_apart(mut new: Recording, kept: &Recording) -> Recording {
    let mut reached: HashMap<String, u32> = HashMap::new();
    for variable in &kept.variables {
        let (word, ordinal) = split(&variable.name);
        let last = reached.entry(word.to_owned()).or_default();
        *last = ordinal.max(*last);
    }
    let mut names: HashMap<String, String> = HashMap::new();
    new.variables.retain_mut(|variable| {
        use VariableKind::{Account, Host, Region};
        let same = matches!(variable.kind, Account | Host | Region)
            .then(|| kept.variable_of(variable.kind))
            .flatten();
        if let Some(same) = same {
            names.insert(variable.name.clone(), same.name.clone());
            return false;
        }
        let (word, _) = split(&variable.name);
        if let Some(last) = reached.get_mut(word) {
            *last += 1;
            let name = format!("{word}:{last}");
            names.insert(std::mem::replace(&mut variable.name, name.clone()), name);
        }
        true
    });
    names.extend(kept.variables.iter().map(|it| (format!("{KEPT}{}", it.name), it.name.clone())));
    new.exchanges = new
        .exchanges
        .into_iter()
        .map(|exchange| in_exchange(exchange, &mut |document| renamed(document, &names)))
        .collect();
    new
}

fn split(name: &str) -> (&str, u32) {
    let (word, ordinal) = name.split_once(':').unwrap_or((name, "0"));
    (word, ordinal.parse().unwrap_or_default())
}

/// The document with other names in the places of variables.
fn renamed(document: Document, names: &HashMap<String, String>) -> Document {
    match document {
        Document::String(text) => Document::String(renamed_text(text, names)),
        Document::List(items) => {
            Document::List(items.into_iter().map(|item| renamed(item, names)).collect())
        }
        Document::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| {
                let key = match key.contains('«') {
                    true => renamed_text(key.into_owned(), names).into(),
                    false => key,
                };
                (key, renamed(value, names))
            });
            Document::Object(fields.collect())
        }
        other => other,
    }
}

fn renamed_text(text: String, names: &HashMap<String, String>) -> String {
    if !text.contains('«') {
        return text;
    }
    let Ok(parts) = parts(&text) else { return text };
    let renamed = parts.iter().map(|part| match part {
        Part::Literal(literal) => template::escape(literal).into_owned(),
        Part::Variable(name) => template::reference(names.get(*name).map_or(*name, String::as_str)),
    });
    renamed.collect()
}

/// Changes all templates of an exchange.
fn in_exchange(mut exchange: Exchange, change: &mut dyn FnMut(Document) -> Document) -> Exchange {
    exchange.input = change(exchange.input);
    if let Outcome::Answered { answer, .. } = &mut exchange.outcome {
        match answer {
            Answer::Output(output) => {
                *output = change(std::mem::replace(output, Document::Null));
            }
            Answer::Error(error) => {
                error.message = error.message.take().map(|text| in_text(text, change));
                let members = std::mem::take(&mut error.members);
                if let Document::Object(members) = change(Document::Object(members)) {
                    error.members = members;
                }
            }
        }
    }
    for (_, value) in &mut exchange.wire.response_headers {
        *value = in_text(std::mem::take(value), change);
    }
    exchange
}

fn in_text(text: String, change: &mut dyn FnMut(Document) -> Document) -> String {
    match change(Document::String(text)) {
        Document::String(text) => text,
        _ => String::new(),
    }
}

/// The exchanges of both runs, the new ones in their places; what has none comes after the one before it.
fn in_place(kept: &Recording, new: Vec<Exchange>, place: &Place) -> Vec<Exchange> {
    let Place::Of(replaced) = place else {
        return kept.exchanges.iter().cloned().chain(new).collect();
    };
    let places = (0..).filter(|number| !replaced.contains_key(number));
    let mut placed: Vec<(usize, Exchange)> = places.zip(kept.exchanges.iter().cloned()).collect();
    let mut last = replaced.keys().next().copied().unwrap_or_default();
    for exchange in new {
        let own = replaced.iter().find(|(_, id)| **id == exchange.id).map(|(number, _)| *number);
        // The order of the run is kept.
        last = own.unwrap_or(last).max(last);
        placed.push((last, exchange));
    }
    placed.sort_by_key(|(number, _)| *number);
    placed.into_iter().map(|(_, exchange)| exchange).collect()
}

/// The recording without variables that stand nowhere any more.
fn without_unused(mut recording: Recording) -> Recording {
    let mut used = BTreeSet::new();
    for exchange in &recording.exchanges {
        used.extend(mint::input_names(exchange));
        used.extend(mint::names(exchange));
    }
    recording.variables.retain(|variable| used.contains(&variable.name));
    recording
}

/// The recording with the causal edges of new exchanges.
fn with_edges_of(mut recording: Recording, new: &HashSet<ExchangeId>) -> Recording {
    let edges = with_edges(recording.clone());
    for (exchange, other) in recording.exchanges.iter_mut().zip(edges.exchanges) {
        if new.contains(&exchange.id) {
            exchange.after = other.after;
        }
    }
    recording
}
