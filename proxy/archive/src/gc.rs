//! Takes blobs away that no recording names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use standin_tape::Digest;

use crate::{ArchiveError, Folder, Store, Writing};

/// A blob that no recording names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Garbage {
    /// Its file.
    pub file: String,
    /// Its length in bytes.
    pub length: u64,
}

/// Takes the blobs below a folder away that neither a recording nor a pending one beside them names, and says which.
///
/// Who writes to a scenario meanwhile keeps its folder locked, and that is an error. A file beside the blobs that can't
/// be read as text is one too: it may name any.
pub fn collect_garbage(folder: &Path, writing: Writing) -> Result<Vec<Garbage>, ArchiveError> {
    if !folder.is_dir() {
        return Err(ArchiveError::NoSuchPath(folder.to_path_buf()));
    }
    let mut all = Vec::new();
    for blobs in blob_folders(folder)? {
        let Some(scenario) = blobs.parent() else { continue };
        all.extend(collect(&Folder::new(scenario), writing)?);
    }
    Ok(all)
}

fn blob_folders(folder: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let mut folders = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| ArchiveError::Walk {
            path: folder.to_path_buf(),
            reason: error.to_string(),
        })?;
        if entry.file_type().is_dir() && entry.file_name() == "blobs" {
            folders.push(entry.into_path());
        }
    }
    Ok(folders)
}

fn collect(scenario: &Folder, writing: Writing) -> Result<Vec<Garbage>, ArchiveError> {
    let _lock = scenario.lock("")?;
    let named = named(scenario)?;
    let mut garbage = Vec::new();
    for name in scenario.list("blobs")? {
        let digest = name.strip_prefix("blobs/").and_then(|file| file.parse::<Digest>().ok());
        if digest.is_none_or(|digest| named.contains(&digest)) {
            continue;
        }
        let length = scenario.length(&name)?.unwrap_or_default();
        garbage.push(Garbage { file: scenario.describe(&name), length });
        if writing == Writing::Write {
            scenario.remove(&name)?;
        }
    }
    Ok(garbage)
}

/// The blobs that the files of a scenario's folder name, whichever files they are.
fn named(scenario: &Folder) -> Result<BTreeSet<Digest>, ArchiveError> {
    let mut named = BTreeSet::new();
    for name in scenario.list("")?.iter().filter(|name| !name.contains('/')) {
        let Some(content) = scenario.get(name)? else { continue };
        let is_snapshot = name.contains(".snap");
        let Ok(text) = std::str::from_utf8(&content) else {
            if is_snapshot {
                return Err(ArchiveError::NotText(scenario.describe(name)));
            }
            continue;
        };
        for (at, mark) in text.match_indices("sha256-") {
            let digest = text.get(at..at + mark.len() + 64);
            named.extend(digest.and_then(|digest| digest.parse().ok()));
        }
    }
    Ok(named)
}
