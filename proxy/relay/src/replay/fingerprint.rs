//! Hashes of inputs, by which a request finds the recorded inputs that may be its own.
//!
//! A document's hash is the sum of the hashes of its leaves, each mixed with its path. So the hash of a document
//! without some subtrees is a subtraction, and a recorded input whose variables have no values yet is found by the
//! rest of it. What is found is compared afterwards: a collision costs time, and nothing else.

use std::collections::HashMap;

use standin_model::{Document, Fields, Shape, ShapeId, ShapeKind};
use standin_protocol::Call;
use standin_tape::template::{self, Part, parts};
use twox_hash::XxHash3_64;

use super::meaning::{Meaning, canonical, canonical_text, is_free};

/// The hash of a recorded input, as far as it is known what it will be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint {
    /// The sum over the leaves that are known.
    pub(super) sum: u64,
    /// The paths of what isn't known, sorted.
    pub(super) open: Vec<u64>,
    /// The variables that would make it known.
    pub(super) unbound: Vec<String>,
}

/// The hash of an input of this run.
#[derive(Debug, Default)]
pub(super) struct Sums {
    sum: u64,
    /// The sums below each path.
    below: HashMap<u64, u64>,
}

/// The value of a variable, as far as it is known.
pub(super) enum Known<'v> {
    /// It has this one.
    Value(&'v str),
    /// It has none yet.
    Unbound,
    /// Each use may have another.
    Any,
}

/// What stands for our own URL, so that a hash doesn't depend on where we listen.
pub(super) const ENDPOINT: &str = "\u{0}endpoint";

impl Fingerprint {
    /// The fingerprint of a recorded input.
    pub(super) fn of<'v>(call: Call, input: &Document, known: impl Fn(&str) -> Known<'v>) -> Self {
        let mut walk = Recorded { call, known, print: Self::default() };
        walk.print.sum = walk.walk(input, call.operation.input, ROOT);
        walk.print.open.sort_unstable();
        walk.print.unbound.sort_unstable();
        walk.print.unbound.dedup();
        walk.print
    }
}

impl Sums {
    /// The sums of an input; `endpoint` is our own URL as the client knows it.
    pub(super) fn of(call: Call, input: &Document, endpoint: &str) -> Self {
        let mut sums = Self::default();
        sums.sum = sums.walk((call, endpoint), input, call.operation.input, ROOT);
        sums
    }

    /// The hash of all that doesn't stand below some paths.
    pub(super) fn without(&self, open: &[u64]) -> u64 {
        let below = open.iter().map(|path| self.below.get(path).copied().unwrap_or_default());
        below.fold(self.sum, u64::wrapping_sub)
    }

    fn walk(
        &mut self,
        of: (Call, &str),
        document: &Document,
        id: Option<ShapeId>,
        path: u64,
    ) -> u64 {
        let (call, endpoint) = of;
        let shape = id.map(|id| call.service.shape(id));
        let meaning = shape.map_or(Meaning::Plain, |shape| Meaning::of(call.service, shape));
        let sum = match document {
            _ if meaning == Meaning::Any => 0,
            Document::Object(fields) if !fields.is_empty() => {
                let mut sum = 0_u64;
                for (key, value) in fields.iter() {
                    let Some(id) = field(shape, key) else { continue };
                    sum = sum.wrapping_add(self.walk(of, value, id, step(path, key)));
                }
                sum
            }
            Document::List(items) if !items.is_empty() => {
                let id = shape.and_then(element);
                let items = items.iter().enumerate();
                items.fold(0, |sum: u64, (index, item)| {
                    sum.wrapping_add(self.walk(of, item, id, place(path, index, meaning)))
                })
            }
            Document::String(text) => match text.strip_prefix(endpoint) {
                Some(rest) if !endpoint.is_empty() => {
                    leaf_text(path, &format!("{ENDPOINT}{rest}"), meaning)
                }
                _ => leaf_text(path, text, meaning),
            },
            other => leaf(path, other),
        };
        let below = self.below.entry(path).or_default();
        *below = below.wrapping_add(sum);
        sum
    }
}

/// The walk over a recorded input.
struct Recorded<F> {
    call: Call,
    known: F,
    print: Fingerprint,
}

