//! What a run ends with.

/// The exit code, and what there is to say on standard error, the last line last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The command's exit code, or 3 where Standin found fault.
    pub code: u8,
    /// Lines for people.
    pub lines: Vec<String>,
}

/// The exit code where Standin found fault.
const FOUND: u8 = 3;

impl Report {
    /// The same report, ending with what Standin found.
    pub(crate) fn found(mut self, what: &dyn std::fmt::Display) -> Self {
        self.code = FOUND;
        self.lines.push(what.to_string());
        self
    }
}
