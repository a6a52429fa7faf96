//! The form codec of query and ec2: parameters whose dotted names spell a path into the input.

mod reader;
mod writer;

pub(crate) use reader::{Form, Reader, pairs as decode_pairs};
pub(crate) use writer::Writer;

use standin_model::{Member, Name, Shape, ShapeKind};

/// How a protocol spells the paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `List.member.1`, `Map.entry.1.key`.
    Query,
    /// `List.1`, names with a capital.
    Ec2,
}

/// How deep a parameter's name may go.
const MAX_DEPTH: usize = 64;

impl Dialect {
    /// A member's name in a path, its first letter to be a capital if the flag of the pair says so.
    fn member(self, member: &Member) -> (Name, Capital) {
        match (self, member.query_name) {
            (Self::Query, _) => (member.query_wire_name(), Capital::AsIs),
            (Self::Ec2, Some(name)) => (name, Capital::AsIs),
            (Self::Ec2, None) => (member.wire_name(), Capital::First),
        }
    }
}

/// Whether a name is written with a capital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Capital {
    AsIs,
    First,
}

/// Whether a list or map at a member stands without a wrapper.
fn is_flat(member: &Member, shape: &Shape) -> bool {
    member.flattened || shape.flattened
}

/// The name that the elements of a flattened list are sent under, if only the list's shape names one.
fn flat_element_name(member: &Member, shape: &Shape) -> Option<Name> {
    match &shape.kind {
        ShapeKind::List(element) if is_flat(member, shape) => {
            let named = member.location_name.is_some() || member.query_name.is_some();
            element.location_name.filter(|_| !named)
        }
        _ => None,
    }
}
