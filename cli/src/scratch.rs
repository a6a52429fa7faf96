//! A folder for what a command makes on its way.

use std::path::{Path, PathBuf};

/// A folder that goes when the command ends.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// One of this process, below the system's folder of temporary files; it is made when it is written to.
    pub(crate) fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("standin-{name}-{}", std::process::id())))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What can't be removed is left to the system's own cleaning of its temporary folder.
        drop(std::fs::remove_dir_all(&self.0));
    }
}
