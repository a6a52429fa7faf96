//! Events as messages can carry them.

use standin_model::{Document, Fields, Member, ShapeKind, Structure};

use super::Rules;

/// One member of a stream; the first one without anything, where a value has none.
pub(super) fn legalise(rules: &Rules<'_>, stream: &'static Structure, fields: Fields) -> Document {
    let chosen = fields.into_iter().find_map(|(name, value)| Some((stream.member(&name)?, value)));
    let first = || Some((stream.members.first()?, Document::empty()));
    let Some((member, value)) = chosen.or_else(first) else { return Document::empty() };
    let value = event(rules, member, value);
    Document::Object([(member.name.into(), value)].into_iter().collect())
}

fn event(rules: &Rules<'_>, member: &Member, value: Document) -> Document {
    let (Some(structure), Document::Object(fields)) = (rules.shape(member).structure(), value)
    else {
        return Document::empty();
    };
    let mut fields = rules.fields(structure, fields);
    let Some(payload) = structure.members.iter().find(|member| member.event_payload) else {
        return Document::Object(fields);
    };
    let value = fields.remove(payload.name);
    let headers = fields
        .into_iter()
        .filter(|(name, _)| structure.member(name).is_some_and(|member| member.event_header));
    let mut fields: Fields = headers.collect();
    fields.push(payload.name, value.unwrap_or_else(|| nothing(rules, payload)));
    Document::Object(fields)
}

/// What an empty payload is read as.
fn nothing(rules: &Rules<'_>, payload: &Member) -> Document {
    match rules.shape(payload).kind {
        ShapeKind::Blob => Document::blob(Vec::new()),
        ShapeKind::String => Document::from(""),
        _ => Document::empty(),
    }
}
