//! What one run shows of its values: which are minted, by their form, by rules, and by their use in later requests.

use standin_model::{Document, Timestamp};
use standin_tape::{TimeFormat, TimeOffset, VariableKind};

use super::engine::{Edit, Engine, Piece, base64};
use super::found::{Entry, Id};
use super::leaf::{Half, Leaf, Value};
use super::strength::Strength;
use super::supplied::{LARGEST_TOKEN, is_compatible};
use crate::bindings::tokens;
use crate::{Lexical, TimeText};

/// The shortest value that is taken for a variable because a later request uses it.
const SHORTEST_USED: usize = 8;

/// The format of points in time of the model.
pub(super) const TIMESTAMP: &str = "timestamp";

impl<'r> Engine<'r> {
    /// Looks whether a leaf of a request was chosen at random: a token that the model says clients fill.
    pub(super) fn chosen(&mut self, at: usize, leaf: &Leaf<'r>) {
        let Value::Text(text) = leaf.value else { return };
        let form = Lexical::of(text).filter(|form| !matches!(form, Lexical::Time(_)));
        if leaf.idempotency && leaf.other.is_none() && form.is_some() && !text.contains('«') {
            self.add(at, leaf, text, (VariableKind::Client, form));
        }
    }

    /// Looks whether a leaf of an answer was minted.
    pub(super) fn look(&mut self, at: usize, leaf: &Leaf<'r>) {
        let is_same = leaf.other == Some(leaf.value);
        match leaf.value {
            Value::Time(time) if leaf.other.is_none() || is_same => {
                self.time(at, leaf, &exact(time), TIMESTAMP);
            }
            Value::Text(text) if leaf.other.is_none() || is_same => self.look_at(at, leaf, text),
            Value::Text(text) if !self.supplied.has(text) => self.find_endpoint(text),
            Value::Blob(bytes) if bytes.len() <= LARGEST_TOKEN && leaf.other.is_none() => {
                self.look_at_blob(at, leaf, &base64(bytes));
            }
            _ => {}
        }
    }

    fn look_at(&mut self, at: usize, leaf: &Leaf<'r>, text: &str) {
        let says = self.says(at, leaf);
        let bare = text.trim_matches('"');
        if text.contains('«') || bare.is_empty() || says.derived || is_enum(leaf) {
            return;
        }
        if self.supplied.has(text) || self.supplied.has(bare) {
            return;
        }
        self.find_endpoint(text);
        if let Some(time) = TimeText::of(text) {
            return self.time(at, leaf, text, format_of(time).name());
        }
        if leaf.other.is_some() {
            // What two runs have alike is no variable.
            return;
        }
        if says.minted || self.continues(at, leaf) {
            return self.add(at, leaf, text, (VariableKind::Opaque, None));
        }
        match Lexical::of(bare) {
            Some(form) => self.add(at, leaf, bare, (kind_of(form), Some(form))),
            None if text.starts_with("arn:") => {
                self.look_into(at, leaf, text);
                if self.scan.uses.after(at, text, leaf) {
                    self.resource(at, leaf, text);
                }
            }
            None if text.len() >= SHORTEST_USED
                && self.scan.endpoint(text).is_none()
                && self.scan.uses.after(at, text, leaf) =>
            {
                self.add(at, leaf, text, (VariableKind::Opaque, None));
            }
            None => self.look_into(at, leaf, text),
        }
    }

    /// A blob is minted where a rule says so or a later request has it too.
    fn look_at_blob(&mut self, at: usize, leaf: &Leaf<'r>, text: &str) {
        let used = || text.len() >= SHORTEST_USED && self.scan.uses.after(at, text, leaf);
        if self.supplied.has(text) || !(used() || self.says(at, leaf).minted) {
            return;
        }
        let Value::Blob(bytes) = leaf.value else { return };
        if !self.is_known(leaf, text) {
            let entry = self.entry(at, leaf, (text, None));
            let format = Some("base64".to_owned());
            let value = Document::blob(bytes::Bytes::clone(bytes));
            self.found.add(Entry { format, value, ..entry });
        }
    }

    /// Looks for minted pieces of a longer text (an ARN, a URL, a message).
    fn look_into(&mut self, at: usize, leaf: &Leaf<'r>, text: &str) {
        for (_, token) in tokens(text) {
            if let Some(form) = Lexical::of(token)
                && !self.supplied.has(token)
                && !matches!(form, Lexical::Time(_))
            {
                self.add(at, leaf, token, (kind_of(form), Some(form)));
            }
        }
    }

