//! The names that LocalStack's snapshots have in the place of values: they become variables.

use std::collections::BTreeMap;

use standin_model::{Answer, Document, ShapeId, ShapeKind};
use standin_tape::{Variable, VariableKind, template};

use super::decode::Decoded;

/// The variables of all placeholders, and the text that each stands in.
pub(super) fn find(exchanges: &[Decoded]) -> Vec<(Variable, String)> {
    let mut found = BTreeMap::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.has_placeholders) {
        let mut look = Look { exchange, found: &mut found };
        match &exchange.answer {
            Answer::Output(output) => look.value(output, exchange.call.operation.output),
            Answer::Error(error) => {
                look.text(error.message.as_deref().unwrap_or_default());
                for (_, member) in error.members.iter() {
                    look.value(member, None);
                }
            }
        }
    }
    let variable = |(text, kind): (String, VariableKind)| {
        let name = text.trim_matches(['<', '>']).to_owned();
        (Variable::new(name, kind), text)
    };
    found.into_iter().map(variable).collect()
}

struct Look<'l> {
    exchange: &'l Decoded,
    found: &'l mut BTreeMap<String, VariableKind>,
}

impl Look<'_> {
    fn value(&mut self, document: &Document, id: Option<ShapeId>) {
        let kind = id.map(|id| &self.exchange.call.service.shape(id).kind);
        match document {
            Document::String(text) if matches!(kind, Some(ShapeKind::Timestamp)) => {
                self.found.insert(text.clone(), VariableKind::Time);
            }
            Document::String(text) => self.text(text),
            Document::List(items) => {
                let of = match kind {
                    Some(ShapeKind::List(member)) => Some(member.shape),
                    _ => None,
                };
                for item in items {
                    self.value(item, of);
                }
            }
            Document::Object(fields) => {
                for (key, item) in fields.iter() {
                    let of = match kind {
                        Some(ShapeKind::Structure(structure)) => {
                            structure.member(key).map(|member| member.shape)
                        }
                        Some(ShapeKind::Map(_, value)) => Some(value.shape),
                        _ => None,
                    };
                    self.text(key);
                    self.value(item, of);
                }
            }
            _ => {}
        }
    }

    /// Each `<name:n>` in a text.
    fn text(&mut self, text: &str) {
        for (at, _) in text.match_indices('<') {
            let Some((name, _)) = text[at + 1..].split_once('>') else { return };
            if template::is_name(name) {
                let kind =
                    if name == "region" { VariableKind::Region } else { VariableKind::Opaque };
                self.found.entry(format!("<{name}>")).or_insert(kind);
            }
        }
    }
}
