//! What must be known of a whole run before its first exchange is looked at.

use std::collections::{BTreeSet, HashMap};

use standin_model::{Document, Number};
use standin_tape::{Recording, VariableKind};

use super::digests::{Digests, Forms};
use super::leaf::{Half, Leaf, Pairing, Value, leaves};
use super::supplied::Uses;

/// What is known of a run.
pub(super) struct Scan<'r> {
    pub(super) uses: Uses<'r>,
    pub(super) digests: Digests,
    pub(super) hosts: BTreeSet<&'r str>,
    /// The account of the run, if it has no variable yet.
    pub(super) account: Option<String>,
}

/// Elements stand in the same place in both lists.
pub(super) struct ByPlace;

impl Pairing for ByPlace {
    fn pair(&self, _: &str, (items, _): (&[Document], &[Document])) -> Vec<Option<usize>> {
        (0..items.len()).map(Some).collect()
    }
}

impl<'r> Scan<'r> {
    pub(super) fn of(recording: &'r Recording, known: Option<&str>) -> Self {
        let hosts = recording.exchanges.iter().filter_map(|it| it.wire.host.as_deref()).collect();
        let mut scan =
            Self { uses: Uses::default(), digests: Digests::default(), hosts, account: None };
        let mut forms = Forms::default();
        let named = recording.variable_of(VariableKind::Account).is_some();
        scan.account = known.filter(|_| !named).map(str::to_owned);
        for (at, exchange) in recording.exchanges.iter().enumerate() {
            for leaf in leaves(exchange, None, &ByPlace) {
                if leaf.half == Half::Input {
                    scan.uses.add(at, &leaf);
                }
                let Value::Text(text) = leaf.value else { continue };
                forms.note(text);
                if scan.account.is_none() && !named {
                    scan.account = scan.account_in(text).map(str::to_owned);
                }
            }
        }
        scan.digests = Digests::new(forms);
        scan
    }

    /// The account of a run is the first that stands in an ARN or behind the endpoint of a URL.
    fn account_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let of_arn = text.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3));
        let of_url =
            || self.endpoint(text).and_then(|end| text.get(end.len()..)?.split('/').nth(1));
        let is_account = |part: &&str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
        of_arn.or_else(of_url).filter(is_account)
    }

    /// The part of a text that is the scheme and host of an endpoint of the run.
    pub(super) fn endpoint<'t>(&self, text: &'t str) -> Option<&'t str> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let end = rest.find('/').unwrap_or(rest.len());
        self.hosts.contains(&rest[..end]).then(|| &text[..text.len() - rest.len() + end])
    }
}

/// A number as text.
pub(super) fn number_text(number: &Number) -> String {
    match number {
        Number::Integer(whole) => whole.to_string(),
        Number::Float(float) => float.to_string(),
        Number::Text(text) => text.to_string(),
    }
}

/// The place of a leaf without positions in lists, as rules name it.
pub(super) fn pattern(leaf: &Leaf<'_>) -> String {
    let mut text = String::with_capacity(leaf.path.len() + 8);
    match leaf.half {
        Half::Error => text.push_str("error."),
        Half::Header => text.push_str("header."),
        _ => {}
    }
    let mut inside = false;
    for c in leaf.path.chars() {
        match c {
            '[' => {
                inside = true;
                text.push_str("[]");
            }
            ']' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

/// What the rules say of places, remembered.
#[derive(Default)]
pub(super) struct RuleBook {
    services: HashMap<String, crate::Rules>,
    places: HashMap<(String, String), Says>,
}

/// What the rules say of one place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Says {
    pub(super) derived: bool,
    pub(super) minted: bool,
    pub(super) approximate: bool,
}

impl RuleBook {
    pub(super) fn says(&mut self, (service, operation): (&str, &str), leaf: &Leaf<'_>) -> Says {
        let key = (format!("{service}.{operation}"), pattern(leaf));
        if let Some(says) = self.places.get(&key) {
            return *says;
        }
        let rules = self
            .services
            .entry(service.to_owned())
            .or_insert_with(|| crate::Rules::embedded(service));
        let mut says = Says::default();
        for kind in rules.at_pattern(operation, &key.1) {
            match kind {
                crate::RuleKind::Derived => says.derived = true,
                crate::RuleKind::Minted => says.minted = true,
                crate::RuleKind::Approximate => says.approximate = true,
                _ => {}
            }
        }
        self.places.insert(key, says);
        says
    }
}
