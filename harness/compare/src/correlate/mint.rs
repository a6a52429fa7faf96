//! The values that a recording's server minted, with the variables that stand for them.

use std::collections::{BTreeMap, HashMap};

use standin_model::Document;
use standin_tape::{Exchange, Recording, Variable, VariableKind};

use super::supplied::{Supplied, visit};
use super::{Leaf, rules_of, visit_answer};
use crate::bindings::tokens;
use crate::{Lexical, Path, RuleKind, TimeText};

/// Variables by the value that they stand for.
pub(super) struct Mint {
    names: HashMap<String, String>,
    variables: Vec<Variable>,
    ordinals: BTreeMap<String, u32>,
    hosts: Vec<String>,
}

/// The shortest value that is taken for a variable because a later request uses it.
const SHORTEST_USED: usize = 8;

impl Mint {
    pub(super) fn new(recording: &Recording) -> Self {
        let mut hosts: Vec<String> =
            recording.exchanges.iter().filter_map(|exchange| exchange.wire.host.clone()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let ordinals = ordinals_of(&recording.variables);
        let mut mint = Self { names: HashMap::new(), variables: Vec::new(), ordinals, hosts };
        if recording.variable_of(VariableKind::Account).is_none() {
            mint.find_account(recording);
        }
        mint
    }

    /// The account of the run is the first that stands in an ARN or behind the endpoint of a URL.
    fn find_account(&mut self, recording: &Recording) {
        let mut found = None;
        for exchange in &recording.exchanges {
            let mut look = |_: &Path, leaf: Leaf<'_>| {
                if let (None, Leaf::Text(text)) = (&found, leaf) {
                    found = self.account_in(text).map(str::to_owned);
                }
            };
            visit(&exchange.input, &Path::root(), &mut look);
            visit_answer(exchange, &mut look);
        }
        if let Some(account) = found {
            self.names.insert(account, "account".to_owned());
            self.variables.push(Variable::new("account", VariableKind::Account));
        }
    }

