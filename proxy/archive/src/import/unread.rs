//! Files beside those of httpreplay, which a check of a corpus passes over.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The recordings in YAML at or below the paths, sorted: those of go-vcr, vcrpy and Ruby's VCR.
pub fn unread(paths: &[PathBuf]) -> Vec<PathBuf> {
    files(paths, &["yaml", "yml"])
}

/// Whether a path holds files of a format that is imported, rather than recordings of ours.
pub fn is_foreign(path: &Path) -> bool {
    !files(&[path.to_path_buf()], &["replay"]).is_empty()
}

fn files(paths: &[PathBuf], extensions: &[&str]) -> Vec<PathBuf> {
    let walk = |path: &PathBuf| WalkDir::new(path).sort_by_file_name().into_iter();
    paths
        .iter()
        .flat_map(walk)
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.is_file())
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            extension.is_some_and(|extension| extensions.contains(&extension))
        })
        .collect()
}
