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
    /// A file that must be changed has not the list to put a line in.
    #[error("{path} has no line '{line}'")]
    NoSuchLine {
        /// The file.
        path: String,
        /// The line at which the list begins.
        line: String,
    },
    /// The service has a provider already.
    #[error("{0} is there already")]
    Exists(String),
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

/// Proves that the files below a root are the given ones, with no others in their folders.
pub fn check(root: &Path, files: &[File]) -> Result<(), TreeError> {
    for file in files {
        if read(root, &file.path)? != file.text {
            return Err(TreeError::Stale(file.path.clone()));
        }
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let others = list(root, folder)?;
        let unknown = others.into_iter().find(|path| files.iter().all(|file| file.path != *path));
        if let Some(path) = unknown {
            return Err(TreeError::Stale(path));
        }
    }
    Ok(())
}

fn list(root: &Path, folder: &str) -> Result<Vec<String>, TreeError> {
    let entries = fs::read_dir(root.join(folder))
        .map_err(|source| TreeError::Io { path: folder.to_owned(), source })?;
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let mut paths: Vec<String> =
        files.map(|entry| format!("{folder}/{}", entry.file_name().to_string_lossy())).collect();
    paths.sort();
    Ok(paths)
}

pub(crate) fn read(root: &Path, path: &str) -> Result<String, TreeError> {
    fs::read_to_string(root.join(path))
        .map_err(|source| TreeError::Io { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_tree_is_fresh_until_something_changes() {
        let root = std::env::temp_dir().join(format!("standin-tree-{}", std::process::id()));
        let file = |path: &str| File { path: path.to_owned(), text: path.to_owned() };
        let files = [file("a/one"), file("a/b/two")];
        save(&root, &files).expect("the folder is ours");
        check(&root, &files).expect("fresh");
        let stale = check(&root, &files[..1]);
        assert!(stale.is_ok(), "a folder within the folder is another's");
        let changed = File { text: "else".to_owned(), ..files[0].clone() };
        assert!(matches!(check(&root, &[changed]), Err(TreeError::Stale(path)) if path == "a/one"));
        save(&root, &[file("a/three")]).expect("the folder is ours");
        assert!(matches!(check(&root, &files), Err(TreeError::Stale(path)) if path == "a/three"));
        fs::remove_dir_all(&root).expect("the folder is ours");
    }
}
