//! Keys and their aliases.

use std::collections::BTreeMap;

use standin_model::{Answer, Document};
use standin_tape::{Variable, VariableKind};

use super::super::decode::Decoded;
use super::Prologue;
use super::fields::{items, object, text};

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
    for (id, alias) in ours().flat_map(shown) {
        let Some(place) = id.clone().or_else(|| alias.map(str::to_owned)) else { continue };
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

/// The keys that an exchange shows, by id, alias or both. AWS's own aliases are there in every account.
fn shown(exchange: &Decoded) -> Vec<(Option<String>, Option<&str>)> {
    let output = exchange.output_of(SERVICE);
    let mut all = Vec::new();
    for listed in output.map_or(&[][..], |output| items(output, "Aliases")) {
        let alias = text(listed, "AliasName").filter(|alias| !alias.starts_with("alias/aws/"));
        let id = text(listed, "TargetKeyId").and_then(key_id);
        all.extend(alias.zip(id).map(|(alias, id)| (Some(id), Some(alias))));
    }
    let is_absent =
        matches!(&exchange.answer, Answer::Error(error) if &*error.code == "NotFoundException");
    if let Some(named) = text(&exchange.input, "KeyId").filter(|_| !is_absent) {
        let alias = named.rsplit_once("alias/").map(|(before, _)| &named[before.len()..]);
        all.push(match alias {
            None => (key_id(named), None),
            Some(_) => (output.and_then(answered_id), alias),
        });
    }
    all
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
