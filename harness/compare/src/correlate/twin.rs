//! What two runs of the same client show of its values: what differs is a variable, known by the pair of values.

use std::collections::HashMap;

use standin_model::Document;
use standin_tape::{Exchange, ExchangeId, Recording, VariableKind};

use super::engine::{Edit, Engine, Piece, base64};
use super::flow::{TIMESTAMP, exact, format_of, kind_of, push_text};
use super::found::{Entry, Found, Id, words};
use super::leaf::{Leaf, Pairing, Value};
use super::scan::number_text;
use crate::{Lexical, ListOrder, Path, Pattern, Rules, Segment, TimeText};

/// The second run of a client.
pub(super) struct Twin<'r> {
    pub(super) second: &'r Recording,
    by_id: HashMap<&'r ExchangeId, &'r Exchange>,
}

/// Pairs the elements of lists by place, or by what identifies them.
pub(super) struct Keyed<'f> {
    rules: Rules,
    operation: String,
    found: &'f Found,
}

/// Characters between which the pieces of a text are compared.
const SEPARATORS: &[char] = &[
    '/', ':', '?', '&', '=', ',', '.', '"', ' ', '\'', '(', ')', '[', ']', '{', '}', '<', '>', ';',
    '\n', '\t', '@', '|',
];

impl<'r> Twin<'r> {
    pub(super) fn new(second: &'r Recording) -> Self {
        let by_id = second.exchanges.iter().map(|exchange| (&exchange.id, exchange)).collect();
        Self { second, by_id }
    }

    /// The exchange of the second run that is the same as one of the first.
    pub(super) fn of(&self, exchange: &Exchange) -> Option<&'r Exchange> {
        self.named(&exchange.id).filter(|other| other.service == exchange.service)
    }

    pub(super) fn named(&self, id: &ExchangeId) -> Option<&'r Exchange> {
        self.by_id.get(id).copied()
    }
}

impl<'f> Keyed<'f> {
    pub(super) fn of(exchange: &Exchange, found: &'f Found) -> Self {
        let operation = exchange.operation().to_owned();
        Self { rules: Rules::embedded(&exchange.service), operation, found }
    }

    /// Whether two values are the same in the two runs, as far as is known.
    fn same(&self, left: &Document, right: &Document) -> bool {
        match (left, right) {
            (Document::String(left), Document::String(right)) => {
                left == right || self.renders(left, right)
            }
            (Document::List(left), Document::List(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right).all(|(left, right)| self.same(left, right))
            }
            (Document::Object(left), Document::Object(right)) => {
                left.len() == right.len()
                    && left.iter().all(|(key, value)| {
                        right.get(key).is_some_and(|other| self.same(value, other))
                    })
            }
            _ => left == right,
        }
    }

    /// Whether the known pairs make one text of the other.
    fn renders(&self, left: &str, right: &str) -> bool {
        let mut text = String::new();
        let mut copied = 0;
        for hit in self.found.inside(left) {
            let Some(other) = &self.found.get(hit.id).other else { continue };
            text.push_str(&left[copied..hit.start]);
            text.push_str(other);
            copied = hit.end;
        }
        text.push_str(&left[copied..]);
        text == right
    }

    fn by_identity(
        &self,
        (left, right): (&[Document], &[Document]),
        identity: &[String],
    ) -> Vec<Option<usize>> {
        let mut taken = vec![false; right.len()];
        let is_same = |left: &Document, right: &Document| match identity {
            [] => self.same(left, right),
            members => members.iter().all(|member| match (left.get(member), right.get(member)) {
                (Some(left), Some(right)) => self.same(left, right),
                (None, None) => true,
                _ => false,
            }),
        };
        let mut pairs: Vec<Option<usize>> = Vec::with_capacity(left.len());
        for (index, element) in left.iter().enumerate() {
            let free = (0..right.len()).filter(|at| !taken[*at] && is_same(element, &right[*at]));
            let found = free.min_by_key(|at| at.abs_diff(index));
            if let Some(at) = found {
                taken[at] = true;
            }
            pairs.push(found);
        }
        if left.len() == right.len() {
            // What is not known yet is paired in the order of what is left.
            let mut rest =
                (0..right.len()).filter(|at| !taken[*at]).collect::<Vec<_>>().into_iter();
            for pair in pairs.iter_mut().filter(|pair| pair.is_none()) {
                *pair = rest.next();
            }
        }
        pairs
    }
}

