//! The walk over two documents at once.

use std::borrow::Cow;

use standin_model::{
    Document, Fields, Key, Number, Service, Shape, ShapeKind, Timestamp, TimestampFormat,
};
use standin_tape::{Expression, template};

use super::{Comparison, class_of};
use crate::align::{Row, align};
use crate::{Bindings, Class, Deviation, Path, RuleKind, unify, unify_blob};

/// How much of a value a report shows.
const SHOWN: usize = 160;

/// A walk: what it compares by, the values bound so far, what it found.
pub(super) struct Walk<'a, 'b> {
    pub(super) comparison: Comparison<'a>,
    pub(super) bindings: &'b mut Bindings,
    /// When the answer was made, if it says so.
    pub(super) now: Option<Timestamp>,
    pub(super) deviations: Vec<Deviation>,
}

/// A place of the walk: its path, and its shape where the model has one.
type Place<'p, 'a> = (&'p Path, Option<&'a Shape>);

impl<'a> Walk<'a, '_> {
    /// Compares two values at a place.
    pub(super) fn document(&mut self, expected: &Document, actual: &Document, at: Place<'_, 'a>) {
        if let Some(Ok(expression)) = Expression::in_document(expected) {
            return self.derived(&expression, actual, at.0);
        }
        if template::form(expected).is_some() {
            return;
        }
        match (expected, actual) {
            (Document::String(template), Document::Timestamp(time)) if self.is_time(template) => {
                if let Some(name) = variable(template) {
                    self.bindings.bind(name, time.format(TimestampFormat::Iso8601));
                    self.time(name, at.0);
                }
            }
            (Document::String(template), Document::Number(number))
                if self.is_written(template, "number") =>
            {
                self.string(template, &shown_number(number), at);
            }
            (Document::String(template), Document::Boolean(value))
                if self.is_written(template, "boolean") =>
            {
                self.string(template, &value.to_string(), at);
            }
            (Document::String(template), Document::String(text)) => {
                self.string(template, text, at);
            }
            (_, Document::Blob(bytes)) if template::blob(expected).is_some() => {
                let text = template::blob(expected).unwrap_or_default();
                if let Err(mismatch) = unify_blob(text, bytes, self.bindings) {
                    self.differ(class_of(&mismatch), at.0, expected, actual);
                }
            }
            (Document::Number(left), Document::Number(right)) => self.number(left, right, at.0),
            (Document::List(left), Document::List(right)) => self.list(left, right, at),
            (Document::Object(left), Document::Object(right)) => self.fields(left, right, at),
            // Points in time differ between any two runs: their form is all that is compared.
            (Document::Timestamp(_), Document::Timestamp(_)) => {}
            _ if expected == actual => {}
            _ => {
                let class =
                    if expected.kind() == actual.kind() { Class::Literal } else { Class::Type };
                self.differ(class, at.0, expected, actual);
            }
        }
    }

    /// Compares the fields of two objects.
    pub(super) fn fields(&mut self, expected: &Fields, actual: &Fields, at: Place<'_, 'a>) {
        let (path, shape) = at;
        let mut names = Vec::with_capacity(expected.len());
        for (key, value) in expected.iter() {
            let member = path.member(key);
            let name = self.key(key);
            let found = actual.get(&name);
            names.push(name);
            match found {
                Some(found) => {
                    let shape = self.member_shape(shape, key);
                    self.document(value, found, (&member, shape));
                }
                None => self.push(Class::Missing, &member, shown(value), "absent".to_owned()),
            }
        }
        for (key, value) in
            actual.iter().filter(|(key, _)| names.iter().all(|name| **name != ***key))
        {
            let value = self.rendered(value);
            self.push(Class::Extra, &path.member(key), "absent".to_owned(), value);
        }
    }

    fn list(&mut self, expected: &[Document], actual: &[Document], at: Place<'_, 'a>) {
        let (path, shape) = at;
        let Comparison { rules, operation, service } = self.comparison;
        let element = element_shape(service, shape);
        let alignment = align((expected, actual), (rules, operation.name, path), self.bindings);
        if alignment.reordered {
            let order = |list: &[Document]| shown(&Document::list(list.to_vec()));
            self.push(Class::Order, path, order(expected), order(actual));
        }
        for Row { segment, expected: left, actual: right } in alignment.rows {
            let place = path.join(segment);
            match (left.map(|at| &expected[at]), right.map(|at| &actual[at])) {
                (Some(left), Some(right)) => self.document(left, right, (&place, element)),
                (Some(left), None) => {
                    self.push(Class::Missing, &place, shown(left), "absent".into());
                }
                (None, Some(right)) => {
                    let right = self.rendered(right);
                    self.push(Class::Extra, &place, "absent".into(), right);
                }
                (None, None) => {}
            }
        }
    }

    fn string(&mut self, expected: &str, actual: &str, (path, shape): Place<'_, 'a>) {
        if self.says(path, &RuleKind::Approximate) && both_numbers(expected, actual) {
            return;
        }
        if let Err(mismatch) = unify(expected, actual, self.bindings) {
            let class = match class_of(&mismatch) {
                Class::Literal if is_enum(shape) => Class::Enum,
                class => class,
            };
            let actual = cut(format!("{:?}", self.bindings.render(actual)));
            self.push(class, path, cut(format!("{expected:?}")), actual);
        } else if let Some(name) = variable(expected).filter(|name| self.bindings.is_time(name)) {
            self.time(name, path);
        }
    }

    fn number(&mut self, expected: &Number, actual: &Number, path: &Path) {
        if !self.says(path, &RuleKind::Approximate) && !equal_numbers(expected, actual) {
            self.push(Class::Literal, path, shown_number(expected), shown_number(actual));
        }
    }

    fn differ(&mut self, class: Class, path: &Path, expected: &Document, actual: &Document) {
        let actual = self.rendered(actual);
        self.push(class, path, shown(expected), actual);
    }

    pub(super) fn push(&mut self, class: Class, path: &Path, expected: String, actual: String) {
        self.deviations.push(Deviation { path: path.to_string(), class, expected, actual });
    }

    fn says(&self, path: &Path, kind: &RuleKind) -> bool {
        self.comparison.rules.says(self.comparison.operation.name, path, kind)
    }

    /// The key of a map as this run has it: it may hold variables.
    fn key<'k>(&self, key: &'k Key) -> Cow<'k, str> {
        match key.contains('«').then(|| self.bindings.fill_text(key)) {
            Some(Ok(filled)) => Cow::Owned(filled),
            _ => Cow::Borrowed(key),
        }
    }

    /// A derived value must be what follows from this run; where that can't be told, nothing is compared.
    fn derived(&mut self, expression: &Expression, actual: &Document, path: &Path) {
        match self.bindings.recompute(expression) {
            Ok(expected) if !equal(&expected, actual) => {
                let actual = self.rendered(actual);
                self.push(Class::Literal, path, expression.to_string(), actual);
            }
            _ => {}
        }
    }

    fn is_time(&self, template: &str) -> bool {
        variable(template).is_some_and(|name| self.bindings.is_time(name))
    }

    fn is_written(&self, template: &str, format: &str) -> bool {
        variable(template).is_some_and(|name| self.bindings.format(name) == Some(format))
    }

    fn rendered(&self, document: &Document) -> String {
        shown(&render(document, self.bindings))
    }

    fn member_shape(&self, shape: Option<&'a Shape>, key: &str) -> Option<&'a Shape> {
        let member = match &shape?.kind {
            ShapeKind::Structure(structure) => structure.member(key)?,
            ShapeKind::Map(_, value) => value,
            _ => return None,
        };
        Some(self.comparison.service.shape(member.shape))
    }
}

