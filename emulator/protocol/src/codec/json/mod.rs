//! The JSON codec: bytes straight to documents by the shapes, and back.

mod entries;
mod reader;
mod text;
mod untyped;
mod writer;

pub(crate) use reader::Reader;
pub(crate) use text::Text;
pub(crate) use untyped::parse_untyped;
pub(crate) use writer::Writer;
