//! What can go wrong with an archive.

use std::path::PathBuf;

use standin_tape::{ReadError, SecretFound, WriteError};

use crate::StoreError;

/// A recording could not be found, read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A path that was named is not there.
    #[error("{}: no such file or folder", .0.display())]
    NoSuchPath(PathBuf),
    /// A path that was named holds no recording.
    #[error("{}: no recording.snap here or below", .0.display())]
    NoRecordings(PathBuf),
    /// Walking through a folder failed.
    #[error("{}: {reason}", .path.display())]
    Walk {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file is not there.
    #[error("{0}: the recording is missing")]
    Missing(String),
    /// The file is not text.
    #[error("{0}: not UTF-8 text")]
    NotText(String),
    /// The file is not a recording that this build can read.
    #[error("{name}: {reason}")]
    Unreadable {
        /// The file.
        name: String,
        /// Why.
        reason: ReadError,
    },
    /// A file beside the recording is not what it should be.
    #[error("{0}: {1}")]
    Malformed(String, String),
    /// The recording has no text.
    #[error("{name}: can't be written: {reason}")]
    Unwritable {
        /// The file.
        name: String,
        /// Why.
        reason: WriteError,
    },
    /// A secret was found in what would have been written; nothing was.
    #[error("{name}: not written: {found}")]
    Secret {
        /// The file.
        name: String,
        /// What sort of secret, and where.
        found: SecretFound,
    },
}
