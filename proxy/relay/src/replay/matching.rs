//! One-way unification of a recorded input with a client's.

use std::borrow::Cow;

use standin_compare::{Bindings, Path, Segment, unify, unify_blob};
use standin_model::{Document, Fields, Member, Number, Shape, ShapeId, ShapeKind};
use standin_protocol::Call;
use standin_tape::template;

use super::meaning::{Meaning, canonical, canonical_text, is_free};

/// A request on trial against a recorded one.
pub(super) struct Matching<'m> {
    call: Call,
    /// The values of the variables in the recorded input.
    bindings: &'m mut Bindings,
    wanted: Wanted<'m>,
    way: Vec<Segment>,
    differences: Vec<Difference>,
}

/// One leaf where they differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub path: Path,
    /// What was recorded there.
    pub recorded: String,
    /// What the request has there.
    pub actual: String,
}

/// What is to be told of inputs that differ.
#[derive(Clone, Copy, Debug)]
enum Wanted<'m> {
    /// That they do.
    First,
    /// Where; values are shown that stand in this document too, the input without its secrets.
    All(&'m Document),
}

/// Whether an input is the recorded one. Variables without a value take one; on a mismatch some may have.
pub(super) fn is_match(
    call: Call,
    (recorded, actual): (&Document, &Document),
    bindings: &mut Bindings,
) -> bool {
    differ((call, bindings, Wanted::First), recorded, actual).is_empty()
}

/// Where an input is not the recorded one; `scrubbed` is the input without its secrets, which are not told.
pub(super) fn differences(
    call: Call,
    (recorded, actual): (&Document, &Document),
    scrubbed: &Document,
    bindings: &mut Bindings,
) -> Vec<Difference> {
    differ((call, bindings, Wanted::All(scrubbed)), recorded, actual)
}

fn differ(
    (call, bindings, wanted): (Call, &mut Bindings, Wanted<'_>),
    recorded: &Document,
    actual: &Document,
) -> Vec<Difference> {
    let mut matching =
        Matching { call, bindings, wanted, way: Vec::new(), differences: Vec::new() };
    matching.walk(recorded, actual, (call.operation.input, Secret::No));
    matching.differences
}

impl Matching<'_> {
    fn walk(
        &mut self,
        recorded: &Document,
        actual: &Document,
        (id, secret): (Option<ShapeId>, Secret),
    ) {
        if matches!(self.wanted, Wanted::First) && !self.differences.is_empty() {
            return;
        }
        let shape = id.map(|id| self.call.service.shape(id));
        let meaning = shape.map_or(Meaning::Plain, |shape| Meaning::of(self.call.service, shape));
        let secret = if shape.is_some_and(|shape| shape.sensitive) { Secret::Yes } else { secret };
        let equal = match (recorded, actual) {
            _ if meaning == Meaning::Any => true,
            // A value that was not kept may be any.
            (recorded, _) if template::form(recorded).is_some() => true,
            (recorded, Document::Blob(actual)) if template::blob(recorded).is_some() => {
                let recorded = template::blob(recorded).unwrap_or_default();
                unify_blob(recorded, actual, self.bindings).is_ok()
            }
            (Document::Object(recorded), Document::Object(actual)) => {
                return self.fields((recorded, actual), (shape, secret));
            }
            (Document::List(recorded), Document::List(actual))
                if recorded.len() == actual.len() && meaning != Meaning::Set =>
            {
                return self.items((recorded, actual), (shape.and_then(element), secret));
            }
            (Document::List(recorded), Document::List(actual)) => {
                recorded.len() == actual.len()
                    && self.set((recorded, actual), shape.and_then(element))
            }
            // A variable stands as text where its values are none.
            (Document::String(recorded), Document::Number(actual)) => {
                recorded.contains('«') && unify(recorded, &number(actual), self.bindings).is_ok()
            }
            (Document::String(recorded), Document::Boolean(actual)) => {
                recorded.contains('«')
                    && unify(recorded, &actual.to_string(), self.bindings).is_ok()
            }
            (Document::String(recorded), Document::String(actual)) => {
                unify(recorded, actual, self.bindings).is_ok()
                    || meaning == Meaning::Decimal && same_decimal(recorded, actual)
            }
            (Document::Timestamp(_), Document::Timestamp(_)) => true,
            (Document::Number(recorded), Document::Number(actual)) => {
                recorded == actual || canonical(recorded) == canonical(actual)
            }
            (recorded, actual) => recorded == actual,
        };
        if !equal {
            self.tell((Some(recorded), Some(actual)), secret);
        }
    }

    fn items(
        &mut self,
        (recorded, actual): (&[Document], &[Document]),
        of: (Option<ShapeId>, Secret),
    ) {
        for (index, (recorded, actual)) in recorded.iter().zip(actual).enumerate() {
            self.way.push(Segment::Index(index));
            self.walk(recorded, actual, of);
            self.way.pop();
        }
    }

    /// Whether each recorded element has one of its own.
    fn set(&mut self, (recorded, actual): (&[Document], &[Document]), id: Option<ShapeId>) -> bool {
        let mut left: Vec<&Document> = actual.iter().collect();
        recorded.iter().all(|recorded| {
            let found = left.iter().position(|actual| {
                let mut bindings = self.bindings.clone();
                let trial = Matching {
                    call: self.call,
                    bindings: &mut bindings,
                    wanted: Wanted::First,
                    way: Vec::new(),
                    differences: Vec::new(),
                };
                let is_match = trial.fits(recorded, actual, id);
                if is_match {
                    *self.bindings = bindings;
                }
                is_match
            });
            found.map(|found| left.swap_remove(found)).is_some()
        })
    }

    fn fits(mut self, recorded: &Document, actual: &Document, id: Option<ShapeId>) -> bool {
        self.walk(recorded, actual, (id, Secret::No));
        self.differences.is_empty()
    }

    fn fields(
        &mut self,
        (recorded, actual): (&Fields, &Fields),
        (shape, secret): (Option<&'static Shape>, Secret),
    ) {
        let structure = shape.and_then(Shape::structure);
        let member = |key: &str| structure.and_then(|structure| structure.member(key));
        // The keys that a recorded one is not written as.
        let mut written: Vec<String> = Vec::new();
        for (key, value) in recorded.iter() {
            let member = member(key);
            if member.is_some_and(is_free) {
                continue;
            }
            let name = self.key(key);
            let id = member.map(|member| member.shape).or_else(|| shape.and_then(element));
            let secret = secret.or(member);
            self.way.push(Segment::Member(name.clone().into_owned()));
            match actual.get(&name) {
                Some(found) => self.walk(value, found, (id, secret)),
                None => self.tell((Some(value), None), secret),
            }
            self.way.pop();
            if let Cow::Owned(name) = name {
                written.push(name);
            }
        }
        for (key, value) in actual.iter() {
            let is_recorded = || !template_like(key) && recorded.get(key).is_some();
            let member = member(key);
            if is_recorded() || member.is_some_and(is_free) || written.iter().any(|it| it == key) {
                continue;
            }
            self.way.push(Segment::Member(key.to_string()));
            self.tell((None, Some(value)), secret.or(member));
            self.way.pop();
        }
    }

    /// The key that a recorded one stands for, as far as that is known.
    fn key<'k>(&self, key: &'k str) -> Cow<'k, str> {
        if !template_like(key) {
            return Cow::Borrowed(key);
        }
        let plain = key.strip_prefix('$').unwrap_or(key);
        Cow::Owned(self.bindings.fill_text(plain).unwrap_or_else(|_| plain.to_owned()))
    }

    fn tell(&mut self, (recorded, actual): (Option<&Document>, Option<&Document>), secret: Secret) {
        let Wanted::All(scrubbed) = self.wanted else {
            self.differences.push(Difference::default());
            return;
        };
        let secret = if is_masked(scrubbed, &self.way) { Secret::Yes } else { secret };
        let show = |document: Option<&Document>| match (document, secret) {
            (None, _) => "nothing".to_owned(),
            (Some(_), Secret::Yes) => MASKED.to_owned(),
            (Some(document), Secret::No) => shown(document),
        };
        let (recorded, actual) = (show(recorded), show(actual));
        let path = self.way.iter().fold(Path::root(), |path, segment| path.join(segment.clone()));
        self.differences.push(Difference { path, recorded, actual });
    }
}

