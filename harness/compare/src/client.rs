//! What the client made at random, so that another run of it can be matched.

use std::collections::HashMap;

use standin_model::{Answer, Document};
use standin_tape::{Exchange, Outcome, Recording, Variable, VariableKind, template};

use crate::{Lexical, TimeText};

/// Replaces what the client of a recording seems to have made at random or by the clock by variables that
/// any value fits: UUIDs, hexadecimal digits and epoch times inside the texts of its inputs.
#[must_use]
pub fn with_client_variables(mut recording: Recording) -> Recording {
    let mut made: HashMap<String, String> = HashMap::new();
    for exchange in &recording.exchanges {
        texts(&exchange.input, &mut |text| {
            for value in random_runs(text) {
                if made.contains_key(value) {
                    continue;
                }
                let name = format!("client:{}", made.len() + 1);
                let like = Lexical::of(value).filter(|form| *form == Lexical::Uuid);
                recording.variables.push(Variable {
                    like: like.map(|form| form.name().to_owned()),
                    ..Variable::new(name.clone(), VariableKind::Client)
                });
                made.insert(value.to_owned(), template::reference(&name));
            }
        });
    }
    if made.is_empty() {
        return recording;
    }
    let mut change = |text: &mut String| {
        if let Some(changed) = named(text, &made) {
            *text = changed;
        }
    };
    recording.exchanges.iter_mut().for_each(|exchange| in_exchange(exchange, &mut change));
    recording
}

/// A text with variables in the places of the values that the client made; none if it has no such value.
fn named(text: &str, made: &HashMap<String, String>) -> Option<String> {
    let mut changed: Option<String> = None;
    let mut kept = 0;
    for run in runs(text) {
        if let Some(reference) = made.get(run) {
            let at = run.as_ptr().addr() - text.as_ptr().addr();
            let changed = changed.get_or_insert_default();
            changed.push_str(&text[kept..at]);
            changed.push_str(reference);
            kept = at + run.len();
        }
    }
    changed.map(|changed| changed + &text[kept..])
}

/// The parts of a text that nobody writes by hand.
fn random_runs(text: &str) -> Vec<&str> {
    if text.contains('«') {
        return Vec::new();
    }
    let is_made = |run: &&str| Lexical::of(run) == Some(Lexical::Uuid) || is_random(run);
    runs(text).filter(is_made).collect()
}

/// The runs of letters and digits in a text; a UUID is one.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = &rest[rest.find(|c: char| c.is_ascii_alphanumeric())?..];
        let is_uuid =
            |text: &&str| text.as_bytes()[8] == b'-' && Lexical::of(text) == Some(Lexical::Uuid);
        let uuid = rest.get(..36).filter(is_uuid);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let run = uuid.unwrap_or(&rest[..end]);
        rest = &rest[run.len()..];
        Some(run)
    })
}

fn is_random(run: &str) -> bool {
    let lower = run.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let upper = run.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    let mixed =
        run.bytes().any(|b| b.is_ascii_digit()) && run.bytes().any(|b| b.is_ascii_alphabetic());
    let time = matches!(TimeText::of(run), Some(TimeText::EpochSeconds | TimeText::EpochMillis));
    time || run.len() >= 8 && mixed && (lower || upper)
}

fn texts<'d>(document: &'d Document, visit: &mut dyn FnMut(&'d str)) {
    match document {
        Document::String(text) => visit(text),
        Document::List(items) => items.iter().for_each(|item| texts(item, visit)),
        Document::Object(fields) => fields.iter().for_each(|(_, value)| texts(value, visit)),
        _ => {}
    }
}

fn in_exchange(exchange: &mut Exchange, change: &mut dyn FnMut(&mut String)) {
    in_document(&mut exchange.input, change);
    let Outcome::Answered { answer, .. } = &mut exchange.outcome else { return };
    match answer {
        Answer::Output(output) => in_document(output, change),
        Answer::Error(error) => {
            error.message.iter_mut().for_each(&mut *change);
            error.members.iter_mut().for_each(|(_, value)| in_document(value, change));
        }
    }
    exchange.wire.response_headers.iter_mut().for_each(|(_, value)| change(value));
}

fn in_document(document: &mut Document, change: &mut dyn FnMut(&mut String)) {
    match document {
        Document::String(text) => change(text),
        Document::List(items) => items.iter_mut().for_each(|item| in_document(item, change)),
        Document::Object(fields) => {
            fields.iter_mut().for_each(|(_, value)| in_document(value, change));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_parts_are_found_and_words_are_not() {
        let cases: [(&str, &[&str]); 7] = [
            (
                "queue-2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b.fifo",
                &["2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b"],
            ),
            ("jobs-2f9b3b1e", &["2f9b3b1e"]),
            ("jobs_1700000000", &["1700000000"]),
            ("deadbeef", &[]),
            ("arn:aws:iam::123456789012:role/worker", &[]),
            ("«QueueUrl:1»/2f9b3b1e", &[]),
            ("hello world, 12 é", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(random_runs(text), expected, "{text}");
        }
    }
}