    /// The last piece of an ARN is minted where the client did not name it: the rest of an ARN is no news.
    fn resource(&mut self, at: usize, leaf: &Leaf<'r>, arn: &str) {
        let last = tokens(arn).map(|(_, token)| token).last().unwrap_or_default();
        if last.len() >= SHORTEST_USED && !self.supplied.has(last) {
            self.add(at, leaf, last, (VariableKind::Opaque, None));
        }
    }

    /// Whether a leaf is the token by which the model says that a listing goes on.
    fn continues(&self, at: usize, leaf: &Leaf<'r>) -> bool {
        let operation = super::leaf::Model::of(&self.first.exchanges[at]).operation;
        let paging = operation.and_then(|operation| operation.pagination.as_deref());
        let is_token = |name: &&'static str| *name == leaf.path && leaf.path.contains("Token");
        leaf.half == Half::Output && paging.is_some_and(|it| it.output_tokens.iter().any(is_token))
    }

    fn find_endpoint(&mut self, text: &str) {
        let Some(endpoint) = self.scan.endpoint(text).map(str::to_owned) else { return };
        if self.found.of_value(&endpoint).next().is_none() {
            self.found.add(Entry {
                word: "endpoint".to_owned(),
                kind: VariableKind::Host,
                like: None,
                format: None,
                shape: None,
                definition: None,
                offset: None,
                value: endpoint.as_str().into(),
                text: endpoint.clone(),
                other: Some(endpoint),
                strength: Strength::Strong,
            });
        }
    }

    /// One variable stands for all times of a form that are equal.
    pub(super) fn time(&mut self, at: usize, leaf: &Leaf<'r>, text: &str, format: &str) {
        let other = leaf.other.map(|other| match other {
            Value::Time(time) => exact(time),
            Value::Text(text) => text.to_owned(),
            _ => String::new(),
        });
        let is_same = |id: &Id| {
            let entry = self.found.get(*id);
            entry.format.as_deref() == Some(format) && (other.is_none() || entry.other == other)
        };
        if self.found.of_value(text).any(|id| is_same(&id)) {
            return;
        }
        let (value, instant) = match leaf.value {
            Value::Time(time) => (Document::Timestamp(time), Some(time)),
            _ => (text.into(), TimeText::of(text).and_then(|form| form.parse(text))),
        };
        let like = TimeText::of(text).filter(|_| format != TIMESTAMP);
        let offset = instant.zip(self.time_of(at));
        let offset = offset.map(|(time, now)| coarse(time.seconds() - now.seconds()));
        let entry = self.entry(at, leaf, (text, None));
        self.found.add(Entry {
            word: "t".to_owned(),
            kind: VariableKind::Time,
            like: like.map(|form| Lexical::Time(form).name().to_owned()),
            format: Some(format.to_owned()),
            other,
            offset,
            value,
            ..entry
        });
    }

    /// A variable for a text, unless there is one.
    pub(super) fn add(
        &mut self,
        at: usize,
        leaf: &Leaf<'r>,
        value: &str,
        (kind, form): (VariableKind, Option<Lexical>),
    ) {
        if !self.is_known(leaf, value) {
            let entry = self.entry(at, leaf, (value, form));
            self.found.add(Entry { kind, ..entry });
        }
    }

    /// A variable that is defined at a leaf.
    pub(super) fn entry(
        &self,
        at: usize,
        leaf: &Leaf<'r>,
        (value, form): (&str, Option<Lexical>),
    ) -> Entry {
        Entry {
            word: word(leaf),
            kind: form.map_or(VariableKind::Opaque, kind_of),
            like: form.map(|form| form.name().to_owned()),
            format: None,
            shape: leaf.shape.map(|shape| shape.name.to_owned()),
            definition: Some(self.place(at, leaf)),
            offset: None,
            value: value.into(),
            text: value.to_owned(),
            other: None,
            strength: Strength::of(value),
        }
    }

    /// What is written in the place of a leaf, from the variables that are known.
    pub(super) fn edit(&mut self, at: usize, leaf: &Leaf<'r>) -> Option<Edit> {
        if let Some(other) = leaf.other.filter(|other| *other != leaf.value) {
            return self.edit_pair(at, leaf, other);
        }
        match leaf.value {
            Value::Text(text) | Value::Key(text) => self.substitute(leaf, text).map(Edit::Text),
            // An input's own times stay: those of another run differ anyway.
            Value::Time(time) if !leaf.half.is_clients() => {
                self.whole(leaf, &exact(time), Some(TIMESTAMP)).map(Edit::Whole)
            }
            Value::Blob(bytes) if bytes.len() <= LARGEST_TOKEN && leaf.other.is_none() => {
                self.whole(leaf, &base64(bytes), None).map(Edit::Whole)
            }
            _ => None,
        }
    }