    fn account_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let of_arn = text.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3));
        let of_url = || self.endpoint(text).and_then(|end| text[end.len()..].split('/').nth(1));
        let is_account = |part: &&str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
        of_arn.or_else(of_url).filter(is_account)
    }

    /// The variable that stands for a value.
    pub(super) fn name(&self, value: &str) -> Option<&str> {
        self.names.get(value).map(String::as_str)
    }

    /// The part of a text that is the endpoint's scheme and host.
    pub(super) fn endpoint<'t>(&self, text: &'t str) -> Option<&'t str> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let end = rest.find('/').unwrap_or(rest.len());
        let host = self.hosts.iter().any(|host| *host == rest[..end]);
        host.then(|| &text[..text.len() - rest.len() + end])
    }

    /// The variables found, by first appearance.
    pub(super) fn into_variables(self) -> Vec<Variable> {
        self.variables
    }

    /// Looks whether a leaf of an answer was minted.
    pub(super) fn look(
        &mut self,
        exchange: &Exchange,
        path: &Path,
        leaf: Leaf<'_>,
        (supplied, later): (&Supplied, &[Exchange]),
    ) {
        let text = match leaf {
            Leaf::Time(text) => return self.time(exchange, path, text, "timestamp"),
            Leaf::Blob(text) => return self.blob(exchange, path, text, (supplied, later)),
            Leaf::Text(text) if text.contains('«') => return,
            Leaf::Text(text) => text,
        };
        let rules = rules_of(exchange);
        let says = |kind| rules.says(exchange.operation(), path, &kind);
        let bare = text.trim_matches('"');
        if says(RuleKind::Derived) || supplied.has(text) || supplied.has(bare) || bare.is_empty() {
            return;
        }
        self.find_endpoint(text);
        if let Some(time) = TimeText::of(text) {
            return self.time(exchange, path, text, Lexical::Time(time).name());
        }
        if says(RuleKind::Minted) {
            return self.add(exchange, path, text, (VariableKind::Opaque, None));
        }
        match Lexical::of(bare) {
            Some(form) => self.add(exchange, path, bare, (kind_of(form), Some(form))),
            None if text.starts_with("arn:") => {
                self.look_into(exchange, path, text, supplied);
                if is_used(text, later) {
                    self.resource(exchange, path, text, supplied);
                }
            }
            None if text.len() >= SHORTEST_USED
                && self.endpoint(text).is_none()
                && is_used(text, later) =>
            {
                self.add(exchange, path, text, (VariableKind::Opaque, None));
            }
            None => self.look_into(exchange, path, text, supplied),
        }
    }

    /// A blob is minted where a rule says so or a later request has it too.
    fn blob(
        &mut self,
        exchange: &Exchange,
        path: &Path,
        text: &str,
        (supplied, later): (&Supplied, &[Exchange]),
    ) {
        let is_minted = || {
            rules_of(exchange).says(exchange.operation(), path, &RuleKind::Minted)
                || text.len() >= SHORTEST_USED && is_used(text, later)
        };
        if supplied.has(text) || self.names.contains_key(text) || !is_minted() {
            return;
        }
        self.add(exchange, path, text, (VariableKind::Opaque, None));
        if let Some(variable) = self.variables.last_mut() {
            variable.format = Some("base64".to_owned());
        }
    }

    /// Looks for minted pieces of a longer text (an ARN, a URL, a message).
    fn look_into(&mut self, exchange: &Exchange, path: &Path, text: &str, supplied: &Supplied) {
        for (_, token) in tokens(text) {
            if let Some(form) = Lexical::of(token)
                && !supplied.has(token)
                && !matches!(form, Lexical::Time(_))
            {
                self.add(exchange, path, token, (kind_of(form), Some(form)));
            }
        }
    }

    /// The last piece of an ARN is minted where the client did not name it: the rest of an ARN is no news.
    fn resource(&mut self, exchange: &Exchange, path: &Path, arn: &str, supplied: &Supplied) {
        let last = tokens(arn).map(|(_, token)| token).last().unwrap_or_default();
        if last.len() >= SHORTEST_USED && !supplied.has(last) {
            self.add(exchange, path, last, (VariableKind::Opaque, None));
        }
    }

    fn find_endpoint(&mut self, text: &str) {
        if let Some(endpoint) = self.endpoint(text)
            && !self.names.contains_key(endpoint)
        {
            self.names.insert(endpoint.to_owned(), "endpoint".to_owned());
            if self.variables.iter().all(|variable| variable.name != "endpoint") {
                self.variables.push(Variable::new("endpoint", VariableKind::Host));
            }
        }
    }

    /// One variable stands for all times of a form: whether two of them are equal is chance.
    fn time(&mut self, exchange: &Exchange, path: &Path, text: &str, format: &str) {
        let known =
            self.variables.iter().find(|variable| variable.format.as_deref() == Some(format));
        let name = match known {
            Some(variable) => variable.name.clone(),
            None => self.add_time(exchange, path, format),
        };
        self.names.entry(text.to_owned()).or_insert(name);
    }

    fn add_time(&mut self, exchange: &Exchange, path: &Path, format: &str) -> String {
        let name = self.next_name("t");
        let variable =
            Variable::new(name.clone(), VariableKind::Time).defined_at(place(exchange, path));
        let like = (format != "timestamp").then(|| format.to_owned());
        self.variables.push(Variable { like, format: Some(format.to_owned()), ..variable });
        name
    }

    fn add(
        &mut self,
        exchange: &Exchange,
        path: &Path,
        value: &str,
        (kind, form): (VariableKind, Option<Lexical>),
    ) {
        if self.names.contains_key(value) {
            return;
        }
        let name = self.next_name(path.name());
        self.names.insert(value.to_owned(), name.clone());
        let variable = Variable::new(name, kind).defined_at(place(exchange, path));
        let like = form.map(|form| form.name().to_owned());
        self.variables.push(Variable { like, ..variable });
    }

    fn next_name(&mut self, word: &str) -> String {
        let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        let word = if word.is_empty() { "value".to_owned() } else { word };
        let ordinal = self.ordinals.entry(word.clone()).or_insert(0);
        *ordinal += 1;
        format!("{word}:{ordinal}")
    }
}

/// The ordinals that names have reached already.
fn ordinals_of(variables: &[Variable]) -> BTreeMap<String, u32> {
    let mut ordinals = BTreeMap::new();
    for (word, ordinal) in variables.iter().filter_map(|v| v.name.split_once(':')) {
        let reached = ordinals.entry(word.to_owned()).or_insert(0);
        *reached = ordinal.parse().unwrap_or(0).max(*reached);
    }
    ordinals
}

fn kind_of(form: Lexical) -> VariableKind {
    match form {
        Lexical::Opaque => VariableKind::Opaque,
        Lexical::Sequence => VariableKind::Ordered,
        Lexical::Time(_) => VariableKind::Time,
        _ => VariableKind::ServerId,
    }
}

fn place(exchange: &Exchange, path: &Path) -> String {
    format!("{}.output.{path}", exchange.id)
}

/// Whether a later request has the value as one of its own.
fn is_used(value: &str, later: &[Exchange]) -> bool {
    later.iter().any(|exchange| has_leaf(&exchange.input, value))
}

fn has_leaf(input: &Document, value: &str) -> bool {
    let mut found = false;
    visit(input, &Path::root(), &mut |_, leaf| {
        found |= matches!(leaf, Leaf::Text(text) | Leaf::Blob(text) if text == value);
    });
    found
}
