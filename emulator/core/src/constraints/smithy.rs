//! The words of services made with Smithy's server, and the list of fields in their error.
//!
//! The protocol tests of Smithy (restJson1, validation) have them.

use standin_model::{Constraints, Shape, ShapeKind};

use super::Violation;
use super::walk::{Bound, Fault, Finding, Words};
use crate::{Document, Fields, ServiceError};

pub(super) struct Smithy;

/// The error about violations.
pub(super) fn error(violations: &[Violation]) -> ServiceError {
    let all: Vec<&str> = violations.iter().map(|violation| &*violation.message).collect();
    let plural = if all.len() == 1 { "" } else { "s" };
    let message = format!("{} validation error{plural} detected. {}", all.len(), all.join("; "));
    let fields = violations.iter().map(|violation| {
        let mut field = Fields::default();
        field.insert("path", Document::String(violation.path.clone()));
        field.insert("message", Document::String(violation.message.clone()));
        Document::Object(field)
    });
    ServiceError::sender("ValidationException", message)
        .with_member("fieldList", Document::List(fields.collect()))
}

impl Words for Smithy {
    const TOGETHER: bool = false;

    fn length(text: &str) -> usize {
        text.chars().count()
    }

    fn violation(&self, finding: &Finding<'_>) -> Violation {
        let path = finding.place.pointer();
        let mut value = String::new();
        let constraint = match finding.fault {
            Fault::Missing => "must not be null".to_owned(),
            Fault::Enum(constraints) => {
                format!("must satisfy enum value set: [{}]", constraints.enum_values.join(", "))
            }
            Fault::Pattern(pattern) => {
                format!("must satisfy regular expression pattern: {pattern}")
            }
            Fault::Size { size, bound, shape, constraints } => {
                if has_length(shape) {
                    value = format!(" with length {size}");
                }
                bounded(bound, shape, constraints)
            }
            // What is judged together elsewhere is judged one by one here.
            Fault::Elements(_) | Fault::Values(_) | Fault::Keys(_) => "must be valid".to_owned(),
        };
        let message =
            format!("Value{value} at '{path}' failed to satisfy constraint: Member {constraint}");
        Violation { path, message }
    }
}

fn has_length(shape: &Shape) -> bool {
    use ShapeKind::{Blob, List, Map, String};
    matches!(shape.kind, String | Blob | List(_) | Map(..))
}

fn bounded(bound: Bound, shape: &Shape, constraints: &Constraints) -> String {
    let verb = if has_length(shape) { "must have length" } else { "must be" };
    match (constraints.min, constraints.max, bound) {
        (Some(least), Some(most), _) => format!("{verb} between {least} and {most}, inclusive"),
        (_, _, Bound::Most(most)) => format!("{verb} less than or equal to {most}"),
        (_, _, Bound::Least(least)) => format!("{verb} greater than or equal to {least}"),
    }
}