    /// A text with the values of known variables replaced: the whole, or what stands alone in it.
    pub(super) fn substitute(&self, leaf: &Leaf<'r>, text: &str) -> Option<Vec<Piece>> {
        if let Some(id) = self.whole(leaf, text, None) {
            return Some(vec![Piece::Variable(id)]);
        }
        let mut pieces = Vec::new();
        let mut copied = 0;
        for hit in self.found.inside(text) {
            if self.is_usable(leaf, hit.id) {
                push_text(&mut pieces, &text[copied..hit.start]);
                pieces.push(Piece::Variable(hit.id));
                copied = hit.end;
            }
        }
        push_text(&mut pieces, &text[copied..]);
        pieces.iter().any(|piece| matches!(piece, Piece::Variable(_))).then_some(pieces)
    }

    /// The variable whose value a leaf is.
    fn whole(&self, leaf: &Leaf<'r>, text: &str, format: Option<&str>) -> Option<Id> {
        self.found.of_value(text).find(|id| {
            let entry = self.found.get(*id);
            let typed = matches!(
                entry.value,
                Document::Timestamp(_) | Document::Number(_) | Document::Boolean(_)
            );
            let fits = match format {
                Some(format) => entry.format.as_deref() == Some(format),
                None => !typed,
            };
            fits && is_alike(entry, leaf) && self.is_usable(leaf, *id)
        })
    }

    /// Whether a value has a variable that can stand in the place of a leaf.
    fn is_known(&self, leaf: &Leaf<'r>, value: &str) -> bool {
        self.found.of_value(value).any(|id| is_alike(self.found.get(id), leaf))
    }

    /// Whether a variable's value in the other run is the leaf's too, where there is one.
    fn is_usable(&self, leaf: &Leaf<'r>, id: Id) -> bool {
        let entry = self.found.get(id);
        match leaf.other {
            None => true,
            Some(_) => entry.other.as_deref() == Some(&entry.text),
        }
    }
}

/// Whether a leaf can mean what a variable stands for, and not only be equal to it by chance.
fn is_alike(entry: &Entry, leaf: &Leaf<'_>) -> bool {
    entry.strength > Strength::Weak
        || entry.kind == VariableKind::Time
        || leaf.required && leaf.half == Half::Input
        || leaf.shape.is_some_and(|shape| entry.shape.as_deref() == Some(shape.name))
        || is_compatible((&entry.word, None), (leaf.member, None))
}

pub(super) fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// What sort of value a form is of.
pub(super) fn kind_of(form: Lexical) -> VariableKind {
    match form {
        Lexical::Opaque => VariableKind::Opaque,
        Lexical::Sequence => VariableKind::Ordered,
        Lexical::Time(_) => VariableKind::Time,
        _ => VariableKind::ServerId,
    }
}

/// The word that a variable is named by: its member.
pub(super) fn word(leaf: &Leaf<'_>) -> String {
    let word: String = leaf.member.chars().filter(char::is_ascii_alphanumeric).collect();
    if word.is_empty() { "value".to_owned() } else { word }
}

pub(super) fn format_of(time: TimeText) -> TimeFormat {
    match time {
        TimeText::EpochSeconds => TimeFormat::EpochSeconds,
        TimeText::EpochMillis => TimeFormat::EpochMillis,
        TimeText::Iso8601 => TimeFormat::Iso8601,
        TimeText::HttpDate => TimeFormat::HttpDate,
    }
}

/// A point in time as text that no other has.
pub(super) fn exact(time: Timestamp) -> String {
    format!("{}.{:09}", time.seconds(), time.nanos())
}

fn is_enum(leaf: &Leaf<'_>) -> bool {
    let constraints = leaf.shape.and_then(|shape| shape.constraints.as_deref());
    constraints.is_some_and(|constraints| !constraints.enum_values.is_empty())
}

/// A distance in seconds, no more exact than it can be in another run.
pub(crate) fn coarse(seconds: i64) -> TimeOffset {
    const COARSE: [(i64, i64); 3] = [(36 * 3_600, 86_400), (90 * 60, 3_600), (90, 60)];
    let unit = COARSE.iter().find(|(from, _)| seconds.abs() >= *from).map(|(_, unit)| *unit);
    TimeOffset(unit.map_or(0, |unit| {
        let half = unit / 2 * seconds.signum();
        (seconds + half) / unit * unit
    }))
}