impl<'v, F: Fn(&str) -> Known<'v>> Recorded<F> {
    fn walk(&mut self, document: &Document, id: Option<ShapeId>, path: u64) -> u64 {
        let shape = id.map(|id| self.call.service.shape(id));
        let meaning = shape.map_or(Meaning::Plain, |shape| Meaning::of(self.call.service, shape));
        match document {
            _ if meaning == Meaning::Any => 0,
            _ if template::form(document).is_some() => self.leave_open(path),
            document if template::blob(document).is_some() => {
                let text = template::blob(document).and_then(|text| self.fill(text));
                let bound = text.map(|text| template::blob_of(template::escape(&text)));
                match bound.map(|bound| template::bind(&bound, &|_| None)) {
                    Some(Ok(bytes)) => leaf(path, &bytes),
                    _ => self.leave_open(path),
                }
            }
            Document::Object(fields) if !fields.is_empty() => self.fields(fields, shape, path),
            Document::List(items) if !items.is_empty() => {
                let id = shape.and_then(element);
                let before = self.print.open.len();
                let mut sum = 0_u64;
                for (index, item) in items.iter().enumerate() {
                    let below = self.walk(item, id, place(path, index, meaning));
                    sum = sum.wrapping_add(below);
                }
                // Which element of a set is the open one isn't known.
                if meaning == Meaning::Set && self.print.open.len() > before {
                    self.print.open.truncate(before);
                    return self.leave_open(path);
                }
                sum
            }
            Document::String(text) => match self.fill(text) {
                Some(text) => leaf_text(path, &text, meaning),
                None => self.leave_open(path),
            },
            other => leaf(path, other),
        }
    }

    fn fields(&mut self, fields: &Fields, shape: Option<&'static Shape>, path: u64) -> u64 {
        let before = self.print.open.len();
        let mut sum = 0_u64;
        for (key, value) in fields.iter() {
            let Some(id) = field(shape, key) else { continue };
            let Some(name) = self.fill(key.strip_prefix('$').unwrap_or(key)) else {
                self.print.open.truncate(before);
                return self.leave_open(path);
            };
            sum = sum.wrapping_add(self.walk(value, id, step(path, &name)));
        }
        sum
    }

    fn leave_open(&mut self, path: u64) -> u64 {
        self.print.open.push(path);
        0
    }

    /// The text of a template, if all its variables have values.
    fn fill(&mut self, text: &str) -> Option<String> {
        if !text.contains('«') {
            return Some(text.to_owned());
        }
        let mut filled = String::with_capacity(text.len());
        let mut is_known = true;
        for part in parts(text).ok()? {
            match part {
                Part::Literal(literal) => filled.push_str(&literal),
                Part::Variable(name) => match (self.known)(name) {
                    Known::Value(value) => filled.push_str(value),
                    Known::Any => is_known = false,
                    Known::Unbound => {
                        is_known = false;
                        self.print.unbound.push(name.to_owned());
                    }
                },
            }
        }
        is_known.then_some(filled)
    }
}

const ROOT: u64 = 0;

/// The shape of a field of an object; none if the field is not compared.
#[expect(clippy::option_option, reason = "a field that is compared may have no shape")]
fn field(shape: Option<&'static Shape>, key: &str) -> Option<Option<ShapeId>> {
    match shape.map(|shape| &shape.kind) {
        Some(ShapeKind::Structure(structure)) => match structure.member(key) {
            Some(member) if is_free(member) => None,
            member => Some(member.map(|member| member.shape)),
        },
        Some(ShapeKind::Map(_, value)) => Some(Some(value.shape)),
        _ => Some(None),
    }
}

/// The shape of a list's elements.
fn element(shape: &'static Shape) -> Option<ShapeId> {
    match &shape.kind {
        ShapeKind::List(member) => Some(member.shape),
        _ => None,
    }
}

fn step(path: u64, key: &str) -> u64 {
    XxHash3_64::oneshot_with_seed(path, key.as_bytes())
}

fn place(path: u64, index: usize, meaning: Meaning) -> u64 {
    let index = if meaning == Meaning::Set { 0 } else { index };
    XxHash3_64::oneshot_with_seed(path, &index.to_le_bytes())
}

