//! What can go wrong while a package is installed.

use std::{io, path::PathBuf};

/// A package could not be installed or found.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Neither `STANDIN_CACHE`, `XDG_CACHE_HOME` nor `HOME` says where the cache is.
    #[error("no folder for the cache: set STANDIN_CACHE, XDG_CACHE_HOME or HOME")]
    NoCache,
    /// No package has this name.
    #[error("no package is called {0:?}")]
    UnknownPackage(String),
    /// There is no Python to make a virtual environment with.
    #[error(
        "{package} needs python3 (3.{minor} or newer), and there is none in PATH; install it, or set STANDIN_PYTHON"
    )]
    PythonMissing {
        /// What was to be installed.
        package: &'static str,
        /// The oldest minor version of Python 3 that will do.
        minor: u32,
    },
    /// The Python that was found is too old.
    #[error("{package} needs Python 3.{minor} or newer, and {} is {found}; set STANDIN_PYTHON", python.display())]
    PythonTooOld {
        /// What was to be installed.
        package: &'static str,
        /// The oldest minor version of Python 3 that will do.
        minor: u32,
        /// The interpreter that was found.
        python: PathBuf,
        /// Its version.
        found: String,
    },
    /// The virtual environment could not be made; Debian has its module in a package of its own.
    #[error("python3 can't make a virtual environment (on Debian, install python3-venv): {0}")]
    Venv(String),
    /// The registry of Python packages could not be reached, or hasn't got a file.
    #[error("the Python package registry is out of reach or lacks a file: {0}")]
    Registry(String),
    /// A downloaded file isn't the one that was pinned.
    #[error("a downloaded file doesn't have the pinned hash: {0}")]
    Hash(String),
    /// pip failed for another reason.
    #[error("pip failed: {0}")]
    Pip(String),
    /// A file or process could not be handled.
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl InstallError {
    /// Gives an I/O error its place: `.map_err(InstallError::io("create", path))`.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
