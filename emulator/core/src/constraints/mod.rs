//! The constraints of a model, checked and reported as AWS reports them.
//!
//! Most services say `1 validation error detected: Value 'x' at 'tags.1.member.key' failed to satisfy constraint: ...`;
//! those made with Smithy's server say `1 validation error detected. Value at '/tags/0/key' failed ...` and list the
//! fields. [`Style`] says which, and `specs/validation.json` has what was seen of each service.

mod coral;
mod pattern;
mod place;
mod smithy;
mod style;
mod text;
mod walk;

use std::sync::OnceLock;

use standin_model::{Operation, Service, Shape, ShapeId, ShapeKind};

use crate::{Document, ServiceError};
use pattern::Pattern;
pub use style::Style;

/// What checks the inputs of a service. Patterns are compiled when they are first met.
#[derive(Debug)]
pub struct Validator {
    service: &'static Service,
    style: Style,
    /// By shape: whether a value of it can break anything.
    constrained: Box<[bool]>,
    /// By shape: its pattern; none where it can't be read, and then all values match.
    patterns: Box<[OnceLock<Option<Box<Pattern>>>]>,
}

/// A value that breaks a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where the value is, in the style's words.
    pub path: String,
    /// The sentence about it.
    pub message: String,
}

impl Validator {
    /// A validator in the style that a service is known or taken to have.
    pub fn new(service: &'static Service) -> Self {
        Self::with_style(service, Style::of(service))
    }

    /// A validator in a style.
    pub fn with_style(service: &'static Service, style: Style) -> Self {
        let patterns = service.shapes.iter().map(|_| OnceLock::new()).collect();
        Self { service, style, constrained: constrained(service), patterns }
    }

    /// The service.
    pub fn service(&self) -> &'static Service {
        self.service
    }

    /// The error about an operation's input, if it breaks constraints.
    pub fn validate(&self, operation: &Operation, input: &Document) -> Result<(), ServiceError> {
        let violations = self.check(operation, input);
        if violations.is_empty() {
            return Ok(());
        }
        Err(match &self.style {
            Style::Own => return Ok(()),
            Style::Coral { codes } => {
                let code = style::code(codes, self.service, operation);
                ServiceError::sender(code, coral::message(&violations))
            }
            Style::Smithy => smithy::error(&violations),
        })
    }

    /// What an operation's input breaks, in the model's order.
    pub fn check(&self, operation: &Operation, input: &Document) -> Vec<Violation> {
        match (operation.input, &self.style) {
            (None, _) | (_, Style::Own) => Vec::new(),
            (Some(shape), Style::Coral { .. }) => walk::check(self, shape, input, &coral::Coral),
            (Some(shape), Style::Smithy) => walk::check(self, shape, input, &smithy::Smithy),
        }
    }

    fn is_constrained(&self, id: ShapeId) -> bool {
        self.constrained.get(id.0 as usize).copied().unwrap_or(true)
    }

    fn refuses(&self, id: ShapeId, pattern: &str, value: &str) -> bool {
        let compiled = self.patterns.get(id.0 as usize).and_then(|compiled| {
            compiled.get_or_init(|| Pattern::compile(pattern).ok().map(Box::new)).as_ref()
        });
        compiled.is_some_and(|compiled| compiled.refuses(value))
    }
}

/// Which shapes have a constraint in them or below them.
fn constrained(service: &Service) -> Box<[bool]> {
    let mut known: Box<[bool]> = service.shapes.iter().map(has_constraint).collect();
    // Shapes are few levels deep, so it takes as few rounds.
    loop {
        let mut changed = false;
        for (index, shape) in service.shapes.iter().enumerate() {
            if !known[index] && parts(shape).any(|id| known.get(id.0 as usize) == Some(&true)) {
                known[index] = true;
                changed = true;
            }
        }
        if !changed {
            return known;
        }
    }
}

fn has_constraint(shape: &Shape) -> bool {
    let requires = |shape: &Shape| {
        shape.structure().is_some_and(|structure| structure.members.iter().any(|m| m.required))
    };
    shape.constraints.is_some() || requires(shape)
}

fn parts(shape: &Shape) -> impl Iterator<Item = ShapeId> {
    let (members, pair) = match &shape.kind {
        ShapeKind::Structure(structure) => (structure.members.as_slice(), [None, None]),
        ShapeKind::List(element) => (&[][..], [Some(element.shape), None]),
        ShapeKind::Map(key, value) => (&[][..], [Some(key.shape), Some(value.shape)]),
        _ => (&[][..], [None, None]),
    };
    members.iter().map(|member| member.shape).chain(pair.into_iter().flatten())
}

#[cfg(test)]
mod tests;
