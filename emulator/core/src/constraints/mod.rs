//! The constraints of a model, checked and reported in the words that most of AWS's services share.
//!
//! `N validation errors detected: Value 'x' at 'tags.1.member.key' failed to satisfy constraint: ...`. Which code
//! goes with it, and whether a service checks at all, is the service's affair.

mod pattern;
mod text;

use standin_model::{Constraints, Member, Service, Shape, ShapeId, ShapeKind};

use crate::{Document, Number};
use text::Rendered;

/// A value that breaks a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The value as the message shows it; none of what is secret or a blob.
    value: Option<String>,
    path: String,
    constraint: String,
}

/// The message about violations, if there are any.
pub fn message(violations: &[Violation]) -> Option<String> {
    let all: Vec<String> = violations.iter().map(ToString::to_string).collect();
    match all.len() {
        0 => None,
        1 => Some(format!("1 validation error detected: {}", all[0])),
        count => Some(format!("{count} validation errors detected: {}", all.join("; "))),
    }
}

/// The violations of a document's constraints, in the model's order.
pub fn check(service: &Service, shape: ShapeId, document: &Document) -> Vec<Violation> {
    let mut checker = Checker { service, path: Vec::new(), violations: Vec::new() };
    checker.structure(shape, document);
    checker.violations
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { value, path, constraint } = self;
        let value = value.as_ref().map(|value| format!(" {value}")).unwrap_or_default();
        write!(f, "Value{value} at '{path}' failed to satisfy constraint: {constraint}")
    }
}

struct Checker<'m> {
    service: &'m Service,
    path: Vec<String>,
    violations: Vec<Violation>,
}

impl Checker<'_> {
    fn structure(&mut self, id: ShapeId, document: &Document) {
        let Some(structure) = self.service.structure(id) else { return };
        for member in &structure.members {
            self.path.push(text::lower_camel(member.name));
            match document.get(member.name) {
                None | Some(Document::Null) => self.absent(member),
                Some(value) => self.value(member, value),
            }
            self.path.pop();
        }
    }

    fn absent(&mut self, member: &Member) {
        let shape = self.service.shape(member.shape);
        // The body of a stream is seen only later, and by others.
        if member.required && !member.streaming && !shape.streaming {
            self.violate(Some("null".to_owned()), "Member must not be null".to_owned());
        }
    }

    fn value(&mut self, member: &Member, value: &Document) {
        let shape = self.service.shape(member.shape);
        for constraint in broken(shape, value) {
            self.violate(self.shown(member, value), constraint);
        }
        match (&shape.kind, value) {
            (ShapeKind::Structure(_), _) => self.structure(member.shape, value),
            (ShapeKind::List(element), Document::List(items)) => {
                self.elements(member, value, element, items);
            }
            (ShapeKind::Map(key, element), Document::Object(fields)) => {
                self.map_keys(member, value, key);
                for (name, item) in fields.iter() {
                    self.path.push(name.to_string());
                    self.nested(element, item);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn elements(&mut self, list: &Member, whole: &Document, element: &Member, items: &[Document]) {
        let shape = self.service.shape(element.shape);
        if is_scalar(shape) {
            if items.iter().any(|item| !broken(shape, item).is_empty()) {
                let all =
                    format!("Member must satisfy constraint: [{}]", declared(shape).join(", "));
                self.violate(self.shown(list, whole), all);
            }
            return;
        }
        for (index, item) in items.iter().enumerate() {
            self.path.push(format!("{}.member", index + 1));
            self.nested(element, item);
            self.path.pop();
        }
    }

    fn map_keys(&mut self, map: &Member, whole: &Document, key: &Member) {
        let shape = self.service.shape(key.shape);
        let Some(fields) = whole.as_object() else { return };
        if fields.iter().any(|(name, _)| !broken(shape, &name.as_ref().into()).is_empty()) {
            let all = declared(shape).join(", ");
            let constraint = format!("Map keys must satisfy constraint: [{all}]");
            self.violate(self.shown(map, whole), constraint);
        }
    }

    fn nested(&mut self, element: &Member, item: &Document) {
        if *item != Document::Null {
            self.value(element, item);
        }
    }

    fn shown(&self, member: &Member, value: &Document) -> Option<String> {
        let secret = member.sensitive || self.service.shape(member.shape).sensitive;
        let hidden = secret || matches!(value, Document::Blob(_));
        let rendered = Rendered { service: self.service, shape: member.shape, value };
        (!hidden).then(|| format!("'{rendered}'"))
    }

    fn violate(&mut self, value: Option<String>, constraint: String) {
        self.violations.push(Violation { value, path: self.path.join("."), constraint });
    }
}

fn is_scalar(shape: &Shape) -> bool {
    !matches!(shape.kind, ShapeKind::Structure(_) | ShapeKind::List(_) | ShapeKind::Map(..))
}

/// What a value breaks of its own shape's constraints, as sentences.
fn broken(shape: &Shape, value: &Document) -> Vec<String> {
    let Some(constraints) = &shape.constraints else { return Vec::new() };
    let mut broken = Vec::new();
    if let Some(text) = value.as_str() {
        if !constraints.enum_values.is_empty() {
            let known = constraints.enum_values.contains(&text);
            return if known { broken } else { vec![enum_sentence(constraints)] };
        }
        if let Some(wanted) = constraints.pattern.filter(|wanted| !pattern::matches(wanted, text)) {
            broken.push(pattern_sentence(wanted));
        }
    }
    let Some(size) = size(value) else { return broken };
    let word = size_word(value);
    if let Some(max) = constraints.max.filter(|max| size > *max) {
        broken.push(format!("Member must have {word} less than or equal to {max}"));
    }
    if let Some(min) = constraints.min.filter(|min| size < *min) {
        broken.push(format!("Member must have {word} greater than or equal to {min}"));
    }
    broken
}

/// All constraints of a shape, as AWS lists them for the elements of lists and the keys of maps.
fn declared(shape: &Shape) -> Vec<String> {
    let Some(constraints) = &shape.constraints else { return Vec::new() };
    if !constraints.enum_values.is_empty() {
        return vec![enum_sentence(constraints), "Member must not be null".to_owned()];
    }
    let word = if matches!(shape.kind, ShapeKind::String) { "length" } else { "value" };
    let max =
        constraints.max.map(|max| format!("Member must have {word} less than or equal to {max}"));
    let min = constraints
        .min
        .map(|min| format!("Member must have {word} greater than or equal to {min}"));
    [max, min, constraints.pattern.map(pattern_sentence)].into_iter().flatten().collect()
}

fn enum_sentence(constraints: &Constraints) -> String {
    format!("Member must satisfy enum value set: [{}]", constraints.enum_values.join(", "))
}

fn pattern_sentence(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn size_word(value: &Document) -> &'static str {
    if matches!(value, Document::Number(_)) { "value" } else { "length" }
}

/// What `min` and `max` bound: a number, or the length of a text in UTF-16, a blob, a list or a map.
#[expect(clippy::cast_precision_loss, reason = "bounds are doubles in the model")]
fn size(value: &Document) -> Option<f64> {
    match value {
        Document::Number(Number::Integer(number)) => Some(*number as f64),
        Document::Number(Number::Float(number)) => Some(*number),
        Document::String(text) => Some(text.encode_utf16().count() as f64),
        Document::Blob(bytes) => Some(bytes.len() as f64),
        Document::List(items) => Some(items.len() as f64),
        Document::Object(fields) => Some(fields.len() as f64),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
