//! The ledger: a line for each case that a suite leaves out, with the reason; stale lines fail.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The folder of shared vectors, if it is there.
pub(super) fn conformance() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("STANDIN_SHARED").map_or(root.join("../shared"), PathBuf::from);
    let folder = [shared, root.join("../../shared")]
        .into_iter()
        .map(|shared| shared.join("conformance"))
        .find(|folder| folder.is_dir());
    if folder.is_none() {
        report("ignored: no conformance vectors in $STANDIN_SHARED or ../shared");
    }
    folder
}

/// What came of the cases of a suite.
pub(super) struct Suite {
    name: String,
    excluded: BTreeMap<String, String>,
    passed: usize,
    failures: Vec<String>,
    stale: Vec<String>,
}

impl Suite {
    /// A suite with its lines of a ledger: `suite case: reason`.
    pub(super) fn new(name: &str, ledger: &str) -> Self {
        let lines = ledger.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let excluded = lines
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
            .map(|line| line.split_once(": ").expect("a ledger line has a reason"))
            .map(|(case, reason)| (case.to_owned(), reason.to_owned()))
            .collect();
        Self { name: name.to_owned(), excluded, passed: 0, failures: Vec::new(), stale: Vec::new() }
    }

    /// Notes what came of a case.
    pub(super) fn record(&mut self, case: &str, outcome: Result<(), String>) {
        match (outcome, self.excluded.remove(case)) {
            (Ok(()), None) => self.passed += 1,
            (Ok(()), Some(_)) => self.stale.push(format!("{case} passes")),
            (Err(_), Some(_)) => {}
            (Err(reason), None) => self.failures.push(format!("{case}: {reason}")),
        }
    }

    /// Prints the count and fails for cases that failed and lines that are stale.
    pub(super) fn finish(mut self, listed: usize) -> Vec<String> {
        let total = self.passed + self.failures.len() + self.stale.len();
        report(&format!(
            "{}: {}/{total} ({listed} left out by the ledger)",
            self.name, self.passed
        ));
        self.stale.extend(self.excluded.into_keys().map(|case| format!("{case} is not there")));
        let stale = self.stale.into_iter().map(|line| format!("stale: {line}"));
        self.failures.into_iter().chain(stale).map(|line| format!("{} {line}", self.name)).collect()
    }

    /// How many cases the ledger leaves out.
    pub(super) fn listed(&self) -> usize {
        self.excluded.len()
    }
}

/// Fails with all lines, if there are any.
pub(super) fn fail_on(failures: &[String]) {
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[expect(clippy::print_stdout, reason = "a suite says how many of its cases pass")]
fn report(line: &str) {
    println!("{line}");
}
