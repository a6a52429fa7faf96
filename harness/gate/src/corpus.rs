//! The ledger of a corpus: which deviations its services have, without values.
//!
//! One file a service, `snapshots/corpus/SERVICE.ledger`. Each line is `count class operation path`, so that the
//! parity figure can neither fall nor rise unseen.

mod report;

use std::collections::BTreeMap;

pub use report::{Figures, figures, markdown, table};

use crate::{Answered, ExchangeResult, ScenarioResult, Verdict};

/// The lines of one service with how often each occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorpusLedger(BTreeMap<String, usize>);

/// How a run differs from its corpus ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// What occurs more often than the ledger says, or not in it: `line: was, is`.
    pub risen: Vec<String>,
    /// What occurs less often than the ledger says.
    pub fallen: Vec<String>,
}

/// A line of a corpus ledger that is not of its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: expected `count class operation path`")]
pub struct CorpusLedgerError {
    /// The line, from 1.
    pub line: usize,
}

impl CorpusLedger {
    /// The ledgers of a run, by service.
    pub fn of(results: &[ScenarioResult]) -> BTreeMap<String, Self> {
        let mut ledgers: BTreeMap<String, Self> = BTreeMap::new();
        for result in results.iter().flat_map(|scenario| &scenario.exchanges) {
            let ledger = ledgers.entry(result.service.clone()).or_default();
            for line in lines(result) {
                *ledger.0.entry(line).or_default() += 1;
            }
        }
        ledgers
    }

    /// The ledger of lines that were counted otherwise.
    pub fn of_lines(lines: impl IntoIterator<Item = (String, usize)>) -> Self {
        Self(lines.into_iter().collect())
    }

    /// The text of the ledger.
    pub fn write(&self) -> String {
        self.0.iter().map(|(line, count)| format!("{count} {line}\n")).collect()
    }

    /// Reads the text of a ledger.
    pub fn read(text: &str) -> Result<Self, CorpusLedgerError> {
        let mut lines = BTreeMap::new();
        for (index, text) in text.lines().enumerate() {
            let error = CorpusLedgerError { line: index + 1 };
            let (count, line) = text.split_once(' ').ok_or_else(|| error.clone())?;
            lines.insert(line.to_owned(), count.parse().map_err(|_| error)?);
        }
        Ok(Self(lines))
    }

    /// How a run differs from this ledger.
    pub fn drift(&self, run: &Self) -> Drift {
        let mut drift = Drift::default();
        let mut keys: Vec<&String> = self.0.keys().chain(run.0.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        for line in keys {
            let count = |ledger: &Self| ledger.0.get(line).copied().unwrap_or_default();
            let (was, is) = (count(self), count(run));
            let shown = format!("{line}: was {was}, is {is}");
            match is.cmp(&was) {
                std::cmp::Ordering::Greater => drift.risen.push(shown),
                std::cmp::Ordering::Less => drift.fallen.push(shown),
                std::cmp::Ordering::Equal => {}
            }
        }
        drift
    }
}

impl Drift {
    /// Whether the run is as the ledger says.
    pub fn is_none(&self) -> bool {
        self.risen.is_empty() && self.fallen.is_empty()
    }
}

fn lines(result: &ExchangeResult) -> Vec<String> {
    let operation = &result.id.operation;
    let by = match &result.answered {
        Answered::Fallback(_) => "fallback",
        Answered::Native | Answered::Nobody => "native",
    };
    match &result.verdict {
        Verdict::Matched => vec![format!("matched {operation} {by}")],
        Verdict::Blocked { .. } => vec![format!("blocked {operation} .")],
        Verdict::Unusable { reason } => vec![format!("unusable {operation} {reason}")],
        Verdict::Prepared => Vec::new(),
        Verdict::Deviating(deviations) => deviations
            .iter()
            .map(|deviation| {
                format!("{} {operation} {}", deviation.class, without_keys(&deviation.path))
            })
            .collect(),
    }
}

/// A path without positions and identities of list elements.
fn without_keys(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let (mut depth, mut quoted) = (0_u32, false);
    for c in path.chars() {
        match c {
            '"' if depth > 0 => quoted = !quoted,
            '[' if !quoted => {
                depth += 1;
                if depth == 1 {
                    text.push_str("[]");
                }
            }
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(c),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ledgers_read_back_and_drift_both_ways() {
        let ledger =
            CorpusLedger::read("3 literal GetItem error.message\n5 matched GetItem native\n")
                .expect("valid");
        assert_eq!(CorpusLedger::read(&ledger.write()), Ok(ledger.clone()));
        let run = CorpusLedger::read("4 literal GetItem error.message\n4 matched GetItem native\n")
            .expect("valid");
        let drift = ledger.drift(&run);
        assert_eq!(drift.risen, ["literal GetItem error.message: was 3, is 4"]);
        assert_eq!(drift.fallen, ["matched GetItem native: was 5, is 4"]);
        assert!(ledger.drift(&ledger).is_none());
        assert_eq!(CorpusLedger::read("x"), Err(CorpusLedgerError { line: 1 }));
    }

    #[test]
    fn identities_are_taken_out_of_paths() {
        assert_eq!(without_keys("Messages[Body=\"a]b\"].Attributes"), "Messages[].Attributes");
        assert_eq!(without_keys("Items[3][0]"), "Items[][]");
    }
}
