//! Looks for recordings below paths.

use std::path::{Path, PathBuf};

use crate::{ArchiveError, RECORDING, Scenario};

/// The scenarios at or below the paths, in the order of the paths and sorted below each.
///
/// A path may be a folder, a scenario's folder or a `recording.snap` itself. A path that is not there, or
/// that leads to no recording, is an error.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Scenario>, ArchiveError> {
    let mut found: Vec<Scenario> = Vec::new();
    for path in paths {
        let folders = folders_below(path)?;
        if folders.is_empty() {
            return Err(ArchiveError::NoRecordings(path.clone()));
        }
        for folder in folders {
            let scenario = Scenario::in_folder(&folder);
            if !found.iter().any(|other| other.describe() == scenario.describe()) {
                found.push(scenario);
            }
        }
    }
    Ok(found)
}

fn folders_below(path: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    if !path.exists() {
        return Err(ArchiveError::NoSuchPath(path.to_path_buf()));
    }
    if path.is_file() {
        let is_recording = path.file_name().is_some_and(|name| name == RECORDING);
        let parent = path.parent().filter(|_| is_recording);
        return Ok(parent.map(Path::to_path_buf).into_iter().collect());
    }
    let mut folders = Vec::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| ArchiveError::Walk {
            path: path.to_path_buf(),
            reason: error.to_string(),
        })?;
        if entry.file_type().is_file() && entry.file_name() == RECORDING {
            folders.extend(entry.path().parent().map(Path::to_path_buf));
        }
    }
    Ok(folders)
}
