//! Looks for secrets in files that are there already, for CI and before commits.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use standin_tape::{Digest, Rules, SecretFound, SecretKind, Sweep};

use crate::{ArchiveError, RecordingFile, StoreError, allowances};

/// Larger files are searched in parts.
const WHOLE: u64 = 64 << 20;

/// Folders that hold no files of the project.
const FOREIGN: [&str; 5] = [".git", "target", "node_modules", ".venv", "__pycache__"];

/// Something that should not be in a file. It doesn't say the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanFind {
    /// The file.
    pub file: PathBuf,
    /// The line from 1, where the file is text.
    pub line: Option<usize>,
    /// What it is.
    pub kind: FindKind,
}

/// What should not be in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindKind {
    /// What looks like a secret.
    Secret(SecretKind),
    /// The recording was scrubbed by rules that are too old.
    OldRules,
}

/// What a scan came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// How many files were searched.
    pub files: u64,
    /// What was found, in the order of paths and lines.
    pub finds: Vec<ScanFind>,
}

impl FindKind {
    /// The name in the output of `standin scan`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret(kind) => kind.name(),
            Self::OldRules => "old-rules",
        }
    }
}

impl std::fmt::Display for FindKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Secret(kind) => kind.fmt(f),
            Self::OldRules => {
                f.write_str("scrubbed by rules that are too old; record it again, or renormalize")
            }
        }
    }
}

/// Searches files, and folders for files. Recordings, their blobs and ledgers are searched for all that is looked for
/// before they are written, other files for credentials alone.
pub fn scan(paths: &[PathBuf]) -> Result<Scanned, ArchiveError> {
    let mut scanned = Scanned::default();
    for path in paths {
        if !path.exists() {
            return Err(ArchiveError::NoSuchPath(path.clone()));
        }
        let is_own = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !FOREIGN.iter().any(|name| entry.file_name() == *name)
        };
        let walk = walkdir::WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(is_own);
        for entry in walk {
            let entry = entry.map_err(|error| ArchiveError::Walk {
                path: path.clone(),
                reason: error.to_string(),
            })?;
            if entry.file_type().is_file() {
                scanned.files += 1;
                scanned.finds.extend(file(entry.path())?);
            }
        }
    }
    Ok(scanned)
}

fn file(path: &Path) -> Result<Vec<ScanFind>, ArchiveError> {
    let sweep = sweep(path)?;
    let failed = |source| StoreError::Io { name: path.display().to_string(), source };
    let mut finds = if fs::metadata(path).map_err(failed)?.len() <= WHOLE {
        content(&sweep, &fs::read(path).map_err(failed)?)
    } else {
        let open = || File::open(path).map(|file| Box::new(file) as Box<dyn io::Read>);
        sweep.check_reader(open, "").map_err(failed)?.err().into_iter().collect()
    };
    // That a recording can't be read is said by who needs it.
    let recording = RecordingFile::at(path).and_then(|file| file.read().ok());
    if let Some(recording) = &recording {
        finds.extend(sweep.check_documents(recording).err());
    }
    let find = |found: SecretFound| (found.line, FindKind::Secret(found.kind));
    let mut finds: Vec<_> = finds.into_iter().map(find).collect();
    if recording.is_some_and(|recording| recording.rules.version < Rules::builtin().minimum()) {
        finds.push((None, FindKind::OldRules));
    }
    finds.dedup();
    let find = |(line, kind)| ScanFind { file: path.to_path_buf(), line, kind };
    Ok(finds.into_iter().map(find).collect())
}

/// What is looked for in a file, by its place.
fn sweep(path: &Path) -> Result<Sweep, ArchiveError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_blob = folder.ends_with("blobs") && name.parse::<Digest>().is_ok();
    let scenario = if is_blob { folder.parent().unwrap_or(folder) } else { folder };
    let is_ours = is_blob || name.ends_with(".snap") || name.ends_with(".snap.new");
    let sweep = if is_ours { Sweep::patterns() } else { Sweep::credentials() };
    Ok(sweep.allowing(allowances(scenario)?))
}

fn content(sweep: &Sweep, content: &[u8]) -> Vec<SecretFound> {
    match std::str::from_utf8(content) {
        Ok(text) => sweep.finds_in_text(text),
        Err(_) => sweep.check_bytes(content, "").err().into_iter().collect(),
    }
}