impl Pairing for Keyed<'_> {
    fn pair(&self, path: &str, lists: (&[Document], &[Document])) -> Vec<Option<usize>> {
        let (left, right) = lists;
        match self.rules.list(&self.operation, &path_of(path)) {
            Some((_, ListOrder::Ordered)) | None if left.len() == right.len() => {
                (0..left.len()).map(Some).collect()
            }
            Some((identity, _)) => self.by_identity(lists, identity),
            None => {
                let keyed = self.by_identity(lists, &[]);
                let by_place = || (0..left.len()).map(|at| (at < right.len()).then_some(at));
                if keyed.iter().any(Option::is_some) { keyed } else { by_place().collect() }
            }
        }
    }
}

impl<'r> Engine<'r> {
    /// What is written in the place of a leaf that differs between the runs.
    pub(super) fn edit_pair(
        &mut self,
        at: usize,
        leaf: &Leaf<'r>,
        other: Value<'r>,
    ) -> Option<Edit> {
        match (leaf.value, other) {
            (Value::Text(text), Value::Text(other)) | (Value::Key(text), Value::Key(other)) => {
                self.texts(at, leaf, (text, other)).map(Edit::Text)
            }
            (Value::Time(time), Value::Time(_)) if !leaf.half.is_clients() => {
                self.time(at, leaf, &exact(time), TIMESTAMP);
                self.pair_of((&exact(time), leaf)).map(Edit::Whole)
            }
            (Value::Number(number), Value::Number(other)) if !self.says(at, leaf).approximate => {
                let texts = (number_text(number), number_text(other));
                let value = Document::Number(number.clone());
                Some(Edit::Whole(self.scalar(at, leaf, (&texts.0, &texts.1), (value, "number"))))
            }
            (Value::Boolean(value), Value::Boolean(other)) => {
                let texts = (value.to_string(), other.to_string());
                let value = Document::Boolean(value);
                Some(Edit::Whole(self.scalar(at, leaf, (&texts.0, &texts.1), (value, "boolean"))))
            }
            (Value::Blob(bytes), Value::Blob(other)) => {
                let texts = (base64(bytes), base64(other));
                let value = Document::blob(bytes::Bytes::clone(bytes));
                Some(Edit::Whole(self.scalar(at, leaf, (&texts.0, &texts.1), (value, "base64"))))
            }
            _ => None,
        }
    }