fn leaf_text(path: u64, text: &str, meaning: Meaning) -> u64 {
    match meaning {
        Meaning::Decimal => {
            let number = canonical_text(text);
            hash(path, Kind::Text, number.as_deref().unwrap_or(text).as_bytes())
        }
        _ => hash(path, Kind::Text, text.as_bytes()),
    }
}

fn leaf(path: u64, document: &Document) -> u64 {
    match document {
        Document::Null => hash(path, Kind::Null, b""),
        Document::Boolean(value) => hash(path, Kind::Boolean, &[u8::from(*value)]),
        Document::Number(number) => hash(path, Kind::Number, canonical(number).as_bytes()),
        Document::String(text) => hash(path, Kind::Text, text.as_bytes()),
        Document::Blob(bytes) => hash(path, Kind::Bytes, bytes),
        // Times are those of the run.
        Document::Timestamp(_) => 0,
        Document::List(_) => hash(path, Kind::List, b""),
        Document::Object(_) => hash(path, Kind::Object, b""),
    }
}

/// What a leaf is, so that equal bytes of other kinds hash otherwise.
#[derive(Clone, Copy)]
enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    Bytes,
    List,
    Object,
}

fn hash(path: u64, kind: Kind, bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(path.wrapping_add(kind as u64 + 1), bytes)
}

#[cfg(test)]
mod tests {
    use standin_model::{Catalog, Protocol};

    use super::*;

    fn put_item() -> Call {
        let service = Catalog::embedded().service("dynamodb").expect("there is DynamoDB");
        let operation = service.operation("PutItem").expect("an operation");
        Call { service, operation, protocol: Protocol::Json }
    }

    fn object(fields: Vec<(&'static str, Document)>) -> Document {
        Document::Object(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    fn item(table: &str, attributes: Vec<(&'static str, Document)>) -> Document {
        object(vec![("TableName", table.into()), ("Item", object(attributes))])
    }

    fn text(value: &str) -> Document {
        object(vec![("S", value.into())])
    }

    fn set(values: &[&str]) -> Document {
        let values = values.iter().map(|value| Document::from(*value)).collect();
        object(vec![("SS", Document::List(values))])
    }

    #[test]
    fn what_means_the_same_hashes_alike() {
        let one = item("t", vec![("a", text("x")), ("s", set(&["p", "q"]))]);
        let other = item("t", vec![("s", set(&["q", "p"])), ("a", text("x"))]);
        let changed = item("t", vec![("a", text("y")), ("s", set(&["p", "q"]))]);
        let print = Fingerprint::of(put_item(), &one, |_| Known::Unbound);
        assert_eq!((&print.open[..], &print.unbound[..]), (&[][..], &[][..]));
        assert_eq!(Sums::of(put_item(), &other, "").without(&[]), print.sum);
        assert_ne!(Sums::of(put_item(), &changed, "").without(&[]), print.sum);
    }

    #[test]
    fn unknown_places_are_left_out_on_both_sides() {
        let recorded = item("«T:1»", vec![("a", text("x")), ("s", set(&["p", "«V:1»"]))]);
        let actual = item("jobs", vec![("a", text("x")), ("s", set(&["v", "p"]))]);
        let print = Fingerprint::of(put_item(), &recorded, |_| Known::Unbound);
        assert_eq!(print.open.len(), 2);
        assert_eq!(print.unbound, ["T:1", "V:1"]);
        assert_eq!(Sums::of(put_item(), &actual, "").without(&print.open), print.sum);
        let bound = |name: &str| match name {
            "T:1" => Known::Value("jobs"),
            _ => Known::Value("v"),
        };
        let print = Fingerprint::of(put_item(), &recorded, bound);
        assert_eq!(Sums::of(put_item(), &actual, "").without(&print.open), print.sum);
        assert!(print.open.is_empty());
    }

    #[test]
    fn our_own_url_stands_for_the_recorded_one() {
        let recorded = item("«endpoint»/jobs", Vec::new());
        let actual = item("http://127.0.0.1:1/jobs", Vec::new());
        let print = Fingerprint::of(put_item(), &recorded, |_| Known::Value(ENDPOINT));
        let sums = Sums::of(put_item(), &actual, "http://127.0.0.1:1");
        assert_eq!(sums.without(&print.open), print.sum);
    }
}
