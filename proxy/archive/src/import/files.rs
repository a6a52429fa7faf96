//! Finds the files of an import, and reads them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::entry::Section;
use super::formats::{Beside, Format, Place, placebo_name};
use super::run::ImportError;
use super::tree::Tree;

/// Which format files are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The one that each file's content looks like.
    Auto,
    /// This one.
    Of(Format),
}

impl From<Format> for Choice {
    fn from(format: Format) -> Self {
        Self::Of(format)
    }
}

/// A file that was read; of placebo, a folder.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) path: PathBuf,
    pub(super) format: Format,
    pub(super) sections: Result<Vec<Section>, String>,
}

/// All that was read, and how many files below folders are of no format.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) loaded: Vec<Loaded>,
    pub(super) skipped: u32,
}

/// Endings that say by themselves that a file is a recording: one that can't be read is an error, not another's file.
const TELLING: [&str; 6] = ["replay", "har", "mitm", "flow", "flows", "dump"];

/// Reads the files, and those below folders that look like recordings.
pub(super) fn read(choice: Choice, paths: &[PathBuf]) -> Result<Found, ImportError> {
    let candidates = candidates(choice, paths)?;
    if candidates.is_empty() {
        return Err(ImportError::NoFiles);
    }
    let mut found = Found::default();
    for candidate in candidates {
        match load(choice, &candidate) {
            Some(loaded) => found.loaded.push(loaded),
            None => found.skipped += 1,
        }
    }
    found.loaded = folders_of_placebo(found.loaded);
    Ok(found)
}

/// A file that may be a recording.
#[derive(PartialEq, Eq)]
struct Candidate {
    path: PathBuf,
    /// It was named, not found below a folder.
    is_named: bool,
}

fn candidates(choice: Choice, paths: &[PathBuf]) -> Result<Vec<Candidate>, ImportError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.exists() {
            return Err(ImportError::NoSuchPath(path.clone()));
        }
        if path.is_file() {
            files.push(Candidate { path: path.clone(), is_named: true });
            continue;
        }
        for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
            let entry = entry.map_err(|error| ImportError::Walk {
                path: path.clone(),
                reason: error.to_string(),
            })?;
            if entry.file_type().is_file() && owns(choice, entry.path()) {
                files.push(Candidate { path: entry.into_path(), is_named: false });
            }
        }
    }
    files.dedup();
    Ok(files)
}

/// Whether a file's name may be one of the format.
fn owns(choice: Choice, path: &Path) -> bool {
    let of = |format: Format| format.extensions().iter().any(|ending| has_ending(path, ending));
    match choice {
        Choice::Auto => Format::ALL.into_iter().any(of),
        Choice::Of(format) => of(format),
    }
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|extension| extension == ending)
}

/// Reads a file; none if it is another's, which only a file below a folder may be.
fn load(choice: Choice, Candidate { path, is_named }: &Candidate) -> Option<Loaded> {
    let must = *is_named || TELLING.iter().any(|ending| has_ending(path, ending));
    let failed =
        |format, reason| must.then(|| Loaded { path: path.clone(), format, sections: Err(reason) });
    let blamed = match choice {
        Choice::Of(format) => format,
        Choice::Auto => Format::HttpReplay,
    };
    let content = match fs::read(path) {
        Ok(content) => content,
        Err(error) => return failed(blamed, error.to_string()),
    };
    let place = Place { path, beside: &Folder(path) };
    if choice == Choice::Of(Format::HttpReplay) {
        let sections = Format::HttpReplay.read(&content, place);
        return Some(Loaded { path: path.clone(), format: Format::HttpReplay, sections });
    }
    let tree = match Tree::read(&content) {
        Ok(tree) => tree,
        Err(reason) => return failed(blamed, reason),
    };
    let format = match choice {
        Choice::Of(format) => Some(format).filter(|format| format.fits(&tree, path)),
        Choice::Auto => Format::recognise(&tree, path),
    };
    let Some(format) = format else {
        return failed(blamed, "it is of no format that is known here".to_owned());
    };
    let sections = match format {
        Format::HttpReplay => format.read(&content, place),
        _ => format.sections(&tree, place),
    };
    Some(Loaded { path: path.clone(), format, sections })
}

/// placebo's files of a folder are one recording, in the order of operations and ordinals.
fn folders_of_placebo(loaded: Vec<Loaded>) -> Vec<Loaded> {
    let mut folders: BTreeMap<PathBuf, Vec<Loaded>> = BTreeMap::new();
    let mut all = Vec::new();
    for file in loaded {
        match file.path.parent() {
            Some(folder) if file.format == Format::Placebo && file.sections.is_ok() => {
                folders.entry(folder.to_owned()).or_default().push(file);
            }
            _ => all.push(file),
        }
    }
    for (path, mut files) in folders {
        files.sort_by(|a, b| placebo_name(&a.path).cmp(&placebo_name(&b.path)));
        let sections = files.into_iter().filter_map(|file| file.sections.ok()).flatten();
        let entries = sections.flat_map(|section| section.entries).collect();
        all.push(Loaded { path, format: Format::Placebo, sections: Ok(Section::only(entries)) });
    }
    all
}

/// Files beside a mapping of WireMock, whose folder `mappings` stands beside `__files`.
#[derive(Debug)]
struct Folder<'p>(&'p Path);

impl Beside for Folder<'_> {
    fn body_file(&self, name: &str) -> Option<Vec<u8>> {
        let is_plain = |part| matches!(part, std::path::Component::Normal(_));
        if !Path::new(name).components().all(is_plain) {
            return None;
        }
        let above = self.0.ancestors().skip(1).map(|folder| folder.join("__files"));
        let files = above.take(3).find(|files| files.is_dir())?;
        fs::read(files.join(name)).ok()
    }
}
