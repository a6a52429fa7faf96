//! The words of most services: `1 validation error detected: Value 'x' at 'name' failed to satisfy constraint: ...`.
//!
//! Recorded from AWS in LocalStack's snapshots of dynamodb, events, kms, lambda, logs and sts.

use standin_model::{Constraints, Shape, ShapeKind};

use super::Violation;
use super::text::Rendered;
use super::walk::{Bound, Fault, Finding, Words};
use crate::Document;

pub(super) struct Coral;

const NOT_NULL: &str = "Member must not be null";

/// The message about violations.
pub(super) fn message(violations: &[Violation]) -> String {
    let all: Vec<&str> = violations.iter().map(|violation| &*violation.message).collect();
    let plural = if all.len() == 1 { "" } else { "s" };
    format!("{} validation error{plural} detected: {}", all.len(), all.join("; "))
}

impl Words for Coral {
    const TOGETHER: bool = true;

    fn length(text: &str) -> usize {
        text.encode_utf16().count()
    }

    fn violation(&self, finding: &Finding<'_>) -> Violation {
        let path = finding.place.dotted();
        let value = shown(finding);
        let constraint = match finding.fault {
            Fault::Missing => NOT_NULL.to_owned(),
            Fault::Enum(constraints) => enumeration(constraints),
            Fault::Pattern(pattern) => matching(pattern),
            Fault::Size { bound, shape, .. } => bounded(bound, shape),
            Fault::Elements(shape) => {
                format!("Member must satisfy constraint: [{}]", declared(shape, &[NOT_NULL]))
            }
            Fault::Values(shape) => {
                format!("Map value must satisfy constraint: [{}]", declared(shape, &[NOT_NULL]))
            }
            Fault::Keys(shape) => {
                format!("Map keys must satisfy constraint: [{}]", declared(shape, &[]))
            }
        };
        let message =
            format!("Value{value} at '{path}' failed to satisfy constraint: {constraint}");
        Violation { path, message }
    }
}

/// The value as a message shows it; nothing of what is secret or a blob.
fn shown(finding: &Finding<'_>) -> String {
    let Some(value) = finding.value else { return " null".to_owned() };
    let (service, shape) = (finding.service, finding.member.shape);
    let secret = finding.member.sensitive || service.shape(shape).sensitive;
    if secret || matches!(value, Document::Blob(_)) {
        return String::new();
    }
    format!(" '{}'", Rendered { service, shape, value })
}

/// All constraints of a shape, as AWS lists them for the elements of lists and maps.
fn declared(shape: &Shape, more: &[&str]) -> String {
    let mut all = Vec::new();
    if let Some(constraints) = &shape.constraints {
        if constraints.enum_values.is_empty() {
            all.extend(constraints.max.map(|most| bounded(Bound::Most(most), shape)));
            all.extend(constraints.min.map(|least| bounded(Bound::Least(least), shape)));
            all.extend(constraints.pattern.map(matching));
        } else {
            all.push(enumeration(constraints));
        }
    }
    all.extend(more.iter().map(ToString::to_string));
    all.join(", ")
}

fn enumeration(constraints: &Constraints) -> String {
    format!("Member must satisfy enum value set: [{}]", constraints.enum_values.join(", "))
}

fn matching(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn bounded(bound: Bound, shape: &Shape) -> String {
    let word = match shape.kind {
        ShapeKind::String | ShapeKind::Blob | ShapeKind::List(_) | ShapeKind::Map(..) => "length",
        _ => "value",
    };
    let (relation, number) = match bound {
        Bound::Most(most) => ("less", most),
        Bound::Least(least) => ("greater", least),
    };
    // Java writes a double as `1.0`.
    let number = match shape.kind {
        ShapeKind::Float | ShapeKind::Double => format!("{number:?}"),
        _ => number.to_string(),
    };
    format!("Member must have {word} {relation} than or equal to {number}")
}
