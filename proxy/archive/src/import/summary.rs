//! What became of imported files, so that every exchange is accounted for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Format;
use crate::Saved;

/// What became of one file, or of one section of a file that holds several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The file; of placebo, the folder.
    pub file: PathBuf,
    /// The format that it was read as.
    pub format: Format,
    /// The exchanges that it holds.
    pub exchanges: u32,
    /// The exchanges that are in the recording.
    pub imported: u32,
    /// The exchanges that could not be used, by reason.
    pub unusable: BTreeMap<String, u32>,
    /// The exchanges that were inferred.
    pub inferred: u32,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is a recording now.
    Saved {
        /// The scenario.
        scenario: String,
        /// Whether it is new.
        saved: Saved,
    },
    /// It holds no exchange.
    Empty,
    /// It could not be read or saved.
    Failed(String),
}

/// What became of all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The files that were read; of placebo, the folders.
    pub files: u32,
    /// The files below folders that are of no format that was asked for.
    pub skipped: u32,
    /// The recordings that were written or found unchanged.
    pub recordings: u32,
    /// The files without exchanges.
    pub empty: u32,
    /// The files that could not be read or saved, with the reason.
    pub failed: Vec<(PathBuf, String)>,
    /// The exchanges in all files.
    pub exchanges: u32,
    /// The exchanges that are in recordings.
    pub imported: u32,
    /// The exchanges that could not be used, by reason.
    pub unusable: BTreeMap<String, u32>,
    /// The exchanges that were inferred.
    pub inferred: u32,
}

impl Summary {
    /// Counts what a report says in, but for how many files there are.
    pub fn add(&mut self, report: &FileReport) {
        self.exchanges += report.exchanges;
        self.imported += report.imported;
        self.inferred += report.inferred;
        for (reason, count) in &report.unusable {
            *self.unusable.entry(reason.clone()).or_default() += count;
        }
        match &report.outcome {
            Outcome::Saved { .. } => self.recordings += 1,
            Outcome::Empty => self.empty += 1,
            Outcome::Failed(reason) => self.failed.push((report.file.clone(), reason.clone())),
        }
    }
}
