//! What became of imported files, so that every exchange is accounted for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::Saved;

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The file.
    pub file: PathBuf,
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
    /// The files that were read.
    pub files: u32,
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
    /// Counts a file in.
    pub(super) fn add(&mut self, report: &FileReport) {
        self.files += 1;
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
