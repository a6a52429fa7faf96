//! A body as interceptors see it.

use bytes::Bytes;

/// A body: read, or passing by as a stream that no interceptor asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// All of it.
    Whole(Bytes),
    /// It was not read, and stays as it is.
    Passing,
}

impl Body {
    /// The bytes of a body that was read.
    pub fn into_bytes(self) -> Option<Bytes> {
        match self {
            Self::Whole(bytes) => Some(bytes),
            Self::Passing => None,
        }
    }
}
