//! Importers: what other tools recorded, decoded, scrubbed and saved as recordings.
//!
//! A format's module reads its files into [`Passage`]s, raw requests and answers; the rest is shared: each
//! passage is routed and parsed, scrubbed, and saved. A passage that can't be used is counted with its
//! reason, in the recording too, so that nothing is lost unseen. What a recording supposes to exist is
//! inferred and stands before its exchanges.

mod decode;
mod httpreplay;
mod name;
mod place;
mod prologue;
mod restore;
mod run;
mod summary;
mod unread;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{Request, Response};
use standin_model::{Catalog, Timestamp};
use standin_tape::Signing;

pub use run::{ImportError, Importer, probe};
pub use summary::{FileReport, Outcome, Summary};
pub use unread::{is_foreign, unread};

/// A format that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The JSON of google/go-replayers' httpreplay.
    HttpReplay,
}

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

impl Format {
    /// Whether a file's name is one of the format.
    fn owns(self, path: &Path) -> bool {
        match self {
            Self::HttpReplay => path.extension().is_some_and(|extension| extension == "replay"),
        }
    }

    fn read(self, content: &[u8]) -> Result<Vec<Passage>, String> {
        match self {
            Self::HttpReplay => httpreplay::read(content),
        }
    }
}

/// Imports files, or all files of the format below folders, into scenarios below `output`.
///
/// `report` hears of each file when it is done.
pub fn import(
    format: Format,
    catalog: &'static Catalog,
    paths: &[PathBuf],
    output: &Path,
    report: &mut dyn FnMut(&FileReport),
) -> Result<Summary, ImportError> {
    Ok(Importer::new(format, catalog, paths)?.run(output, report))
}

#[cfg(test)]
mod tests;
