//! Generated files in the repository: writes them, or proves them fresh.

use std::path::Path;
use std::{fs, io};

/// A file to generate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path below the repository's root, with `/` between its parts.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// Files could not be written or are not what they should be.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file differs from what the command in its head makes.
    #[error("{0} is stale: run the command in its first line")]
    Stale(String),
    /// A file that must be changed has not the line to change it at.
    #[error("{path} has no line '{line}'")]
    NoSuchLine {
        /// The file.
        path: String,
        /// The line.
        line: String,
    },
}

/// Writes files below a root, and their folders.
pub fn save(root: &Path, files: &[File]) -> Result<(), TreeError> {
    for file in files {
        let path = root.join(&file.path);
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, &file.text))
            .map_err(|source| TreeError::Io { path: file.path.clone(), source })?;
    }
    Ok(())
}

/// Proves that the files below a root are the given ones.
pub fn check(root: &Path, files: &[File]) -> Result<(), TreeError> {
    for file in files {
        let found = read(root, &file.path)?;
        if found != file.text {
            return Err(TreeError::Stale(file.path.clone()));
        }
    }
    Ok(())
}

pub(crate) fn read(root: &Path, path: &str) -> Result<String, TreeError> {
    fs::read_to_string(root.join(path))
        .map_err(|source| TreeError::Io { path: path.to_owned(), source })
}
