//! The CBOR codec: bytes straight to documents by the shapes, and back.

mod reader;
mod writer;

pub(crate) use reader::{Reader, parse_untyped};
pub(crate) use writer::Writer;

/// How deep values may nest.
const MAX_DEPTH: usize = 128;
