//! What can be seen in the text of a file: its length, its header, words that must not be there.

use super::Source;
use crate::Findings;

/// Lines of a hand-written file, tests apart.
const FILE_LINES: usize = 500;

/// Words left over from work in progress. Split here so that this file passes its own check.
const LEFTOVERS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];

/// Crates in which decoded trees are `model::Document`.
const TYPED: &[&str] =
    &["emulator/providers/", "emulator/core/", "emulator/store/", "emulator/gateway/"];

pub(super) fn check(source: &Source) -> Findings {
    let mut findings = Findings::new();
    if !source.text.starts_with("//!") {
        findings.push(format!("{}: begin with a `//!` line that says what it is for", source.path));
    }
    let lines = own_lines(source);
    if lines > FILE_LINES {
        findings.push(format!("{}: {lines} lines, at most {FILE_LINES}", source.path));
    }
    for (number, line) in source.text.lines().enumerate() {
        findings.extend(check_line(source, number + 1, line));
    }
    findings
}

/// The file's lines without its trailing test module; test files have no limit.
fn own_lines(source: &Source) -> usize {
    if source.is_test() {
        return 0;
    }
    source.text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

fn check_line(source: &Source, number: usize, line: &str) -> Option<String> {
    let at = |what: &str| Some(format!("{}:{number}: {what}", source.path));
    if LEFTOVERS.iter().any(|word| line.contains(word)) {
        return at("leftover; do it, or name it in the closing note");
    }
    let trimmed = line.trim_start();
    if trimmed.starts_with("#[allow(") || trimmed.starts_with("#![allow(") {
        return at("`#[expect(..., reason)]` instead of `allow`");
    }
    let typed = TYPED.iter().any(|folder| source.path.starts_with(folder));
    if typed && !source.is_test() && line.contains("serde_json::Value") {
        return at("`model::Document` instead of `serde_json::Value`");
    }
    None
}
