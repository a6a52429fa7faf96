//! Documents as JSON and back, exactly, by forms that name themselves.
//!
//! A recording is readable without the model that decoded it, so values that JSON has no word for
//! stand in objects with one `$` key: blobs (`$text`, `$b64`, or `$blob` out of line), timestamps
//! (`$timestamp`), numbers (`$float`, `$number`), and strings of JSON (`$json`).

mod read;
mod write;

pub(crate) use read::{BadValue, Reader};
pub(crate) use write::{BadDocument, Writer};

/// Forms that stand in a document as they do in the text.
const KEPT_FORMS: [&str; 4] = ["$derived", "$events", "$redacted", "$unmodelled"];

#[cfg(test)]
pub(crate) mod tests;
