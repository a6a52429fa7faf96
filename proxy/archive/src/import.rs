//! Importers: what other tools recorded, decoded, scrubbed and saved as recordings.
//!
//! A format's module reads the [`tree::Tree`] of a file into [`entry::Entry`]s: raw requests and answers, or answers
//! alone. The rest is shared: each is routed and parsed, scrubbed, and saved. What can't be used is counted with its
//! reason, in the recording too, so that nothing is lost unseen. What a recording supposes to exist is
//! inferred and stands before its exchanges.

mod addresses;
mod assembly;
mod decode;
mod entry;
mod files;
mod formats;
mod lone;
mod name;
mod place;
mod placeholder;
mod prologue;
mod raw;
mod restore;
mod run;
mod stream;
mod summary;
mod tree;
mod unread;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{Request, Response};
use standin_model::{Catalog, Timestamp};
use standin_tape::Signing;

pub use files::Choice;
pub use formats::Format;
pub use run::{ImportError, Importer, Read, probe};
pub use summary::{FileReport, Outcome, Summary};
pub use unread::{is_foreign, unread};

/// A raw request and its answer, as a file has them.
#[derive(Clone, Debug)]
struct Passage {
    request: Request<Bytes>,
    /// Why the request can't be sent, if it can't; its head still says what it was for.
    unusable: Option<String>,
    response: Response<Bytes>,
    /// When it was answered.
    date: Option<Timestamp>,
    signing: Signing,
}

/// Imports files, or all files of the format below folders, into scenarios below `output`.
///
/// `report` hears of each recording when it is done.
pub fn import(
    choice: impl Into<Choice>,
    catalog: &'static Catalog,
    paths: &[PathBuf],
    output: &Path,
    report: &mut dyn FnMut(&FileReport),
) -> Result<Summary, ImportError> {
    Ok(Importer::new(choice, catalog, paths)?.run(output, report))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_formats;
