//! What waits for a person's decision: pending recordings and ledgers, without cargo's tools.

use std::fmt::Write as _;
use std::path::PathBuf;

use similar::{ChangeTag, TextDiff};
use standin_archive::{ArchiveError, RECORDING, Scenario};

use crate::{Entry, Ledger, LedgerError};

/// A file whose pending form waits for review.
pub struct PendingFile {
    scenario: Scenario,
    /// `recording.snap`, `parity.snap` or `parity@NAME.snap`.
    name: String,
    before: String,
    after: String,
}

/// A line of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// In both.
    Same,
    /// Only in the file.
    Before,
    /// Only in the pending form.
    After,
    /// Where lines are left out.
    Place,
}

/// A decision could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// A file could not be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A pending ledger is not of its form.
    #[error("{file}: {reason}")]
    Ledger {
        /// The pending form.
        file: String,
        /// What is wrong, and where.
        reason: LedgerError,
    },
    /// Accepting deviations takes a reason for each.
    #[error("{file}: {count} deviations have no reason yet; say why they are accepted")]
    NoReason {
        /// The ledger.
        file: String,
        /// How many.
        count: usize,
    },
}

/// What waits at or below the paths, in their order.
///
/// # Errors
/// A path leads to no recording, or a file can't be read.
pub fn pending(paths: &[PathBuf]) -> Result<Vec<PendingFile>, ArchiveError> {
    let mut files = Vec::new();
    for scenario in standin_archive::find(paths)? {
        for name in scenario.pending()? {
            let before = scenario.read_text(&name)?.unwrap_or_default();
            let after = scenario.read_pending(&name)?.unwrap_or_default();
            files.push(PendingFile { scenario: scenario.clone(), name, before, after });
        }
    }
    Ok(files)
}

impl PendingFile {
    /// The file that the pending form would take the place of.
    pub fn describe(&self) -> String {
        self.scenario.describe_file(&self.name)
    }

    /// Whether it is what an origin said, and not a ledger of deviations.
    pub fn is_recording(&self) -> bool {
        self.name == RECORDING
    }

    /// The lines that differ, with three lines around them.
    pub fn diff(&self) -> Vec<(Side, String)> {
        let diff = TextDiff::from_lines(self.before.as_str(), self.after.as_str());
        let mut lines = Vec::new();
        for group in diff.grouped_ops(3) {
            if !lines.is_empty() {
                lines.push((Side::Place, "...".to_owned()));
            }
            let changes = group.iter().flat_map(|op| diff.iter_changes(op));
            lines.extend(changes.map(|change| {
                let side = match change.tag() {
                    ChangeTag::Equal => Side::Same,
                    ChangeTag::Delete => Side::Before,
                    ChangeTag::Insert => Side::After,
                };
                (side, change.value().trim_end_matches(['\r', '\n']).to_owned())
            }));
        }
        lines
    }

    /// The deviations of a pending ledger that have no reason yet.
    ///
    /// # Errors
    /// The pending ledger can't be read.
    pub fn unexplained(&self) -> Result<Vec<Entry>, ReviewError> {
        if self.is_recording() {
            return Ok(Vec::new());
        }
        let entries = self.ledger()?.entries.into_iter();
        Ok(entries.filter(|entry| entry.reason.is_none()).collect())
    }

    /// Puts the pending form in the file's place; `reasons` are for the deviations that have none, in their order.
    ///
    /// # Errors
    /// A reason is missing; the pending form can't be read; or it can't be written.
    pub fn accept(&self, reasons: &[String]) -> Result<(), ReviewError> {
        if self.is_recording() {
            self.scenario.parse(&self.after, &format!("{}.new", self.name))?;
            return Ok(self.scenario.settle(&self.name, Some(&self.after))?);
        }
        let mut ledger = self.ledger()?;
        let mut reasons = reasons.iter().filter(|reason| !reason.trim().is_empty());
        for entry in ledger.entries.iter_mut().filter(|entry| entry.reason.is_none()) {
            entry.reason = reasons.next().map(|reason| one_line(reason));
        }
        let count = ledger.entries.iter().filter(|entry| entry.reason.is_none()).count();
        if count > 0 {
            return Err(ReviewError::NoReason { file: self.describe(), count });
        }
        // An empty ledger is none.
        let text = (!ledger.entries.is_empty()).then(|| ledger.write(&self.expression()));
        Ok(self.scenario.settle(&self.name, text.as_deref())?)
    }

    /// Takes the pending form away; the file stays as it is.
    ///
    /// # Errors
    /// It can't be removed.
    pub fn reject(&self) -> Result<(), ReviewError> {
        Ok(self.scenario.put_pending(&self.name, None)?)
    }

    fn ledger(&self) -> Result<Ledger, ReviewError> {
        let file = || format!("{}.new", self.describe());
        Ledger::read(&self.after).map_err(|reason| ReviewError::Ledger { file: file(), reason })
    }

    /// The scenario's name, as the header says it.
    fn expression(&self) -> String {
        let named = self.after.lines().find_map(|line| line.strip_prefix("expression: "));
        named.unwrap_or_default().to_owned()
    }
}

/// The lines of a difference as plain text.
pub fn plain(lines: &[(Side, String)]) -> String {
    let mut text = String::new();
    for (side, line) in lines {
        let mark = match side {
            Side::Same | Side::Place => ' ',
            Side::Before => '-',
            Side::After => '+',
        };
        writeln!(text, "{mark} {line}").expect("a string takes any text");
    }
    text
}

fn one_line(reason: &str) -> String {
    reason.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
