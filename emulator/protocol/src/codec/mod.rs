//! One codec a format: shapes to bytes and back, whatever protocol carries them.

pub(crate) mod json;
pub(crate) mod scalar;

/// How much a reader forgives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// A server's reader: a value of a wrong type is an error.
    Strict,
    /// A client's reader: a scalar of a wrong type is kept as what it is.
    Lenient,
}
