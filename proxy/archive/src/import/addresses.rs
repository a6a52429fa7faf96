//! Public addresses that a client sent: they tell of machines, and become variables.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use standin_model::{Answer, Document};
use standin_tape::{Variable, VariableKind};

use super::decode::Decoded;

/// Networks for documentation (RFC 5737); one that the exchanges don't name lends its addresses while they are scrubbed.
const DOCUMENTATION: [&str; 3] = ["198.51.100.", "203.0.113.", "192.0.2."];

/// Puts an address of documentation in the place of each public one that is in an input, wherever it stands. Gives the
/// variables for these.
pub(super) fn hide(exchanges: &mut [Decoded]) -> Vec<(Variable, String)> {
    let mut found = Vec::new();
    for exchange in exchanges.iter() {
        gather(&exchange.input, &mut found);
    }
    let mut seen = BTreeSet::new();
    found.retain(|address| seen.insert(address.clone()));
    let is_free = |network: &str| !exchanges.iter().any(|exchange| names(exchange, network));
    let network = DOCUMENTATION.into_iter().find(|network| is_free(network));
    let Some(network) = network else { return Vec::new() };
    let mut variables = Vec::new();
    for (address, ordinal) in found.into_iter().zip(1..255) {
        let lent = format!("{network}{ordinal}");
        for exchange in exchanges.iter_mut() {
            exchange.input = replaced(&exchange.input, &address, &lent);
            replace_in_answer(&mut exchange.answer, &address, &lent);
        }
        let name = format!("PublicIp:{ordinal}");
        variables.push((Variable::new(name, VariableKind::ServerId), lent));
    }
    variables
}

fn gather(document: &Document, found: &mut Vec<String>) {
    match document {
        Document::String(text) if text.parse().is_ok_and(is_public) => found.push(text.clone()),
        Document::List(items) => items.iter().for_each(|item| gather(item, found)),
        Document::Object(fields) => fields.iter().for_each(|(_, value)| gather(value, found)),
        _ => {}
    }
}

fn is_public(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_broadcast()
        || address.is_multicast()
        || is_shared
        || first == 0
        || first >= 240)
}

/// Whether a text is anywhere in an exchange.
fn names(exchange: &Decoded, text: &str) -> bool {
    let in_answer = match &exchange.answer {
        Answer::Output(output) => holds(output, text),
        Answer::Error(error) => {
            error.message.as_ref().is_some_and(|message| message.contains(text))
                || error.members.iter().any(|(_, value)| holds(value, text))
        }
    };
    in_answer || holds(&exchange.input, text)
}

fn holds(document: &Document, text: &str) -> bool {
    match document {
        Document::String(value) => value.contains(text),
        Document::List(items) => items.iter().any(|item| holds(item, text)),
        Document::Object(fields) => fields.iter().any(|(_, value)| holds(value, text)),
        _ => false,
    }
}

fn replace_in_answer(answer: &mut Answer, from: &str, to: &str) {
    match answer {
        Answer::Output(output) => *output = replaced(output, from, to),
        Answer::Error(error) => {
            error.message = error.message.take().map(|text| in_text(&text, from, to));
            for (_, value) in error.members.iter_mut() {
                *value = replaced(value, from, to);
            }
        }
    }
}

fn replaced(document: &Document, from: &str, to: &str) -> Document {
    match document {
        Document::String(text) if text.contains(from) => in_text(text, from, to).into(),
        Document::List(items) => {
            Document::List(items.iter().map(|item| replaced(item, from, to)).collect())
        }
        Document::Object(fields) => Document::Object(
            fields.iter().map(|(key, value)| (key.clone(), replaced(value, from, to))).collect(),
        ),
        other => other.clone(),
    }
}

/// The text with an address in it replaced, where it is not a part of a longer one.
fn in_text(text: &str, from: &str, to: &str) -> String {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut done = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, _) in text.match_indices(from) {
        let end = at + from.len();
        if is_part(text[..at].chars().next_back()) || is_part(text[end..].chars().next()) {
            continue;
        }
        done.push_str(&text[rest..at]);
        done.push_str(to);
        rest = end;
    }
    done.push_str(&text[rest..]);
    done
}