/// Whether a value, or one around it, was scrubbed away.
fn is_masked(scrubbed: &Document, way: &[Segment]) -> bool {
    if template::form(scrubbed).is_some() {
        return true;
    }
    let Some((first, rest)) = way.split_first() else { return false };
    let below = match first {
        Segment::Member(name) => {
            let escaped = || scrubbed.get(&format!("${name}"));
            scrubbed.get(name).or_else(escaped)
        }
        Segment::Index(index) => scrubbed.as_list().and_then(|items| items.get(*index)),
        Segment::Key(_) => None,
    };
    below.is_some_and(|below| is_masked(below, rest))
}

/// What stands for a secret in a message.
const MASKED: &str = "***";

/// Whether a recorded key is written otherwise than it is.
fn template_like(key: &str) -> bool {
    key.starts_with('$') || key.contains('«')
}

fn number(number: &Number) -> String {
    match number {
        Number::Integer(number) => number.to_string(),
        Number::Float(number) => number.to_string(),
        Number::Text(text) => text.to_string(),
    }
}

fn same_decimal(recorded: &str, actual: &str) -> bool {
    canonical_text(recorded).is_some_and(|number| Some(number) == canonical_text(actual))
}

/// Whether a value must not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secret {
    Yes,
    No,
}

impl Secret {
    fn or(self, member: Option<&Member>) -> Self {
        if member.is_some_and(|member| member.sensitive) { Self::Yes } else { self }
    }
}

/// The shape of a list's elements or a map's values.
fn element(shape: &'static Shape) -> Option<ShapeId> {
    match &shape.kind {
        ShapeKind::List(member) => Some(member.shape),
        ShapeKind::Map(_, value) => Some(value.shape),
        _ => None,
    }
}

/// A value in a line of text.
fn shown(document: &Document) -> String {
    const WIDTH: usize = 80;
    let text = match document {
        document if template::form(document).is_some() => MASKED.to_owned(),
        Document::String(text) => format!("\"{text}\""),
        Document::Number(value) => number(value),
        Document::Boolean(value) => value.to_string(),
        Document::Blob(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => format!("\"{text}\""),
            Err(_) => format!("{} bytes", bytes.len()),
        },
        Document::List(items) => format!("a list of {}", items.len()),
        other => format!("a {}", other.kind()),
    };
    if text.chars().count() <= WIDTH {
        return text;
    }
    text.chars().take(WIDTH).chain(['…']).collect()
}
