//! One codec a format: shapes to bytes and back, whatever protocol carries them.

pub(crate) mod cbor;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod scalar;
pub(crate) mod text;
pub(crate) mod xml;

use standin_model::{Fields, Location, Member, Structure};

/// How much a reader forgives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// A server's reader: a value of a wrong type is an error.
    Strict,
    /// A client's reader: a scalar of a wrong type is kept as what it is.
    Lenient,
}

/// Which members of a structure a body holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All, whatever place the model gives them: below the top, and in protocols without HTTP bindings.
    All,
    /// Those of an input that the model gives no other place.
    Request,
    /// Those of an output or error that the model gives no other place that answers have.
    Response,
}

impl Scope {
    /// Whether a member is among them.
    pub(crate) fn holds(self, member: &Member) -> bool {
        match self {
            Self::All => true,
            Self::Request => member.location == Location::Body,
            Self::Response => !matches!(
                member.location,
                Location::Header | Location::Headers | Location::StatusCode
            ),
        }
    }
}

/// Fails with a key that stands twice, without a quadratic scan.
pub(crate) fn distinct(fields: &Fields) -> Result<(), &str> {
    let mut keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_ref()).collect();
    // Most maps have one entry or two.
    if keys.len() < 2 {
        return Ok(());
    }
    keys.sort_unstable();
    keys.windows(2).find(|pair| pair[0] == pair[1]).map_or(Ok(()), |pair| Err(pair[0]))
}

/// The place of a member by its name, tried first where the model's order has it.
pub(crate) fn position(structure: &Structure, next: usize, name: &str) -> Option<usize> {
    let members = &structure.members;
    if members.get(next).is_some_and(|member| member.name == name) {
        return Some(next);
    }
    members.iter().position(|member| member.name == name)
}
