//! One codec a format: shapes to bytes and back, whatever protocol carries them.

pub(crate) mod cbor;
pub(crate) mod form;
pub(crate) mod iso8601;
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
///
/// Hashes are compared first: sorting numbers is a fraction of the cost of sorting text.
pub(crate) fn distinct(fields: &Fields) -> Result<(), &str> {
    if fields.len() < 2 {
        return Ok(());
    }
    let hashes = fields.iter().map(|(key, _)| hash(key.as_bytes()));
    let mut few = [0; 32];
    let all_differ = match few.get_mut(..fields.len()) {
        Some(few) => {
            few.iter_mut().zip(hashes).for_each(|(place, hash)| *place = hash);
            differ(few)
        }
        None => differ(&mut hashes.collect::<Vec<u64>>()),
    };
    if all_differ {
        return Ok(());
    }
    let mut keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_ref()).collect();
    keys.sort_unstable();
    keys.windows(2).find(|pair| pair[0] == pair[1]).map_or(Ok(()), |pair| Err(pair[0]))
}

fn differ(hashes: &mut [u64]) -> bool {
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

/// A hash that need not resist attacks, since equal hashes are looked at again.
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let mut chunks = bytes.chunks_exact(8);
    let mut hash = bytes.len() as u64;
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().expect("eight bytes")));
    }
    chunks.remainder().iter().fold(hash, |hash, &byte| mix(hash, byte.into()))
}

/// The place of a member by its name, looked for from where the model's order has it.
pub(crate) fn position(structure: &Structure, next: usize, name: &str) -> Option<usize> {
    let members = &structure.members;
    let next = next.min(members.len());
    let named = |member: &Member| member.name == name;
    match members[next..].iter().position(named) {
        Some(after) => Some(next + after),
        None => members[..next].iter().position(named),
    }
}
