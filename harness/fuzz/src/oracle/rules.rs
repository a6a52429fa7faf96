//! What is known of the oracle itself: differences that it makes by a fault or habit of its own.
//!
//! A line of `data/botocore.txt` is a rule: `KIND WHERE within=N: REASON`. A rule is narrow: it takes a kind of
//! difference, at the parts, protocols, services and operations that it names. It is stale if it takes nothing of N
//! values of those, or more.

use standin_model::{Document, Location, Number, Shape, ShapeKind, Structure};

use crate::difference::Difference;
use crate::{Case, Part, Plan};

const RULES: &str = include_str!("../../data/botocore.txt");

/// A known difference of the oracle's own.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The line up to the reason, as it stands in summaries.
    pub name: &'static str,
    /// Why it is the oracle that differs.
    pub reason: &'static str,
    /// Among how many values of its place it takes a difference, but for a chance that is as good as none. Fewer
    /// don't tell whether the oracle still differs.
    pub within: u64,
    kind: Kind,
    filters: Vec<(&'static str, &'static str)>,
}

/// What a rule takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Timestamps in the same second.
    Second,
    /// Nothing in the place of what is empty.
    Empty,
    /// Nothing in the place of a null, or the other way.
    Null,
    /// The name of a float that no number can write, as text.
    Name,
    /// Other text of the same JSON.
    Json,
    /// Text with a line feed in the place of a carriage return.
    Lines,
    /// Another text or list in the place of one with a backslash.
    Backslash,
    /// Anything at the path that the rule names.
    Any,
    /// It fails, with the text that the rule names.
    Fails,
    /// Our parser refuses what it writes, with the text that the rule names.
    Refused,
    /// A timestamp before the year 1000 is read as another, or our parser refuses what it writes of it.
    Ancient,
}

/// The rules of the data file.
pub fn rules() -> Vec<Rule> {
    let lines = RULES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| parse(line).unwrap_or_else(|| panic!("no rule: {line}"))).collect()
}

fn parse(line: &'static str) -> Option<Rule> {
    let (name, reason) = line.split_once(": ")?;
    let mut words = name.split(' ');
    let kind = match words.next()? {
        "second" => Kind::Second,
        "empty" => Kind::Empty,
        "null" => Kind::Null,
        "json" => Kind::Json,
        "lines" => Kind::Lines,
        "name" => Kind::Name,
        "ancient" => Kind::Ancient,
        "backslash" => Kind::Backslash,
        "any" => Kind::Any,
        "fails" => Kind::Fails,
        "refused" => Kind::Refused,
        _ => return None,
    };
    let mut filters = words.map(|word| word.split_once('=')).collect::<Option<Vec<_>>>()?;
    let within = filters.pop().filter(|(key, _)| *key == "within")?.1.parse().ok()?;
    let known = ["part", "protocol", "service", "operation", "path", "says"];
    let narrow = !matches!(kind, Kind::Fails | Kind::Refused | Kind::Any)
        || filters.iter().any(|(key, _)| matches!(*key, "says" | "path"));
    let sound = narrow && filters.iter().all(|(key, _)| known.contains(key));
    sound.then_some(Rule { name, reason, within, kind, filters })
}

impl Rule {
    /// Whether the rule takes a difference in a case.
    pub(crate) fn takes(&self, case: &Case, difference: &Difference) -> bool {
        let Difference { found, expected, path } = difference;
        self.is_for(case)
            && self.all("path", |wanted| fits(case, path, wanted))
            && match self.kind {
                Kind::Second => same_second(found.as_ref(), expected.as_ref()),
                Kind::Empty => one_way(found.as_ref(), expected.as_ref(), is_empty),
                Kind::Null => {
                    one_way(found.as_ref(), expected.as_ref(), |value| *value == Document::Null)
                }
                Kind::Json => same_json(found.as_ref(), expected.as_ref()),
                Kind::Lines => match (found, expected) {
                    (Some(Document::String(found)), Some(Document::String(expected))) => {
                        *found == expected.replace("\r\n", "\n").replace('\r', "\n")
                    }
                    _ => false,
                },
                Kind::Name => is_name(found.as_ref(), expected.as_ref()),
                Kind::Backslash => expected.as_ref().is_some_and(has_backslash),
                Kind::Any => true,
                Kind::Ancient => expected.as_ref().is_some_and(is_ancient),
                Kind::Fails | Kind::Refused => false,
            }
    }

    /// Whether the rule takes that the oracle fails.
    pub(crate) fn takes_failure(&self, case: &Case, said: &str) -> bool {
        self.kind == Kind::Fails && self.is_for(case) && self.all("says", |text| says(said, text))
    }

