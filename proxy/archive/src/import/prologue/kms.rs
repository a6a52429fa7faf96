//! Keys and their aliases.

use std::collections::BTreeMap;

use standin_model::{Answer, Document};
use standin_tape::{Variable, VariableKind};

use super::super::decode::Decoded;
use super::Prologue;
use super::fields::{object, text};

const SERVICE: &str = "kms";

/// A key that requests use: its id where an answer or request says it, and its aliases.
#[derive(Default)]
struct Key<'e> {
    id: Option<String>,
    aliases: Vec<&'e str>,
}

pub(super) fn infer(exchanges: &[Decoded], prologue: &mut Prologue) {
    let ours = || exchanges.iter().filter(|exchange| exchange.is_of(SERVICE));
    if ours().any(|exchange| exchange.call.operation.name == "CreateKey") {
        return;
    }
    let mut keys: BTreeMap<String, Key<'_>> = BTreeMap::new();
    for exchange in ours() {
        let Some(named) = text(&exchange.input, "KeyId") else { continue };
        if matches!(&exchange.answer, Answer::Error(error) if &*error.code == "NotFoundException") {
            continue;
        }
        let alias = named.rsplit_once("alias/").map(|(before, _)| &named[before.len()..]);
        let id = match alias {
            None => key_id(named),
            Some(_) => exchange.output_of(SERVICE).and_then(answered_id),
        };
        let place = id.clone().or_else(|| alias.map(str::to_owned));
        let Some(place) = place else { continue };
        let key = keys.entry(place).or_default();
        key.id = id;
        if let Some(alias) = alias.filter(|alias| !key.aliases.contains(alias)) {
            key.aliases.push(alias);
        }
    }
    let Some(first) = ours().next() else { return };
    for (index, (_, key)) in keys.into_iter().enumerate() {
        add(prologue, first, &key, index + 1);
    }
}

fn add(prologue: &mut Prologue, first: &Decoded, key: &Key<'_>, ordinal: usize) {
    let name = format!("KeyId:{ordinal}");
    // A key that nothing names by id still needs a variable, for its aliases to point to.
    let value = key.id.clone().unwrap_or_else(|| format!("standin-inferred-key-{ordinal}"));
    prologue.steps.extend(first.step("CreateKey", Document::empty()));
    for alias in &key.aliases {
        let input =
            object([("AliasName", (*alias).into()), ("TargetKeyId", value.as_str().into())]);
        prologue.steps.extend(first.step("CreateAlias", input));
    }
    let definition = format!("CreateKey#{ordinal}.output.KeyMetadata.KeyId");
    let variable = Variable::new(name, VariableKind::ServerId).defined_at(definition);
    prologue.variables.push((variable, value));
}

/// The id of the key that answered.
fn answered_id(output: &Document) -> Option<String> {
    let metadata = output.get("KeyMetadata").unwrap_or(output);
    key_id(text(metadata, "KeyId")?)
}

/// The id in an ARN of a key, or the id itself.
fn key_id(text: &str) -> Option<String> {
    let id = text.rsplit_once(":key/").map_or(text, |(_, id)| id);
    let is_id = id.len() >= 32 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_id.then(|| id.to_owned())
}
