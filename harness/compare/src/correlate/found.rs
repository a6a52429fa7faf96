//! The variables that were found, and where their values stand in texts.

use std::collections::HashMap;

use standin_model::Document;
use standin_tape::{TimeOffset, Variable, VariableKind};

use super::strength::Strength;

/// A variable, by its place in [`Found`].
pub(super) type Id = usize;

/// A variable and the values that it has in one run, or in two.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The word of its name, or the whole name of a known constant.
    pub(super) word: String,
    pub(super) kind: VariableKind,
    pub(super) like: Option<String>,
    pub(super) format: Option<String>,
    pub(super) shape: Option<String>,
    pub(super) definition: Option<String>,
    pub(super) offset: Option<TimeOffset>,
    /// The value, and as text.
    pub(super) value: Document,
    pub(super) text: String,
    /// The value in the other run, as text.
    pub(super) other: Option<String>,
    pub(super) strength: Strength,
}

/// The variables found so far.
#[derive(Default)]
pub(super) struct Found {
    entries: Vec<Entry>,
    /// By value, format and value of the other run.
    whole: HashMap<String, Vec<Id>>,
    /// By the first word of the value: those that may stand inside longer texts, longest first.
    inside: HashMap<String, Vec<Inside>>,
}

#[derive(Clone, Copy)]
struct Inside {
    id: Id,
    /// Where the first word stands in the value.
    offset: usize,
    length: usize,
}

/// A value inside a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) id: Id,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Characters that part the names inside ARNs, URLs, lists and sentences.
const SEPARATORS: &[char] = &[
    '/', ':', '?', '&', '=', ',', '"', ' ', '\'', '(', ')', '[', ']', '{', '}', '<', '>', ';',
    '\\', '\n', '\t', '@', '|',
];

impl Found {
    pub(super) fn add(&mut self, entry: Entry) -> Id {
        let id = self.entries.len();
        self.whole.entry(entry.text.clone()).or_default().push(id);
        if entry.strength > Strength::Weak
            && entry.kind != VariableKind::Time
            && !matches!(
                entry.value,
                Document::Blob(_) | Document::Number(_) | Document::Boolean(_)
            )
            && let Some((offset, word)) = words(&entry.text).next()
        {
            let inside = self.inside.entry(word.to_owned()).or_default();
            let new = Inside { id, offset, length: entry.text.len() };
            let at = inside.partition_point(|other| other.length >= new.length);
            inside.insert(at, new);
        }
        self.entries.push(entry);
        id
    }

    pub(super) fn get(&self, id: Id) -> &Entry {
        &self.entries[id]
    }

    /// The variables whose whole value a text is.
    pub(super) fn of_value(&self, text: &str) -> impl Iterator<Item = Id> {
        self.whole.get(text).into_iter().flatten().copied()
    }

    /// The variables whose values stand alone in a text, from left to right, the longest at each place.
    pub(super) fn inside(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut free = 0;
        for (at, word) in words(text) {
            if at < free {
                continue;
            }
            let candidates = self.inside.get(word).into_iter().flatten();
            let mut found = candidates.filter_map(|inside| self.stands(text, at, *inside));
            if let Some(hit) = found.find(|hit| hit.start >= free) {
                free = hit.end;
                hits.push(hit);
            }
        }
        hits
    }

    fn stands(&self, text: &str, at: usize, inside: Inside) -> Option<Hit> {
        let entry = &self.entries[inside.id];
        let start = at.checked_sub(inside.offset)?;
        if !text.get(start..)?.starts_with(&entry.text) {
            return None;
        }
        let end = start + entry.text.len();
        let edge = |c: Option<char>| match (c, entry.strength, entry.kind) {
            (None, _, _) => true,
            (Some(c), Strength::Strong, _) => !c.is_alphanumeric(),
            (Some(c), _, VariableKind::Region | VariableKind::Account) => {
                c == '.' || SEPARATORS.contains(&c)
            }
            (Some(c), _, _) => SEPARATORS.contains(&c),
        };
        let alone = edge(text[..start].chars().next_back()) && edge(text[end..].chars().next());
        // A variable's name inside guillemets is no text.
        let quoted = text[..start].ends_with('«') || text[end..].starts_with('»');
        (alone && !quoted).then_some(Hit { id: inside.id, start, end })
    }
}

impl Entry {
    /// The variable with a name.
    pub(super) fn variable(&self, name: String) -> Variable {
        Variable {
            definition: self.definition.clone(),
            like: self.like.clone(),
            format: self.format.clone(),
            shape: self.shape.clone(),
            offset: self.offset,
            ..Variable::new(name, self.kind)
        }
    }
}

/// The runs of letters and digits of a text, with where each begins.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(|c: char| c.is_alphanumeric())?;
        let length = text[start..].find(|c: char| !c.is_alphanumeric());
        let end = length.map_or(text.len(), |length| start + length);
        rest = end;
        Some((start, &text[start..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[(&str, VariableKind)]) -> Found {
        let mut found = Found::default();
        for (value, kind) in values {
            found.add(Entry {
                word: "Id".to_owned(),
                kind: *kind,
                like: None,
                format: None,
                shape: None,
                definition: None,
                offset: None,
                value: (*value).into(),
                text: (*value).to_owned(),
                other: None,
                strength: Strength::of(value),
            });
        }
        found
    }

    fn shown(found: &Found, text: &str) -> Vec<String> {
        found.inside(text).iter().map(|hit| text[hit.start..hit.end].to_owned()).collect()
    }

    #[test]
    fn values_are_found_where_they_stand_alone_and_the_longest_first() {
        let uuid = "2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b";
        let arn = format!("arn:aws:sns:eu-west-1:123456789012:topic:{uuid}");
        let found = found(&[
            (uuid, VariableKind::ServerId),
            (&arn, VariableKind::Opaque),
            ("123456789012", VariableKind::Account),
            ("eu-west-1", VariableKind::Region),
            ("word", VariableKind::Opaque),
        ]);
        assert_eq!(shown(&found, &format!("see {arn}")), [arn.as_str()]);
        assert_eq!(shown(&found, &format!("x-{uuid}-y")), [uuid]);
        assert_eq!(shown(&found, &format!("x{uuid}")), Vec::<String>::new());
        assert_eq!(
            shown(&found, "sqs.eu-west-1.amazonaws.com/123456789012/eu-west-1a"),
            ["eu-west-1", "123456789012"]
        );
        assert_eq!(shown(&found, "word 1234567890123"), Vec::<String>::new());
        assert_eq!(shown(&found, "«123456789012»"), Vec::<String>::new());
    }
}
