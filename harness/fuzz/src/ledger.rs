//! The ledger: a line for each value that can't come back as it went, with the reason.

use crate::Case;

const LEDGER: &str = include_str!("../data/ledger.txt");

/// A line of the ledger: `SERVICE PROTOCOL OPERATION PART: REASON`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The values that it leaves out.
    pub case: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// All lines of the ledger.
pub fn lines() -> Vec<Line> {
    let lines = LEDGER.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once(": ").unwrap_or_else(|| panic!("no reason: {line}")))
        .map(|(case, reason)| Line { case, reason })
        .collect()
}

/// How a line of the ledger names a case.
pub fn name(case: &Case) -> String {
    let Case { call, .. } = case;
    let (service, protocol) = (call.service.metadata.name, call.protocol.name());
    format!("{service} {protocol} {} {}", call.operation.name, case.part_name())
}
