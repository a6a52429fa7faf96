//! The JSON codec: bytes straight to documents by the shapes, and back.

mod reader;
mod text;
mod writer;

pub(crate) use reader::{Reader, parse_untyped};
pub(crate) use text::Text;
pub(crate) use writer::Writer;
