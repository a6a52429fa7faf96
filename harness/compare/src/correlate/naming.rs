//! Names for the variables that were found, and the recording with them in it.

use std::collections::{BTreeMap, HashMap};

use standin_model::{Document, Timestamp};
use standin_tape::{Recording, Variable, VariableKind, template};

use super::Varying;
use super::engine::{Edit, Piece};
use super::flow::TIMESTAMP;
use super::found::{Entry, Found, Id};
use super::leaf;
use crate::TimeText;

/// What a run came to.
pub(super) struct Named {
    pub(super) recording: Recording,
    /// The values of the variables in the first run.
    pub(super) values: BTreeMap<String, Document>,
    pub(super) varying: Varying,
}

/// Names variables by first appearance, `«Member:n»`, and writes them in the place of their values.
pub(super) fn name(first: &Recording, found: &Found, edits: Vec<Vec<Option<Edit>>>) -> Named {
    let mut names = Names::of(&first.variables);
    let mut order: Vec<Id> = Vec::new();
    for id in edits.iter().flatten().flatten().flat_map(variables) {
        if names.give(id, found.get(id)) {
            order.push(id);
        }
    }
    let mut recording = first.clone();
    for (exchange, edits) in recording.exchanges.iter_mut().zip(edits) {
        if edits.iter().all(Option::is_none) {
            continue;
        }
        let write = |edit: Option<Edit>| edit.map(|edit| document(&edit, found, &names));
        leaf::apply(exchange, edits.into_iter().map(write).collect());
    }
    let before = predecessors(found, &order);
    let mut values = BTreeMap::new();
    for id in order {
        let entry = found.get(id);
        let name = names.of_id(id).to_owned();
        values.insert(name.clone(), plain(entry));
        let not_before = before.get(&id).map(|before| names.of_id(*before).to_owned());
        let variable = entry.variable(name);
        recording
            .variables
            .push(Variable { not_before: not_before.into_iter().collect(), ..variable });
    }
    Named { recording, values, varying: Varying::default() }
}

struct Names {
    ordinals: BTreeMap<String, u32>,
    given: HashMap<Id, String>,
}

impl Names {
    /// The ordinals that names have reached already.
    fn of(variables: &[Variable]) -> Self {
        let mut ordinals = BTreeMap::new();
        for variable in variables {
            let (word, ordinal) = variable.name.split_once(':').unwrap_or((&variable.name, "1"));
            let reached = ordinals.entry(word.to_owned()).or_insert(0);
            *reached = ordinal.parse().unwrap_or(0).max(*reached);
        }
        Self { ordinals, given: HashMap::new() }
    }

    /// Names a variable; false if it has a name.
    fn give(&mut self, id: Id, entry: &Entry) -> bool {
        if self.given.contains_key(&id) {
            return false;
        }
        let ordinal = self.ordinals.entry(entry.word.clone()).or_insert(0);
        *ordinal += 1;
        let is_constant =
            matches!(entry.kind, VariableKind::Account | VariableKind::Region | VariableKind::Host);
        let name = match ordinal {
            1 if is_constant => entry.word.clone(),
            ordinal => format!("{}:{ordinal}", entry.word),
        };
        self.given.insert(id, name);
        true
    }

    fn of_id(&self, id: Id) -> &str {
        self.given.get(&id).map_or("", String::as_str)
    }
}

fn variables(edit: &Edit) -> Vec<Id> {
    match edit {
        Edit::Text(pieces) => {
            let ids = pieces.iter().filter_map(|piece| match piece {
                Piece::Variable(id) => Some(*id),
                Piece::Text(_) => None,
            });
            ids.collect()
        }
        Edit::Whole(id) => vec![*id],
        Edit::Derived(_) => Vec::new(),
    }
}

fn document(edit: &Edit, found: &Found, names: &Names) -> Document {
    let reference = |id: &Id| template::reference(names.of_id(*id));
    match edit {
        Edit::Text(pieces) => {
            let text = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Variable(id) => reference(id),
            });
            Document::String(text.collect())
        }
        Edit::Whole(id) => match found.get(*id).value {
            Document::Blob(_) => template::blob_of(reference(id)),
            _ if found.get(*id).format.is_none() => template::blob_of(reference(id)),
            _ => Document::String(reference(id)),
        },
        Edit::Derived(expression) => expression.document(),
    }
}

/// The value of a variable as a plain document.
fn plain(entry: &Entry) -> Document {
    match &entry.value {
        Document::String(text) => Document::String(text.replace("««", "«")),
        other => other.clone(),
    }
}

/// For each time and each value that grows the one before it, if the order is the same in both runs.
fn predecessors(found: &Found, order: &[Id]) -> HashMap<Id, Id> {
    let mut rows: BTreeMap<(&str, &str), Vec<Row>> = BTreeMap::new();
    for id in order {
        let entry = found.get(*id);
        let key = match entry.kind {
            VariableKind::Time => ("", entry.format.as_deref().unwrap_or_default()),
            VariableKind::Ordered => (entry.word.as_str(), ""),
            _ => continue,
        };
        let Some(rank) = Rank::of(entry, &entry.text) else { continue };
        let other = entry.other.as_deref().and_then(|other| Rank::of(entry, other));
        rows.entry(key).or_default().push((rank, other, *id));
    }
    let mut before = HashMap::new();
    for mut row in rows.into_values() {
        row.sort();
        for pair in row.windows(2) {
            let in_other = match (&pair[0].1, &pair[1].1) {
                (Some(left), Some(right)) => left <= right,
                _ => true,
            };
            if pair[0].0 < pair[1].0 && in_other {
                before.insert(pair[1].2, pair[0].2);
            }
        }
    }
    before
}

/// The rank in the first run, in the second, and the variable.
type Row = (Rank, Option<Rank>, Id);

/// A time, or a number by its length and digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Time(i64, u32),
    Number(usize, String),
}

impl Rank {
    fn of(entry: &Entry, text: &str) -> Option<Self> {
        if entry.kind == VariableKind::Ordered {
            let digits = text.trim_start_matches('0');
            return Some(Self::Number(digits.len(), digits.to_owned()));
        }
        if entry.format.as_deref() == Some(TIMESTAMP) {
            let (seconds, nanos) = text.split_once('.')?;
            return Some(Self::Time(seconds.parse().ok()?, nanos.parse().ok()?));
        }
        let time: Timestamp = TimeText::of(text)?.parse(text)?;
        Some(Self::Time(time.seconds(), time.nanos()))
    }
}
