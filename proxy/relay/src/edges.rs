//! Which exchanges of a recording must come before which.

use std::collections::BTreeSet;

use standin_model::Document;
use standin_tape::template::{Part, parts};
use standin_tape::{ExchangeId, Recording};

/// The recording with its causal edges: an exchange comes after those whose answers defined the variables
/// of its input.
pub(crate) fn with_edges(mut recording: Recording) -> Recording {
    let order: Vec<ExchangeId> =
        recording.exchanges.iter().map(|exchange| exchange.id.clone()).collect();
    for index in 0..recording.exchanges.len() {
        let mut names = BTreeSet::new();
        gather(&recording.exchanges[index].input, &mut names);
        let defined: BTreeSet<ExchangeId> =
            names.iter().filter_map(|name| definition(&recording, name)).collect();
        recording.exchanges[index].after =
            order[..index].iter().filter(|id| defined.contains(id)).cloned().collect();
    }
    recording
}

/// The exchange whose answer defined a variable. What the client chose needs no exchange before it.
fn definition(recording: &Recording, name: &str) -> Option<ExchangeId> {
    let mut place = recording.variable(name)?.definition.as_deref()?.split(['.', '[']);
    let (id, half) = (place.next()?, place.next());
    (half != Some("input") && half != Some("wire")).then(|| id.parse().ok())?
}

fn gather(document: &Document, names: &mut BTreeSet<String>) {
    match document {
        Document::String(text) => gather_text(text, names),
        Document::List(items) => items.iter().for_each(|item| gather(item, names)),
        Document::Object(fields) => fields.iter().for_each(|(key, value)| {
            gather_text(key, names);
            gather(value, names);
        }),
        _ => {}
    }
}

fn gather_text(text: &str, names: &mut BTreeSet<String>) {
    for part in parts(text).unwrap_or_default() {
        if let Part::Variable(name) = part {
            names.insert(name.to_owned());
        }
    }
}