    /// The variable of a pair of times.
    fn pair_of(&self, (text, leaf): (&str, &Leaf<'r>)) -> Option<Id> {
        let other = match leaf.other {
            Some(Value::Time(time)) => exact(time),
            Some(Value::Text(text)) => text.to_owned(),
            _ => return None,
        };
        self.found.of_value(text).find(|id| {
            let entry = self.found.get(*id);
            entry.kind == VariableKind::Time && entry.other.as_deref() == Some(&other)
        })
    }

    /// The variable of a pair of values that are no texts.
    fn scalar(
        &mut self,
        at: usize,
        leaf: &Leaf<'r>,
        (text, other): (&str, &str),
        (value, format): (Document, &str),
    ) -> Id {
        let known = self.found.of_value(text).find(|id| {
            let entry = self.found.get(*id);
            entry.other.as_deref() == Some(other) && entry.format.as_deref() == Some(format)
        });
        known.unwrap_or_else(|| {
            let entry = self.entry(at, leaf, (text, None));
            let kind = if leaf.half.is_clients() { VariableKind::Client } else { entry.kind };
            let (format, other) = (Some(format.to_owned()), Some(other.to_owned()));
            self.found.add(Entry { kind, format, value, other, ..entry })
        })
    }

    fn texts(
        &mut self,
        at: usize,
        leaf: &Leaf<'r>,
        (text, other): (&str, &str),
    ) -> Option<Vec<Piece>> {
        if let (Some(form), Value::Text(_)) = (TimeText::of(text), leaf.value)
            && TimeText::of(other) == Some(form)
        {
            self.time(at, leaf, text, format_of(form).name());
            return self.pair_of((text, leaf)).map(|id| vec![Piece::Variable(id)]);
        }
        let mut pieces = Vec::new();
        self.unify(at, leaf, (text, other), &mut pieces);
        // What can't be told apart from a variable of the file is left as it is.
        let plain = |piece: &Piece| match piece {
            Piece::Text(_) => true,
            Piece::Variable(id) => !self.found.get(*id).text.contains('«'),
        };
        if !pieces.iter().all(plain) {
            pieces.clear();
            self.alike(text, &mut pieces);
        }
        let varies = pieces.iter().any(|piece| matches!(piece, Piece::Variable(_)));
        varies.then_some(pieces)
    }

    /// The most special template of two texts.
    fn unify(
        &mut self,
        at: usize,
        leaf: &Leaf<'r>,
        (text, other): (&str, &str),
        pieces: &mut Vec<Piece>,
    ) {
        if text == other {
            return self.alike(text, pieces);
        }
        if let Some(id) = self.known((text, other)) {
            return pieces.push(Piece::Variable(id));
        }
        if let Some((id, (start, end), (from, to))) = self.known_inside((text, other)) {
            self.unify_rest(at, leaf, (&text[..start], &other[..from]), pieces);
            pieces.push(Piece::Variable(id));
            return self.unify_rest(at, leaf, (&text[end..], &other[to..]), pieces);
        }
        if form_of_both(text, other).is_none()
            && let Some(pairs) = split(text, other)
        {
            for (text, other) in pairs {
                self.unify(at, leaf, (text, other), pieces);
            }
            return;
        }
        pieces.push(Piece::Variable(self.pair(at, leaf, (text, other))));
    }

    /// What stands before and after a known pair; an end that only one text has makes a pair of no use.
    fn unify_rest(
        &mut self,
        at: usize,
        leaf: &Leaf<'r>,
        texts: (&str, &str),
        pieces: &mut Vec<Piece>,
    ) {
        if !texts.0.is_empty() {
            self.unify(at, leaf, texts, pieces);
        }
    }

    /// What both runs have: only known constants stand in it.
    fn alike(&self, text: &str, pieces: &mut Vec<Piece>) {
        let mut copied = 0;
        for hit in self.found.inside(text) {
            let entry = self.found.get(hit.id);
            if entry.other.as_deref() == Some(&entry.text) {
                push_text(pieces, &text[copied..hit.start]);
                pieces.push(Piece::Variable(hit.id));
                copied = hit.end;
            }
        }
        push_text(pieces, &text[copied..]);
    }

    fn known(&self, (text, other): (&str, &str)) -> Option<Id> {
        self.found.of_value(text).find(|id| {
            let entry = self.found.get(*id);
            let typed = matches!(entry.value, Document::String(_) | Document::Blob(_));
            entry.other.as_deref() == Some(other) && typed
        })
    }

    /// A known pair of which each text has its part, the longest: the variable, and where its values stand.
    #[expect(clippy::type_complexity, reason = "two ranges")]
    fn known_inside(
        &self,
        (text, other): (&str, &str),
    ) -> Option<(Id, (usize, usize), (usize, usize))> {
        let hits = self.found.inside(text).into_iter().filter_map(|hit| {
            let entry = self.found.get(hit.id);
            let value = entry.other.as_deref()?;
            let earlier = text[..hit.start].matches(&entry.text).count();
            let from = stands_alone(other, value, earlier)?;
            let (before, after) = (&text[..hit.start], &text[hit.end..]);
            let to = from + value.len();
            // Both texts have something on a side, or neither has.
            let even = before.is_empty() == other[..from].is_empty()
                && after.is_empty() == other[to..].is_empty();
            even.then_some((hit.id, (hit.start, hit.end), (from, to)))
        });
        hits.max_by_key(|(_, (start, end), _)| end - start)
    }

    /// A new variable for a pair.
    fn pair(&mut self, at: usize, leaf: &Leaf<'r>, (text, other): (&str, &str)) -> Id {
        let form = form_of_both(text, other);
        let entry = self.entry(at, leaf, (text, form));
        let kind = match (leaf.half.is_clients(), form) {
            (true, _) => VariableKind::Client,
            (false, Some(form)) => kind_of(form),
            (false, None) => VariableKind::Opaque,
        };
        let pattern = || Pattern::of(text, other).map(|pattern| pattern.to_string());
        let like = match (entry.like, kind) {
            (None, VariableKind::Client) => pattern(),
            (like, _) => like,
        };
        self.found.add(Entry {
            kind,
            like,
            definition: entry.definition,
            other: Some(other.to_owned()),
            ..self.entry(at, leaf, (text, form))
        })
    }
}

/// The form that both values have. Times are told apart before.
fn form_of_both(text: &str, other: &str) -> Option<Lexical> {
    let form = Lexical::of(text).filter(|form| !matches!(form, Lexical::Time(_)))?;
    (Lexical::of(other) == Some(form)).then_some(form)
}

/// Two texts in pieces that belong together: between separators; around a UUID; behind what they begin with and
/// before what they end with. `None` if they can't be taken apart.
fn split<'t>(text: &'t str, other: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let (left, right) = (pieces(text), pieces(other));
    let alike = left.len() == right.len() && left.len() > 1;
    let fits = |(left, right): (&&str, &&str)| {
        left == right || !left.contains(SEPARATORS) && !right.contains(SEPARATORS)
    };
    if alike && left.iter().zip(&right).all(fits) {
        return Some(left.into_iter().zip(right).collect());
    }
    let (start, end) = common(text, other);
    let (text_end, other_end) = (text.len() - end, other.len() - end);
    let inner = (&text[start..text_end], &other[start..other_end]);
    if start == 0 && end == 0 || inner.0.is_empty() || inner.1.is_empty() {
        return None;
    }
    let parts =
        [(&text[..start], &other[..start]), inner, (&text[text_end..], &other[other_end..])];
    Some(parts.into_iter().filter(|(part, _)| !part.is_empty()).collect())
}

