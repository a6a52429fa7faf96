//! The accepted deviations of one scenario, each with a reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use standin_compare::Class;
use standin_tape::{Mask, Sweep};

use crate::ScenarioResult;

/// The deviations of a scenario that a person accepted, in the order of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// An accepted deviation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `Operation#n`.
    pub exchange: String,
    /// What sort of difference.
    pub class: Class,
    /// Where.
    pub path: String,
    /// What the recording has, variables by name.
    pub expected: String,
    /// What the target answers, variables by name.
    pub actual: String,
    /// Why it is accepted; `None` until somebody says so.
    pub reason: Option<String>,
}

/// A ledger could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct LedgerError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: &'static str,
}

/// A run judged by its ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Deviations that stand in the ledger.
    pub accepted: usize,
    /// Deviations that don't.
    pub new: Vec<Entry>,
    /// Entries that no longer occur.
    pub stale: Vec<Entry>,
    /// Entries without a reason.
    pub unexplained: Vec<Entry>,
}

const HEADER: &str = "---\nsource: standin check\n";

impl Entry {
    /// What makes two entries the same: all but the reason.
    fn key(&self) -> (&str, Class, &str, &str, &str) {
        (&self.exchange, self.class, &self.path, &self.expected, &self.actual)
    }

    /// The entry on one line, as reports show it.
    pub fn line(&self) -> String {
        let Self { exchange, class, path, expected, actual, .. } = self;
        format!("{class} {exchange} {path} expected {expected} actual {actual}")
    }
}

impl Ledger {
    /// The deviations of a run, with the reasons that this ledger has for those it knows.
    #[must_use]
    pub fn updated(&self, result: &ScenarioResult) -> Self {
        let reasons: BTreeMap<_, _> =
            self.entries.iter().map(|entry| (entry.key(), entry.reason.clone())).collect();
        let entries = deviations(result).map(|entry| {
            let reason = reasons.get(&entry.key()).cloned().flatten();
            Entry { reason, ..entry }
        });
        Self { entries: entries.collect() }
    }

    /// What of a run is accepted, new, stale or lacks a reason.
    pub fn judge(&self, result: &ScenarioResult) -> Judgement {
        let mut left: Vec<&Entry> = self.entries.iter().collect();
        let mut judgement = Judgement::default();
        for deviation in deviations(result) {
            match left.iter().position(|entry| entry.key() == deviation.key()) {
                Some(at) => {
                    left.remove(at);
                    judgement.accepted += 1;
                }
                None => judgement.new.push(deviation),
            }
        }
        judgement.stale = left.into_iter().cloned().collect();
        judgement.unexplained =
            self.entries.iter().filter(|entry| entry.reason.is_none()).cloned().collect();
        judgement
    }

    /// The text of the ledger as an insta snapshot.
    pub fn write(&self, scenario: &str) -> String {
        let mut text = format!("{HEADER}expression: {scenario}\n---\n");
        for entry in &self.entries {
            let Entry { exchange, class, path, expected, actual, reason } = entry;
            let reason = reason.as_deref().unwrap_or("?");
            write!(
                text,
                "{class} {exchange} {path}\n  expected {expected}\n  actual   {actual}\n  reason: {reason}\n"
            )
            .expect("a string takes any text");
        }
        text
    }

    /// Reads the text of a ledger; a snapshot without entries is an empty ledger.
    pub fn read(text: &str) -> Result<Self, LedgerError> {
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line)).peekable();
        skip_header(&mut lines)?;
        let mut entries = Vec::new();
        while let Some((number, line)) = lines.next() {
            if !line.trim().is_empty() {
                entries.push(read_entry(number, line, &mut lines)?);
            }
        }
        Ok(Self { entries })
    }
}

impl Judgement {
    /// Whether the gate lets the run pass.
    pub fn passes(&self) -> bool {
        self.new.is_empty() && self.stale.is_empty() && self.unexplained.is_empty()
    }
}

/// What differs, on one line each; what looks like a secret in a target's answer is masked, for ledgers are kept.
fn deviations(result: &ScenarioResult) -> impl Iterator<Item = Entry> {
    let mask = Mask::new(Sweep::patterns());
    let shown = move |text: &str| mask.text(text).replace('\n', "\\n");
    result.deviations().map(move |(exchange, deviation)| Entry {
        exchange: exchange.id.to_string(),
        class: deviation.class,
        path: shown(&deviation.path),
        expected: shown(&deviation.expected),
        actual: shown(&deviation.actual),
        reason: None,
    })
}

/// The YAML header between two lines of three dashes.
fn skip_header<'t>(lines: &mut impl Iterator<Item = (usize, &'t str)>) -> Result<(), LedgerError> {
    match lines.next() {
        None => return Ok(()),
        Some((_, "---")) => {}
        Some((line, _)) => return Err(LedgerError { line, reason: "expected the header's `---`" }),
    }
    match lines.find(|(_, line)| *line == "---") {
        Some(_) => Ok(()),
        None => Err(LedgerError { line: 1, reason: "the header has no end (`---`)" }),
    }
}

fn read_entry<'t>(
    number: usize,
    head: &str,
    lines: &mut impl Iterator<Item = (usize, &'t str)>,
) -> Result<Entry, LedgerError> {
    let bad = |reason| LedgerError { line: number, reason };
    let mut words = head.splitn(3, ' ');
    let class = words.next().and_then(Class::from_name).ok_or(bad("unknown class"))?;
    let exchange = words.next().ok_or(bad("no exchange id"))?.to_owned();
    let path = words.next().ok_or(bad("no path"))?.to_owned();
    let mut field = |prefix: &str, reason| match lines.next() {
        Some((_, line)) => {
            line.strip_prefix(prefix).map(str::to_owned).ok_or(LedgerError { line: number, reason })
        }
        None => Err(LedgerError { line: number, reason }),
    };
    let expected = field("  expected ", "the entry has no `expected` line")?;
    let actual = field("  actual   ", "the entry has no `actual` line")?;
    let reason = field("  reason: ", "the entry has no `reason:` line")?;
    let reason = Some(reason.trim().to_owned()).filter(|text| !text.is_empty() && text != "?");
    Ok(Entry { exchange, class, path, expected, actual, reason })
}

#[cfg(test)]
mod tests;
