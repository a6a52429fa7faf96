//! The way through a run: exchange by exchange, first what the client sent, then what was answered.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_model::{Document, Timestamp};
use standin_tape::template::{self, Part};
use standin_tape::{Exchange, ExchangeId, Expression, Recording, VariableKind};

use super::Known;
use super::digests::{Digests, Forms, Source, may_be_digest};
use super::found::{Entry, Found, Id};
use super::leaf::{Half, Leaf, Value, leaves};
use super::scan::{ByPlace, RuleBook, Scan};
use super::strength::Strength;
use super::supplied::Supplied;
use super::twin::{Keyed, Twin};
use crate::derived::{recompute, template_at};

/// What is written in the place of a leaf.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    /// Text with variables in it.
    Text(Vec<Piece>),
    /// A variable whose value is no text.
    Whole(Id),
    /// A value that follows from others.
    Derived(Expression),
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A piece of the template, as it was.
    Text(String),
    Variable(Id),
}

/// A run on its way.
pub(super) struct Engine<'r> {
    pub(super) first: &'r Recording,
    pub(super) twin: Option<Twin<'r>>,
    known: &'r Known,
    pub(super) scan: Scan<'r>,
    pub(super) found: Found,
    pub(super) supplied: Supplied<'r>,
    pub(super) rules: RuleBook,
    places: HashMap<&'r ExchangeId, usize>,
    /// For each exchange the edits of its leaves.
    pub(super) edits: Vec<Vec<Option<Edit>>>,
}

impl<'r> Engine<'r> {
    /// A run that is looked at for the first time, beside another of the same client if there is one.
    pub(super) fn new(first: &'r Recording, twin: Option<Twin<'r>>, known: &'r Known) -> Self {
        let scan = Scan::of(first, known.account.as_deref());
        let places = first.exchanges.iter().enumerate().map(|(at, it)| (&it.id, at)).collect();
        let mut engine = Self {
            first,
            twin,
            known,
            scan,
            found: Found::default(),
            supplied: Supplied::default(),
            rules: RuleBook::default(),
            places,
            edits: Vec::with_capacity(first.exchanges.len()),
        };
        engine.constants();
        engine
    }

    /// Goes through all exchanges.
    pub(super) fn run(&mut self) {
        for at in 0..self.first.exchanges.len() {
            let edits = self.exchange(at);
            self.edits.push(edits);
        }
    }

    /// What can't differ between runs in one account and region.
    fn constants(&mut self) {
        if let Some(account) = self.scan.account.clone() {
            self.constant("account", VariableKind::Account, &account);
        }
        if self.first.variable_of(VariableKind::Region).is_none() && !self.first.region.is_empty() {
            self.constant("region", VariableKind::Region, &self.first.region.clone());
        }
    }

    fn constant(&mut self, name: &str, kind: VariableKind, value: &str) {
        self.found.add(Entry {
            word: name.to_owned(),
            kind,
            like: None,
            format: None,
            shape: None,
            definition: None,
            offset: None,
            value: value.into(),
            text: value.to_owned(),
            other: Some(value.to_owned()),
            strength: Strength::Medium,
        });
    }

    fn exchange(&mut self, at: usize) -> Vec<Option<Edit>> {
        let exchange = &self.first.exchanges[at];
        let other = self.twin.as_ref().and_then(|twin| twin.of(exchange));
        let leaves = match other {
            Some(_) => leaves(exchange, other, &Keyed::of(exchange, &self.found)),
            None => leaves(exchange, None, &ByPlace),
        };
        let is_clients = |index: &usize| leaves[*index].half.is_clients();
        let (client, server): (Vec<usize>, Vec<usize>) = (0..leaves.len()).partition(is_clients);
        let mut edits = vec![None; leaves.len()];
        for index in &client {
            self.supplied.add(&leaves[*index]);
        }
        self.sent(at, (&leaves, &client), &mut edits);
        self.scan.digests.compose(client.iter().filter_map(|index| part_tag(&leaves[*index])));
        self.answered(at, (&leaves, &server), &mut edits);
        edits
    }