    /// Whether the rule takes that our parser refuses what the oracle wrote of a value.
    pub(crate) fn takes_refusal(&self, case: &Case, value: &Document, said: &str) -> bool {
        let is_kind = match self.kind {
            Kind::Refused => true,
            Kind::Ancient => is_ancient(value),
            _ => false,
        };
        is_kind && self.is_for(case) && self.all("says", |text| says(said, text))
    }

    /// Whether a case is of the parts, protocols, services and operations that the rule names.
    pub(crate) fn is_for(&self, case: &Case) -> bool {
        let part = match case.part {
            Part::Input => "request",
            Part::Output => "answer",
            Part::Error(_) => "error",
            Part::Event(_) => "event",
        };
        self.all("part", |wanted| wanted.split('|').any(|one| one == part))
            && self.all("protocol", |wanted| {
                wanted.split('|').any(|one| one == case.call.protocol.name())
            })
            && self.all("service", |wanted| wanted == case.call.service.metadata.name)
            && self.all("operation", |wanted| wanted == case.call.operation.name)
    }

    /// Whether a run of a plan tells if the rule is stale: one of some services or operations tells nothing of a rule
    /// that is for more of them.
    pub(crate) fn is_judged(&self, plan: &Plan) -> bool {
        let names = |key| self.filters.iter().any(|(name, _)| *name == key);
        (plan.service.is_none() || names("service"))
            && (plan.operation.is_none() || names("operation"))
    }

    fn all(&self, key: &str, holds: impl Fn(&str) -> bool) -> bool {
        self.filters.iter().filter(|(name, _)| *name == key).all(|(_, value)| holds(value))
    }
}

/// Whether text has another in it, for whose spaces a rule has underscores.
fn says(said: &str, text: &str) -> bool {
    said.contains(&text.replace('_', " "))
}

/// Whether a path is the wanted one, lies below it if that ends in `.*`, ends like it if that begins with `*.`, is
/// the member that is the body if that is `PAYLOAD`, or of a list in a header if that is `HEADER-LIST`.
fn fits(case: &Case, path: &str, wanted: &str) -> bool {
    let structure = || case.part.shape(&case.call).and_then(Shape::structure);
    if wanted == "PAYLOAD" {
        let payload = structure().and_then(Structure::payload_member);
        return payload.is_some_and(|member| member.name == path);
    }
    if wanted == "HEADER-LIST" {
        let name = path.split('.').next().unwrap_or_default();
        return structure().and_then(|structure| structure.member(name)).is_some_and(|member| {
            let shape = case.call.service.shape(member.shape);
            member.location == Location::Header && matches!(shape.kind, ShapeKind::List(_))
        });
    }
    match (wanted.strip_suffix(".*"), wanted.strip_prefix("*.")) {
        (Some(above), _) => path.starts_with(above),
        (_, Some(end)) => path.ends_with(end),
        _ => path == wanted,
    }
}

fn same_second(found: Option<&Document>, expected: Option<&Document>) -> bool {
    match (found, expected) {
        (Some(Document::Timestamp(a)), Some(Document::Timestamp(b))) => a.seconds() == b.seconds(),
        _ => false,
    }
}

fn same_json(found: Option<&Document>, expected: Option<&Document>) -> bool {
    let json =
        |value: Option<&Document>| serde_json::from_str::<serde_json::Value>(value?.as_str()?).ok();
    json(found).is_some() && json(found) == json(expected)
}

fn is_name(found: Option<&Document>, expected: Option<&Document>) -> bool {
    match (found, expected) {
        (Some(Document::String(name)), Some(Document::Number(Number::Float(value)))) => {
            let wanted = match value {
                _ if value.is_nan() => "NaN",
                _ if *value > 0.0 => "Infinity",
                _ => "-Infinity",
            };
            !value.is_finite() && name == wanted
        }
        _ => false,
    }
}

/// Whether a value has a timestamp before the year 1000.
fn is_ancient(value: &Document) -> bool {
    const YEAR_1000: i64 = -30_610_224_000;
    match value {
        Document::Timestamp(at) => at.seconds() < YEAR_1000,
        Document::List(items) => items.iter().any(is_ancient),
        Document::Object(fields) => fields.iter().any(|(_, value)| is_ancient(value)),
        _ => false,
    }
}

fn has_backslash(value: &Document) -> bool {
    match value {
        Document::String(text) => text.contains('\\'),
        Document::List(items) => items.iter().any(has_backslash),
        _ => false,
    }
}

fn one_way(
    found: Option<&Document>,
    expected: Option<&Document>,
    is: impl Fn(&Document) -> bool,
) -> bool {
    match (found, expected) {
        (None, Some(value)) | (Some(value), None) => is(value),
        _ => false,
    }
}

fn is_empty(value: &Document) -> bool {
    match value {
        Document::String(text) => text.is_empty(),
        Document::Blob(bytes) => bytes.is_empty(),
        Document::List(items) => items.is_empty(),
        Document::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