/// The variable that a template is.
fn variable(template: &str) -> Option<&str> {
    template.strip_prefix('«')?.strip_suffix('»')
}

fn equal(expected: &Document, actual: &Document) -> bool {
    match (expected, actual) {
        (Document::Number(left), Document::Number(right)) => equal_numbers(left, right),
        _ => expected == actual,
    }
}

fn element_shape<'a>(service: &'a Service, shape: Option<&'a Shape>) -> Option<&'a Shape> {
    match &shape?.kind {
        ShapeKind::List(member) => Some(service.shape(member.shape)),
        _ => None,
    }
}

fn is_enum(shape: Option<&Shape>) -> bool {
    let constraints = shape.and_then(|shape| shape.constraints.as_deref());
    constraints.is_some_and(|constraints| !constraints.enum_values.is_empty())
}

fn both_numbers(expected: &str, actual: &str) -> bool {
    expected.parse::<f64>().is_ok() && actual.parse::<f64>().is_ok()
}

#[expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "a float on the other side has no more precision, and equal is what is asked"
)]
fn equal_numbers(expected: &Number, actual: &Number) -> bool {
    match (expected, actual) {
        (Number::Integer(whole), Number::Float(float))
        | (Number::Float(float), Number::Integer(whole)) => *whole as f64 == *float,
        _ => expected == actual,
    }
}

fn render(document: &Document, bindings: &Bindings) -> Document {
    match document {
        Document::String(text) => Document::String(bindings.render(text)),
        Document::List(items) => {
            Document::List(items.iter().map(|item| render(item, bindings)).collect())
        }
        Document::Object(fields) => {
            let rendered = fields.iter().map(|(key, value)| (key.clone(), render(value, bindings)));
            Document::Object(rendered.collect())
        }
        other => other.clone(),
    }
}

/// A value on one line, cut where it is long. Points in time are shown as such, not by value.
fn shown(document: &Document) -> String {
    let mut text = String::new();
    write(document, &mut text);
    cut(text)
}

fn write(document: &Document, text: &mut String) {
    match document {
        Document::Null => text.push_str("null"),
        Document::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
        Document::Number(number) => text.push_str(&shown_number(number)),
        Document::String(value) => text.push_str(&format!("{value:?}")),
        Document::Blob(bytes) => text.push_str(&format!("{} bytes {}", bytes.len(), digest(bytes))),
        Document::Timestamp(_) => text.push_str("a time"),
        Document::List(items) => {
            text.push('[');
            separated(text, items, write);
            text.push(']');
        }
        Document::Object(fields) => {
            text.push('{');
            separated(text, fields.iter(), |(key, value), text| {
                text.push_str(key);
                text.push_str(": ");
                write(value, text);
            });
            text.push('}');
        }
    }
}

fn separated<T>(
    text: &mut String,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(T, &mut String),
) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        // What is cut off anyway need not be written.
        if text.len() > SHOWN {
            return;
        }
        write(item, text);
    }
}

fn shown_number(number: &Number) -> String {
    match number {
        Number::Integer(whole) => whole.to_string(),
        Number::Float(float) => float.to_string(),
        Number::Text(text) => text.to_string(),
    }
}

fn digest(bytes: &[u8]) -> String {
    standin_tape::Digest::of(bytes).as_str().chars().take(15).collect()
}

fn cut(text: String) -> String {
    if text.len() <= SHOWN {
        return text;
    }
    let mut short: String = text.chars().take(SHOWN).collect();
    short.push('…');
    short
}
