//! Recordings without what differs between two runs that say the same: pauses, and which times were equal.

use std::collections::HashSet;

use standin_model::{Answer, Document, Fields};

use super::Recording;
use crate::template::{self, Part};
use crate::{Exchange, Gap, Outcome, Variable, VariableKind};

/// What stands for any time.
const ANY: &str = "t";

/// The exchanges, one variable for all times.
pub(super) fn exchanges(recording: &Recording) -> impl Iterator<Item = Exchange> {
    let times: HashSet<&str> = recording
        .variables
        .iter()
        .filter(|variable| variable.kind == VariableKind::Time)
        .map(|variable| variable.name.as_str())
        .collect();
    recording.exchanges.iter().map(move |exchange| {
        let mut exchange = Exchange { gap: Gap::NONE, ..exchange.clone() };
        if !times.is_empty() {
            in_exchange(&mut exchange, &times);
        }
        exchange
    })
}

/// The variables but for times, without what was seen of their values: another run sees others.
pub(super) fn variables(recording: &Recording) -> impl Iterator<Item = Variable> {
    let lasting = recording.variables.iter().filter(|it| it.kind != VariableKind::Time);
    lasting.map(|variable| Variable {
        like: variable.like.clone().filter(|_| !is_random(variable.kind)),
        not_before: Vec::new(),
        ..variable.clone()
    })
}

/// Kinds whose values look like anything.
fn is_random(kind: VariableKind) -> bool {
    matches!(kind, VariableKind::Client | VariableKind::Opaque)
}

fn in_exchange(exchange: &mut Exchange, times: &HashSet<&str>) {
    in_document(&mut exchange.input, times);
    if let Outcome::Answered { answer, .. } = &mut exchange.outcome {
        match answer {
            Answer::Output(output) => in_document(output, times),
            Answer::Error(error) => {
                error.message.iter_mut().for_each(|message| in_text(message, times));
                in_fields(&mut error.members, times);
            }
        }
    }
    exchange.wire.response_headers.iter_mut().for_each(|(_, value)| in_text(value, times));
}

fn in_document(document: &mut Document, times: &HashSet<&str>) {
    match document {
        Document::String(text) => in_text(text, times),
        Document::List(items) => items.iter_mut().for_each(|item| in_document(item, times)),
        Document::Object(fields) => in_fields(fields, times),
        _ => {}
    }
}

fn in_fields(fields: &mut Fields, times: &HashSet<&str>) {
    fields.iter_mut().for_each(|(_, value)| in_document(value, times));
}

fn in_text(text: &mut String, times: &HashSet<&str>) {
    let Ok(parts) = template::parts(text) else { return };
    let is_time = |part: &Part<'_>| matches!(part, Part::Variable(name) if times.contains(name));
    if !parts.iter().any(is_time) {
        return;
    }
    let written = parts.iter().map(|part| match part {
        Part::Variable(_) if is_time(part) => template::reference(ANY),
        Part::Variable(name) => template::reference(name),
        Part::Literal(literal) => template::escape(literal).into_owned(),
    });
    *text = written.collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tests::sample;

    #[test]
    fn times_that_were_equal_by_chance_are_no_difference() {
        let with = |texts: [&str; 2]| {
            let mut recording = sample();
            for name in ["t:1", "t:2"] {
                recording.variables.push(Variable::new(name, VariableKind::Time));
            }
            recording.exchanges[0].input =
                Document::List(texts.into_iter().map(Document::from).collect());
            recording
        };
        let same = with(["at «t:1»", "«t:1»"]);
        assert!(same.same_exchanges(&with(["at «t:1»", "«t:2»"])));
        assert!(!same.same_exchanges(&with(["at «t:1»", "never"])));
        assert!(!same.same_exchanges(&with(["at «MessageId:1»", "«t:1»"])));
    }
}
