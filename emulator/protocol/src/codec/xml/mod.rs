//! The XML codec: elements to documents by the shapes, and back.

mod reader;
mod text;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use text::Text;
pub(crate) use writer::Writer;

/// How deep elements may nest.
const MAX_DEPTH: usize = 128;