/// The pieces between separators, and these.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, sign) in text.match_indices(SEPARATORS) {
        if start < at {
            found.push(&text[start..at]);
        }
        found.push(sign);
        start = at + sign.len();
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

/// How much two texts share at their beginnings and ends, in whole words between `-` and `_`.
fn common(text: &str, other: &str) -> (usize, usize) {
    let is_sign = |byte: u8| matches!(byte, b'-' | b'_' | b'.');
    let (left, right) = (text.as_bytes(), other.as_bytes());
    let shared = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let start = left[..shared].iter().rposition(|byte| is_sign(*byte)).map_or(0, |at| at + 1);
    let room = left.len().min(right.len()) - start;
    let tails = left.iter().rev().zip(right.iter().rev());
    let shared = tails.take_while(|(a, b)| a == b).count().min(room);
    let tail = &left[left.len() - shared..];
    let end = tail.iter().position(|byte| is_sign(*byte)).map_or(0, |at| tail.len() - at);
    (start, end)
}

/// Where a value stands alone in a text, some times before having stood there.
fn stands_alone(text: &str, value: &str, earlier: usize) -> Option<usize> {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let has_words = words(value).next().is_some();
    let alone = |at: &usize| {
        !is_word(text[..*at].chars().next_back())
            && !is_word(text[*at + value.len()..].chars().next())
    };
    let places = text.match_indices(value).map(|(at, _)| at).skip(earlier);
    places.take(1).find(alone).filter(|_| has_words)
}

/// A path as rules are asked for.
fn path_of(text: &str) -> Path {
    let mut path = Path::root();
    for part in text.split('.') {
        let (name, rest) = part.split_once('[').map_or((part, ""), |(name, rest)| (name, rest));
        path = path.member(name);
        for _ in 0..rest.matches(']').count() {
            path = path.join(Segment::Index(0));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_apart_where_they_belong_together() {
        let shown = |text, other| split(text, other).map(|pairs| format!("{pairs:?}"));
        let cases = [
            ("a:x1", "a:k9", Some(r#"[("a", "a"), (":", ":"), ("x1", "k9")]"#)),
            ("queue-x1", "queue-k9", Some(r#"[("queue-", "queue-"), ("x1", "k9")]"#)),
            ("x1-dlq", "k9-dlq", Some(r#"[("x1", "k9"), ("-dlq", "-dlq")]"#)),
            ("x1", "k9", None),
            ("a:b", "a-b-c", None),
        ];
        for (text, other, expected) in cases {
            assert_eq!(shown(text, other).as_deref(), expected, "{text}");
        }
    }
}
