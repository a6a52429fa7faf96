//! What runs created and did not delete: a list beside the recording, written as things are created, so
//! that it is there whatever becomes of the run. It has the identifiers that deleting takes, and no more.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use standin_archive::{ArchiveError, Scenario};
use standin_model::{Document, Fields, makes, undo};
use standin_protocol::Call;
use standin_tape::Sweep;

/// The file's name.
pub(crate) const FILE: &str = "created.json";

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// What can be deleted, in the order in which it was created.
    pub(crate) created: Vec<Entry>,
    /// Operations that made what nobody knows how to delete.
    #[serde(default)]
    pub(crate) unknown: BTreeSet<String>,
}

/// A thing that was created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Who has it: `aws` or a URL.
    pub(crate) upstream: String,
    /// Its account, where that is known.
    pub(crate) account: Option<String>,
    /// Its region.
    pub(crate) region: String,
    /// Its service.
    pub(crate) service: String,
    /// The operation that made it.
    pub(crate) operation: String,
    /// The operation that deletes it.
    pub(crate) delete: String,
    /// Its input.
    pub(crate) input: serde_json::Value,
}

/// Whose things a run creates.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    /// `aws` or a URL.
    pub(crate) upstream: String,
    /// The account, where it is known.
    pub(crate) account: Option<String>,
}

/// The list of a run that is under way.
pub(crate) struct Created {
    scenario: Scenario,
    owner: Owner,
    list: Mutex<List>,
}

impl List {
    /// The list in a scenario's folder; empty where there is none.
    pub(crate) fn read(scenario: &Scenario) -> Result<Self, ArchiveError> {
        let Some(text) = scenario.read_text(FILE)? else { return Ok(Self::default()) };
        serde_json::from_str(&text)
            .map_err(|error| ArchiveError::Malformed(FILE.to_owned(), error.to_string()))
    }

    /// Writes it, or takes the file away if nothing is left.
    pub(crate) fn write(&self, scenario: &Scenario) -> Result<(), ArchiveError> {
        if *self == Self::default() {
            return scenario.put_text(FILE, None);
        }
        let text = serde_json::to_string_pretty(self).expect("text and lists are JSON");
        scenario.put_text(FILE, Some(&format!("{text}\n")))
    }
}

impl Created {
    /// Goes on with the list that earlier runs left.
    pub(crate) fn new(scenario: Scenario, owner: Owner) -> Result<Self, ArchiveError> {
        let list = Mutex::new(List::read(&scenario)?);
        Ok(Self { scenario, owner, list })
    }

    /// Notes what a call that succeeded created or deleted. What the run's `sweep` finds is not written.
    pub(crate) fn note(
        &self,
        call: Call,
        region: &str,
        (input, output): (&Document, &Document),
        sweep: impl FnOnce() -> Sweep,
    ) -> Result<(), ArchiveError> {
        let mut list = self.list();
        let before = list.clone();
        list.created.retain(|entry| !is_deleted_by(entry, call, input));
        if makes(call.service, call.operation.name) {
            match self.entry(call, region, (input, output), &sweep()) {
                Some(entry) if list.created.contains(&entry) => {}
                Some(entry) => list.created.push(entry),
                None => {
                    let (service, operation) = (call.service.metadata.name, call.operation.name);
                    list.unknown.insert(format!("{service} {operation}"));
                }
            }
        }
        if *list == before { Ok(()) } else { list.write(&self.scenario) }
    }

    /// What there is to say at the end of a run.
    pub(crate) fn summary(&self) -> Option<String> {
        let list = self.list();
        if *list == List::default() {
            return None;
        }
        let folder = self.scenario.describe_file(FILE);
        let unknown = match list.unknown.len() {
            0 => String::new(),
            count => format!(", and what {count} operations made that nobody knows how to delete"),
        };
        let count = list.created.len();
        Some(format!(
            "{count} things that were created are still there{unknown}: see {folder}, and standin cleanup"
        ))
    }

    fn entry(
        &self,
        call: Call,
        region: &str,
        (input, output): (&Document, &Document),
        sweep: &Sweep,
    ) -> Option<Entry> {
        let undo = undo(call.service, call.operation.name, input, output)?;
        let input = to_json(&undo.input)?;
        sweep.check_text(&input.to_string()).ok()?;
        Some(Entry {
            upstream: self.owner.upstream.clone(),
            account: self.owner.account.clone(),
            region: region.to_owned(),
            service: call.service.metadata.name.to_owned(),
            operation: call.operation.name.to_owned(),
            delete: undo.operation.name.to_owned(),
            input,
        })
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_deleted_by(entry: &Entry, call: Call, input: &Document) -> bool {
    let named = entry.service == call.service.metadata.name && entry.delete == call.operation.name;
    let same = |(name, value): (&String, &serde_json::Value)| {
        input.get(name).and_then(to_json).is_some_and(|there| there == *value)
    };
    named && entry.input.as_object().is_some_and(|members| members.iter().all(same))
}

/// The JSON of identifiers: text, and lists and structures of it.
fn to_json(document: &Document) -> Option<serde_json::Value> {
    match document {
        Document::String(text) => Some(text.clone().into()),
        Document::Boolean(flag) => Some((*flag).into()),
        Document::List(items) => {
            items.iter().map(to_json).collect::<Option<Vec<_>>>().map(Into::into)
        }
        Document::Object(fields) => {
            let member =
                |(name, value): (_, &Document)| Some((ToString::to_string(&name), to_json(value)?));
            let members: Option<serde_json::Map<_, _>> = fields.iter().map(member).collect();
            members.map(Into::into)
        }
        _ => None,
    }
}

/// The document of what [`to_json`] wrote.
pub(crate) fn from_json(json: &serde_json::Value) -> Document {
    use serde_json::Value;
    match json {
        Value::Bool(flag) => Document::Boolean(*flag),
        Value::Array(items) => Document::List(items.iter().map(from_json).collect()),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| (name.clone().into(), from_json(value));
            Document::Object(members.iter().map(member).collect::<Fields>())
        }
        Value::String(text) => Document::String(text.as_str().into()),
        Value::Null | Value::Number(_) => Document::String(json.to_string()),
    }
}
