//! The XML codec: elements to documents by the shapes, and back.

mod reader;
mod text;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use text::Text;
pub(crate) use writer::Writer;

use standin_model::{Member, Name, Shape, ShapeKind};

/// Which of a member's names its element has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// The location name.
    Plain,
    /// The name in the query protocol, where a member has one.
    Query,
}

impl Naming {
    fn of(self, member: &Member) -> Name {
        match self {
            Self::Plain => member.wire_name(),
            Self::Query => member.query_wire_name(),
        }
    }
}

/// How deep elements may nest.
const MAX_DEPTH: usize = 128;

/// The name that the shape of a flattened list gives its elements.
fn flat_name(shape: &Shape, member: &Member) -> Option<Name> {
    match &shape.kind {
        ShapeKind::List(element) if member.flattened || shape.flattened => element.location_name,
        _ => None,
    }
}
