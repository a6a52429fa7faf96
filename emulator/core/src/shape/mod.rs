//! Typed shapes: how the generated structures are made from documents and turned into them.
//!
//! Values are moved both ways; nothing of a payload is copied. What a structure adds to the code is one list of
//! its members, made by [`crate::structure!`]: all that walks it stands here, once. The other macros make
//! [`crate::enumeration!`]s, [`crate::union!`]s, [`crate::errors!`] and the [`crate::operations!`] of a service.

mod macros;
mod operation;
mod value;

use std::fmt;

pub use operation::{Accept, Admission, Evented, Give, Operation, Streamed, not_implemented};
pub use value::Value;

use crate::{Document, Fields};

/// A structure with named members.
pub trait Structure: Default {
    /// Shows each member to a visitor.
    fn members(&mut self, visitor: &mut Visitor<'_>);
}

/// A place for a value that may be absent: what a structure's members are.
pub trait Slot {
    /// Puts a value in.
    fn fill(&mut self, document: Document) -> Result<(), ShapeError>;

    /// Takes the value out.
    fn drain(&mut self) -> Option<Document>;
}

/// A document does not have the form of a shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} but found {found} at '{path}'")]
pub struct ShapeError {
    /// Where, as member names and list positions joined by dots.
    pub path: String,
    /// What the shape wants.
    pub expected: &'static str,
    /// What stands there.
    pub found: &'static str,
}

/// Moves the members of a structure from fields, or into them.
pub struct Visitor<'a>(Direction<'a>);

enum Direction<'a> {
    Fill { from: &'a mut Fields, error: Option<ShapeError> },
    Drain { into: &'a mut Fields },
}

/// A structure without members, for operations that have no input or output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Empty;

impl Structure for Empty {
    fn members(&mut self, _visitor: &mut Visitor<'_>) {}
}

impl Visitor<'_> {
    /// Moves one member.
    pub fn member(&mut self, name: &'static str, slot: &mut dyn Slot) {
        match &mut self.0 {
            Direction::Fill { error: Some(_), .. } => {}
            Direction::Fill { from, error } => {
                let filled = from.take(name).map_or(Ok(()), |value| slot.fill(value));
                *error = filled.err().map(|inner| inner.within(name));
            }
            Direction::Drain { into } => {
                if let Some(value) = slot.drain() {
                    into.push(name, value);
                }
            }
        }
    }
}

impl ShapeError {
    /// A value is not what the shape wants.
    pub fn new(expected: &'static str, found: &Document) -> Self {
        Self { path: String::new(), expected, found: found.kind() }
    }

    /// The same error, seen from the structure, list or map around it.
    #[must_use]
    pub fn within(mut self, name: impl fmt::Display) -> Self {
        let rest = std::mem::take(&mut self.path);
        self.path = if rest.is_empty() { name.to_string() } else { format!("{name}.{rest}") };
        self
    }
}

/// Moves a document's fields into a structure. Fields that the structure doesn't know are dropped.
pub fn from_document<T: Structure>(document: Document) -> Result<T, ShapeError> {
    let mut structure = T::default();
    fill(document, &mut |visitor| structure.members(visitor))?;
    Ok(structure)
}

/// Moves a structure's values into a document.
pub fn into_document<T: Structure>(mut structure: T) -> Document {
    drain(&mut |visitor| structure.members(visitor))
}

fn fill(document: Document, members: &mut dyn FnMut(&mut Visitor<'_>)) -> Result<(), ShapeError> {
    let mut fields = fields_of(document)?;
    let mut visitor = Visitor(Direction::Fill { from: &mut fields, error: None });
    members(&mut visitor);
    match visitor.0 {
        Direction::Fill { error: Some(error), .. } => Err(error),
        _ => Ok(()),
    }
}

fn drain(members: &mut dyn FnMut(&mut Visitor<'_>)) -> Document {
    let mut fields = Fields::default();
    members(&mut Visitor(Direction::Drain { into: &mut fields }));
    Document::Object(fields)
}

/// The one field of a union, as [`crate::union!`] reads it.
pub fn union_field(document: Document) -> Result<(crate::Key, Document), ShapeError> {
    let fields = fields_of(document)?;
    let wrong =
        ShapeError { path: String::new(), expected: "one member", found: "several or none" };
    let mut set = fields.into_iter().filter(|(_, value)| *value != Document::Null);
    match (set.next(), set.next()) {
        (Some(field), None) => Ok(field),
        _ => Err(wrong),
    }
}

fn fields_of(document: Document) -> Result<Fields, ShapeError> {
    match document {
        Document::Object(fields) => Ok(fields),
        other => Err(ShapeError::new("structure", &other)),
    }
}

#[cfg(test)]
mod tests;