    /// What the client sent; checksums of it come last.
    fn sent(
        &mut self,
        at: usize,
        (leaves, client): (&[Leaf<'r>], &[usize]),
        edits: &mut [Option<Edit>],
    ) {
        let (late, early): (Vec<usize>, Vec<usize>) =
            client.iter().copied().partition(|index| is_late(&leaves[*index]));
        for index in early {
            self.chosen(at, &leaves[index]);
            edits[index] = self.edit(at, &leaves[index]);
            self.add_source(at, &leaves[index], edits[index].as_ref());
        }
        for index in late {
            let leaf = &leaves[index];
            edits[index] = match self.derived(leaf, None) {
                Some(derived) => derived,
                None => {
                    self.chosen(at, leaf);
                    self.edit(at, leaf)
                }
            };
            self.add_source(at, leaf, edits[index].as_ref());
        }
        self.lengths((leaves, client), edits);
    }

    /// What was answered; digests of it come last.
    fn answered(
        &mut self,
        at: usize,
        (leaves, server): (&[Leaf<'r>], &[usize]),
        edits: &mut [Option<Edit>],
    ) {
        let (late, early): (Vec<usize>, Vec<usize>) =
            server.iter().copied().partition(|index| is_late(&leaves[*index]));
        let mut siblings = self.siblings(at, leaves, (&early, &late));
        for index in server {
            let leaf = &leaves[*index];
            if !self.follows(leaf, &siblings) {
                self.look(at, leaf);
            }
        }
        for index in early {
            edits[index] = self.edit(at, &leaves[index]);
            if edits[index].is_some() {
                siblings.varies(index);
            }
        }
        for index in late {
            let leaf = &leaves[index];
            edits[index] = match self.derived(leaf, Some(&siblings)) {
                Some(derived) => derived,
                None => {
                    self.look(at, leaf);
                    self.edit(at, leaf)
                }
            };
        }
        self.lengths((leaves, server), edits);
    }

    /// Whether a leaf of an answer is a digest of what was sent, or of what stands beside it, and can be said to be.
    fn follows(&self, leaf: &Leaf<'r>, siblings: &Digests) -> bool {
        let Value::Text(text) = leaf.value else { return false };
        let found = self.scan.digests.find(text).or_else(|| siblings.find(text));
        is_late(leaf) && found.is_some_and(|found| !found.varies || found.expression.is_some())
    }

    /// The digests of an answer's own values, where it has values that may be such and follow from no request.
    fn siblings(
        &self,
        at: usize,
        leaves: &[Leaf<'r>],
        (early, late): (&[usize], &[usize]),
    ) -> Digests {
        let mut forms = Forms::default();
        for index in late {
            if let Value::Text(text) = leaves[*index].value
                && self.scan.digests.find(text).is_none()
            {
                forms.note(text);
            }
        }
        let mut digests = Digests::new(forms);
        if !digests.are_not_wanted() {
            for index in early {
                let leaf = &leaves[*index];
                if let (Half::Output, Some(bytes)) = (leaf.half, plain(leaf.value)) {
                    digests.add_at(*index, &bytes, self.source(at, leaf));
                }
            }
        }
        digests
    }

    fn add_source(&mut self, at: usize, leaf: &Leaf<'r>, edit: Option<&Edit>) {
        if self.scan.digests.are_not_wanted() {
            return;
        }
        if let Some(bytes) = plain(leaf.value) {
            let source = Source { varies: edit.is_some(), ..self.source(at, leaf) };
            self.scan.digests.add(&bytes, source);
        }
    }

    fn source(&self, at: usize, leaf: &Leaf<'_>) -> Source {
        let place = match leaf.value {
            Value::Key(_) => None,
            _ => self.place(at, leaf).parse().ok(),
        };
        Source { place, varies: false }
    }

    /// The edit of a leaf that follows from others: none if these are the same in each run. The outer `None`
    /// means that it follows from nothing, or that it can't be said from what.
    #[expect(clippy::option_option, reason = "no edit, and not derived at all, are two answers")]
    fn derived(&self, leaf: &Leaf<'r>, siblings: Option<&Digests>) -> Option<Option<Edit>> {
        let Value::Text(text) = leaf.value else { return None };
        let found = self.scan.digests.find(text);
        let found = found.or_else(|| siblings.and_then(|siblings| siblings.find(text)))?;
        let differs = leaf.other.is_some_and(|other| other != leaf.value);
        if !found.varies && !differs {
            return Some(None);
        }
        let expression = found.expression?;
        let ours = self.value_of(self.first, &expression)?;
        let theirs = match (leaf.other, self.twin.as_ref()) {
            (Some(Value::Text(other)), Some(twin)) => {
                self.value_of(twin.second, &expression)? == other.into()
            }
            _ => true,
        };
        (ours == text.into() && theirs).then_some(Some(Edit::Derived(expression)))
    }

    /// What an expression says of the values of one run.
    pub(super) fn value_of(&self, run: &Recording, expression: &Expression) -> Option<Document> {
        let value = |place: &standin_tape::Place| {
            let unbound = || template::TemplateError::Form(place.to_string());
            let exchange = match std::ptr::eq(run, self.first) {
                true => self.places.get(&place.exchange()).map(|at| &run.exchanges[*at]),
                false => self.twin.as_ref().and_then(|twin| twin.named(&place.exchange())),
            };
            let found = template_at(exchange.ok_or_else(unbound)?, place).ok_or_else(unbound)?;
            template::bind(&found.to_document(), &|_| None)
        };
        recompute(expression, &value).ok()
    }

    /// Lengths of what differs from run to run, beside a digest of it or in the request that sends it.
    fn lengths(&self, (leaves, of): (&[Leaf<'r>], &[usize]), edits: &mut [Option<Edit>]) {
        for index in of {
            let leaf = &leaves[*index];
            let Value::Number(number) = leaf.value else { continue };
            if !leaf.member.ends_with("Length") && leaf.member != "Size" {
                continue;
            }
            let parent = |leaf: &Leaf<'_>| leaf.path.rfind('.').map_or(0, |at| at);
            let same = |other: &usize| {
                leaves[*other].half == leaf.half
                    && parent(&leaves[*other]) == parent(leaf)
                    && leaves[*other].path[..parent(leaf)] == leaf.path[..parent(leaf)]
            };
            let sources = of.iter().filter(|other| same(other));
            let expression = sources.filter_map(|other| match &edits[*other] {
                Some(Edit::Derived(expression)) => match expression.places().as_slice() {
                    [place] => Some((*place).clone()),
                    _ => None,
                },
                Some(Edit::Whole(_)) if matches!(leaves[*other].value, Value::Blob(_)) => {
                    self.place_of(&leaves[*other])
                }
                _ => None,
            });
            let mut expression = expression
                .map(|place| Expression::of(standin_tape::Function::Len, Expression::Place(place)));
            let expected = Document::Number(number.clone());
            let fits = |it: &Expression| self.value_of(self.first, it).as_ref() == Some(&expected);
            if let Some(found) = expression.find(fits) {
                edits[*index] = Some(Edit::Derived(found));
            }
        }
    }

    fn place_of(&self, leaf: &Leaf<'_>) -> Option<standin_tape::Place> {
        self.place(self.edits.len(), leaf).parse().ok()
    }

    /// Where a leaf stands in the recording.
    pub(super) fn place(&self, at: usize, leaf: &Leaf<'_>) -> String {
        let (id, half) = (&self.first.exchanges[at].id, leaf.half.name());
        if leaf.path.is_empty() || leaf.half == Half::Host {
            return format!("{id}.{half}");
        }
        format!("{id}.{half}.{}", leaf.path)
    }

    /// When an exchange was answered, if that is known.
    pub(super) fn time_of(&self, at: usize) -> Option<Timestamp> {
        self.known.times.get(at).copied().flatten()
    }

    /// What the rules say of a leaf.
    pub(super) fn says(&mut self, at: usize, leaf: &Leaf<'_>) -> super::scan::Says {
        let exchange: &Exchange = &self.first.exchanges[at];
        self.rules.says((&exchange.service, exchange.operation()), leaf)
    }
}

/// The bytes of a value that others may follow from.
fn plain(value: Value<'_>) -> Option<std::borrow::Cow<'_, [u8]>> {
    match value {
        Value::Blob(bytes) => Some((&bytes[..]).into()),
        Value::Text(text) | Value::Key(text) if !text.contains('«') => {
            Some(text.as_bytes().into())
        }
        Value::Text(text) | Value::Key(text) => match template::parts(text).ok()?.as_slice() {
            [Part::Literal(literal)] => Some(literal.as_bytes().to_vec().into()),
            _ => None,
        },
        _ => None,
    }
}

/// Values that may be digests of others are looked at after these.
fn is_late(leaf: &Leaf<'_>) -> bool {
    matches!(leaf.value, Value::Text(text) if may_be_digest(text))
}

/// The tag of a part in the request that completes an upload.
fn part_tag<'d>(leaf: &Leaf<'d>) -> Option<&'d str> {
    let is_part = leaf.member == "ETag" && leaf.path.contains("Parts[");
    match leaf.value {
        Value::Text(text) if is_part => Some(text),
        _ => None,
    }
}

/// A blob as variables have it.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
