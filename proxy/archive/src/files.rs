//! The files of recordings below paths, to be looked at or written anew.

use std::path::{Path, PathBuf};

use standin_tape::{MigrateError, Migrated, Recording};

use crate::{ArchiveError, RECORDING, Scenario};

/// Whether files are written or only looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writing {
    /// What differs is written.
    #[default]
    Write,
    /// Nothing is written.
    Check,
}

/// A recording's file, final or pending.
#[derive(Clone)]
pub struct RecordingFile {
    scenario: Scenario,
    name: &'static str,
}

/// What a file was brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// It was so already.
    Unchanged,
    /// It was, or would be, written.
    Changed,
}

const PENDING: &str = "recording.snap.new";

/// The recordings at or below the paths, and the pending ones beside them. A path may be a file of either name.
pub fn recording_files(paths: &[PathBuf]) -> Result<Vec<RecordingFile>, ArchiveError> {
    let mut files: Vec<RecordingFile> = Vec::new();
    for path in paths {
        let found = below(path)?;
        if found.is_empty() {
            return Err(ArchiveError::NoRecordings(path.clone()));
        }
        for file in found {
            if !files.iter().any(|other| other.describe() == file.describe()) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

impl RecordingFile {
    /// The file that a path leads to, if its name is a recording's.
    pub fn at(path: &Path) -> Option<Self> {
        let name = path.file_name()?;
        let name = [RECORDING, PENDING].into_iter().find(|known| name == *known)?;
        Some(Self { scenario: Scenario::in_folder(path.parent()?), name })
    }

    /// The file as people know it.
    pub fn describe(&self) -> String {
        self.scenario.describe_file(self.name)
    }

    /// Its text.
    pub fn text(&self) -> Result<String, ArchiveError> {
        let text = self.scenario.read_text(self.name)?;
        text.ok_or_else(|| ArchiveError::Missing(self.describe()))
    }

    /// Reads it, blobs and all.
    pub fn read(&self) -> Result<Recording, ArchiveError> {
        self.parse(&self.text()?)
    }

    /// Writes it as we write recordings. One of a later version is left alone: what it says more would be lost.
    pub fn format(&self, writing: Writing) -> Result<Brought, ArchiveError> {
        let text = self.text()?;
        let recording = self.parse(&text)?;
        if recording.format.is_newer() {
            let reason = format!("format {} is written by later builds only", recording.format);
            return Err(ArchiveError::Malformed(self.describe(), reason));
        }
        let written = standin_tape::write(&recording)
            .map_err(|reason| ArchiveError::Unwritable { name: self.describe(), reason })?;
        if written.text == text {
            return Ok(Brought::Unchanged);
        }
        if writing == Writing::Write {
            self.scenario.put_written(self.name, &written)?;
        }
        Ok(Brought::Changed)
    }

    /// Brings it to the format of this build.
    pub fn migrate(&self, writing: Writing) -> Result<Brought, ArchiveError> {
        let migrated = standin_tape::migrate(&self.text()?).map_err(|error| match error {
            MigrateError::Unreadable(reason) => {
                ArchiveError::Unreadable { name: self.describe(), reason }
            }
            other => ArchiveError::Malformed(self.describe(), other.to_string()),
        })?;
        let Migrated::To(text) = migrated else { return Ok(Brought::Unchanged) };
        // What a step made must be readable before it takes the place of what was.
        self.parse(&text)?;
        if writing == Writing::Write {
            self.scenario.put_locked(self.name, &text)?;
        }
        Ok(Brought::Changed)
    }

    fn parse(&self, text: &str) -> Result<Recording, ArchiveError> {
        standin_tape::read(text, &self.scenario)
            .map_err(|reason| ArchiveError::Unreadable { name: self.describe(), reason })
    }
}

fn below(path: &Path) -> Result<Vec<RecordingFile>, ArchiveError> {
    if !path.exists() {
        return Err(ArchiveError::NoSuchPath(path.to_path_buf()));
    }
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| ArchiveError::Walk {
            path: path.to_path_buf(),
            reason: error.to_string(),
        })?;
        if entry.file_type().is_file() {
            files.extend(RecordingFile::at(entry.path()));
        }
    }
    Ok(files)
}
