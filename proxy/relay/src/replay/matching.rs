//! One-way unification of a recorded input with a client's.

use standin_compare::{Bindings, Path, Segment, unify, unify_blob};
use standin_model::{Document, Fields, Location, Member, Number, Shape, ShapeId, ShapeKind};
use standin_protocol::Call;
use standin_tape::template;

/// A request on trial against a recorded one.
pub(super) struct Matching<'m> {
    pub(super) call: Call,
    pub(super) bindings: &'m mut Bindings,
}

/// One leaf where they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) path: Path,
    pub(super) recorded: String,
    pub(super) actual: String,
}

/// Headers that follow from the body, which is compared itself.
const DERIVED: [&str; 3] = ["content-md5", "x-amz-checksum-", "x-amz-sdk-checksum-algorithm"];

impl Matching<'_> {
    /// Compares inputs, binding variables on the way; all differences are told.
    pub(super) fn compare(
        mut self,
        recorded: &Document,
        actual: &Document,
    ) -> Result<(), Vec<Difference>> {
        let mut differences = Vec::new();
        self.walk(recorded, actual, (&Path::root(), self.call.operation.input), &mut differences);
        if differences.is_empty() { Ok(()) } else { Err(differences) }
    }

    fn walk(
        &mut self,
        recorded: &Document,
        actual: &Document,
        at: (&Path, Option<ShapeId>),
        differences: &mut Vec<Difference>,
    ) {
        let (path, id) = at;
        let shape = id.map(|id| self.call.service.shape(id));
        let equal = match (recorded, actual) {
            (recorded, _) if is_unknown(recorded) => true,
            (Document::Object(recorded), Document::Object(actual)) => {
                return self.fields(recorded, actual, (path, shape), differences);
            }
            (Document::List(recorded), Document::List(actual))
                if recorded.len() == actual.len() =>
            {
                let element = shape.and_then(element);
                for (index, (recorded, actual)) in recorded.iter().zip(actual).enumerate() {
                    let path = path.join(Segment::Index(index));
                    self.walk(recorded, actual, (&path, element), differences);
                }
                return;
            }
            (Document::String(recorded), Document::String(actual)) => {
                unify(recorded, actual, self.bindings).is_ok()
            }
            (recorded, Document::Blob(actual)) if template::blob(recorded).is_some() => {
                let recorded = template::blob(recorded).unwrap_or_default();
                unify_blob(recorded, actual, self.bindings).is_ok()
            }
            // A client's own times are those of its run.
            (Document::Timestamp(_), Document::Timestamp(_)) => true,
            (Document::Number(recorded), Document::Number(actual)) => same(recorded, actual),
            (recorded, actual) => recorded == actual,
        };
        if !equal {
            let secret = shape.is_some_and(|shape| shape.sensitive);
            differences.push(difference(path, Some(recorded), Some(actual), secret.into()));
        }
    }

    fn fields(
        &mut self,
        recorded: &Fields,
        actual: &Fields,
        (path, shape): (&Path, Option<&'static Shape>),
        differences: &mut Vec<Difference>,
    ) {
        let mut matched = Vec::new();
        for (key, value) in recorded.iter() {
            let member = shape.and_then(|shape| shape.structure()?.member(key));
            if member.is_some_and(is_free) {
                matched.push(key.to_string());
                continue;
            }
            let name = self.bindings.fill_text(key).unwrap_or_else(|_| key.to_string());
            let path = path.member(&name);
            let id = member.map(|member| member.shape).or_else(|| shape.and_then(element));
            match actual.get(&name) {
                Some(found) => self.walk(value, found, (&path, id), differences),
                None => {
                    let secret = Secret::of(member);
                    differences.push(difference(&path, Some(value), None, secret));
                }
            }
            matched.push(name);
        }
        for (key, value) in actual.iter() {
            let member = shape.and_then(|shape| shape.structure()?.member(key));
            if !matched.iter().any(|name| name == key) && !member.is_some_and(is_free) {
                let path = path.member(key);
                let secret = Secret::of(member);
                differences.push(difference(&path, None, Some(value), secret));
            }
        }
    }
}

fn difference(
    path: &Path,
    recorded: Option<&Document>,
    actual: Option<&Document>,
    secret: Secret,
) -> Difference {
    let show = |document: Option<&Document>| match (document, secret) {
        (None, _) => "nothing".to_owned(),
        (Some(_), Secret::Yes) => "***".to_owned(),
        (Some(document), Secret::No) => shown(document),
    };
    Difference { path: path.clone(), recorded: show(recorded), actual: show(actual) }
}

/// Whether a value must not be shown.
#[derive(Clone, Copy)]
enum Secret {
    Yes,
    No,
}

impl Secret {
    fn of(member: Option<&Member>) -> Self {
        member.is_some_and(|member| member.sensitive).into()
    }
}

impl From<bool> for Secret {
    fn from(secret: bool) -> Self {
        if secret { Self::Yes } else { Self::No }
    }
}

/// Members that any value fits: tokens that the client makes for each call, and what follows from the body.
fn is_free(member: &Member) -> bool {
    let name = member.wire_name().to_ascii_lowercase();
    let derived = DERIVED.iter().any(|derived| name.starts_with(derived));
    member.idempotency_token || member.location == Location::Header && derived
}

/// A form whose value was not kept (`$redacted`).
fn is_unknown(document: &Document) -> bool {
    template::form(document).is_some()
}

/// The shape of a list's elements or a map's values.
fn element(shape: &'static Shape) -> Option<ShapeId> {
    match &shape.kind {
        ShapeKind::List(member) => Some(member.shape),
        ShapeKind::Map(_, value) => Some(value.shape),
        _ => None,
    }
}

/// Whether numbers are equal, however they were written.
fn same(a: &Number, b: &Number) -> bool {
    let text = |number: &Number| match number {
        Number::Integer(number) => number.to_string(),
        Number::Float(number) => number.to_string(),
        Number::Text(text) => text.to_string(),
    };
    a == b || text(a) == text(b)
}

/// A value in a line of text.
fn shown(document: &Document) -> String {
    const WIDTH: usize = 80;
    let text = match document {
        Document::String(text) => format!("\"{text}\""),
        Document::Number(Number::Integer(number)) => number.to_string(),
        Document::Number(Number::Float(number)) => number.to_string(),
        Document::Number(Number::Text(text)) => text.to_string(),
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
