//! Results for people and machines.

use std::fmt::Write as _;

use serde::Serialize;
use standin_tape::Origin;

use crate::{Judgement, ScenarioResult, Tally};

/// A scenario's line of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The service that the scenario is about.
    pub service: String,
    /// The scenario's name.
    pub scenario: String,
    /// Who answered when it was recorded.
    pub origin: String,
    /// How many exchanges the recording has.
    pub exchanges: usize,
    /// Those whose answers agree.
    pub matched: usize,
    /// Those whose answers differ.
    pub deviating: usize,
    /// Those not sent for want of a variable.
    pub blocked: usize,
    /// Those that can't be sent.
    pub unusable: usize,
    /// Those that a fallback answered.
    pub fallback: usize,
    /// Deviations that the ledger accepts.
    pub accepted: usize,
    /// Deviations that it doesn't.
    pub new: usize,
    /// Entries of the ledger that no longer occur.
    pub stale: usize,
}

impl Row {
    /// The line of a judged scenario.
    pub fn of(result: &ScenarioResult, judgement: &Judgement) -> Self {
        let Tally { matched, deviating, blocked, unusable, fallback } = result.tally();
        let name =
            result.scenario.split_once('/').map_or(result.scenario.as_str(), |(_, name)| name);
        Self {
            service: result.service().to_owned(),
            scenario: name.to_owned(),
            origin: result.origin.name().to_owned(),
            exchanges: result.tally().total(),
            matched,
            deviating,
            blocked,
            unusable,
            fallback,
            accepted: judgement.accepted,
            new: judgement.new.len(),
            stale: judgement.stale.len(),
        }
    }

    fn cells(&self) -> [String; 7] {
        [
            self.service.clone(),
            self.scenario.clone(),
            self.exchanges.to_string(),
            agreement(self.matched, self.exchanges, &self.origin),
            self.accepted.to_string(),
            self.new.to_string(),
            self.fallback.to_string(),
        ]
    }
}

const HEADINGS: [&str; 7] =
    ["service", "scenario", "exchanges", "agrees", "accepted", "new deviations", "fallback"];

/// The table of a check, with a line that sums it up.
pub fn table(rows: &[Row]) -> String {
    let cells: Vec<[String; 7]> = rows.iter().map(Row::cells).collect();
    let mut text = grid(&HEADINGS, &cells);
    let sum = |of: fn(&Row) -> usize| rows.iter().map(of).sum::<usize>();
    writeln!(
        text,
        "{}, {}: {} agree, {} deviate, {} blocked, {} unusable; {} answered by a fallback",
        counted(rows.len(), "scenario"),
        counted(sum(|row| row.exchanges), "exchange"),
        sum(|row| row.matched),
        sum(|row| row.deviating),
        sum(|row| row.blocked),
        sum(|row| row.unusable),
        sum(|row| row.fallback),
    )
    .expect("a string takes any text");
    text
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// The rows as JSON, one array.
pub fn json(rows: &[Row]) -> String {
    serde_json::to_string_pretty(rows).expect("rows have string keys only")
}

/// `98.5 % parity`, or for a reference `98.5 % agreement with NAME`: only AWS is truth.
pub fn agreement(matched: usize, exchanges: usize, origin: &str) -> String {
    let percent = percent(matched, exchanges);
    match Origin::from_name(origin) {
        Origin::Aws => format!("{percent} parity"),
        Origin::Reference(name) => format!("{percent} agreement with {name}"),
    }
}

/// A share with one decimal, rounded down, so that 100 % is said only of all.
pub fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = part * 1000 / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Columns as wide as their widest cell.
pub fn grid<const N: usize>(headings: &[&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or_default().max(headings[column].len())
    };
    let mut text = String::new();
    let mut line = |cells: [&str; N]| {
        let mut written = String::new();
        for (column, cell) in cells.iter().enumerate() {
            write!(written, "{cell:<width$}  ", width = width(column)).expect("a string");
        }
        text.push_str(written.trim_end());
        text.push('\n');
    };
    line(*headings);
    for row in rows {
        line(std::array::from_fn(|column| row[column].as_str()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_aws_gives_parity_and_only_all_is_a_hundred() {
        assert_eq!(agreement(999, 1000, "aws"), "99.9 % parity");
        assert_eq!(agreement(9999, 10_000, "moto"), "99.9 % agreement with moto");
        assert_eq!(agreement(3, 3, "aws"), "100.0 % parity");
        assert_eq!(percent(0, 0), "-");
    }

    #[test]
    fn columns_line_up() {
        let text = grid(&["a", "long heading"], &[["wider".into(), "x".into()]]);
        assert_eq!(text, "a      long heading\nwider  x\n");
    }
}
