//! How much what is read may ask of its reader.

use standin_model::{Document, Fields};

use crate::ParseError;

/// How much what is read may ask of its reader; more is refused. Sizes of bodies are for whoever reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep structures, lists and maps may nest in an input, an output or an event, the outermost counted.
    ///
    /// A larger number than [`Limits::DEPTH`] has no effect: there the codecs stop for the stack's sake. In names of
    /// form parameters they stop at 64 dots.
    pub depth: usize,
    /// The most bytes of a compressed body once it is unpacked.
    pub unpacked: u64,
}

impl Limits {
    /// The deepest nesting, unless configured otherwise. No model of AWS goes near it.
    pub const DEPTH: usize = 128;

    /// The most bytes of an unpacked body, unless configured otherwise: 64 MiB.
    pub const UNPACKED: u64 = 64 << 20;

    /// Refuses a value that nests too deeply.
    pub(crate) fn check(self, value: &Document) -> Result<(), ParseError> {
        // The codecs have looked at more than that already.
        if self.depth >= Self::DEPTH || fits(value, self.depth) {
            Ok(())
        } else {
            Err(ParseError::TooDeep)
        }
    }

    /// Refuses members of a structure that nest too deeply.
    pub(crate) fn check_members(self, members: &Fields) -> Result<(), ParseError> {
        let below =
            Self { depth: self.depth.saturating_sub(usize::from(!members.is_empty())), ..self };
        if self.depth >= Self::DEPTH {
            return Ok(());
        }
        members.iter().try_for_each(|(_, value)| below.check(value))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: Self::DEPTH, unpacked: Self::UNPACKED }
    }
}

/// Whether a value nests no deeper than this. The codecs bound how deep this goes.
fn fits(value: &Document, depth: usize) -> bool {
    let below = || depth.checked_sub(1);
    match value {
        Document::Object(fields) => {
            below().is_some_and(|depth| fields.iter().all(|(_, value)| fits(value, depth)))
        }
        Document::List(items) => {
            below().is_some_and(|depth| items.iter().all(|item| fits(item, depth)))
        }
        _ => true,
    }
}
