//! What a check prints.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use standin_archive::import::Summary;
use standin_gate::corpus::{self, Drift, Figures};
use standin_gate::report::{self, Row, table};
use standin_gate::{Checked, Entry, Tally};

use crate::stdout::{out, outln};

/// The table, then what a person must look at. Without a ledger nothing waits for review.
pub(super) fn people(checked: &[Checked]) {
    out!("{}", table(&rows(checked)));
    for scenario in checked.iter().filter(|scenario| !scenario.judgement.passes()) {
        print_findings(scenario);
    }
    for Checked { result, .. } in checked {
        for (exchange, reason) in result.unusable() {
            outln!("{} {} can't be sent: {reason}", result.scenario, exchange.id);
        }
    }
    if checked.iter().any(has_pending) {
        outln!(
            "\nReview what is pending with `standin review` (or `cargo insta review`), and give each new line a reason."
        );
    }
}

/// One line a deviation, to grep and to diff.
pub(super) fn lines(checked: &[Checked]) {
    for Checked { result, judgement, .. } in checked {
        let print = |word: &str, entries: &[Entry]| {
            for entry in entries {
                outln!("{word} {} {}", result.scenario, entry.line());
            }
        };
        print("new", &judgement.new);
        print("stale", &judgement.stale);
        print("unexplained", &judgement.unexplained);
    }
}

/// The rows as JSON.
pub(super) fn json(checked: &[Checked]) {
    outln!("{}", report::json(&rows(checked)));
}

/// What was found of a corpus, and what of it could not be read or sent.
pub(super) fn corpus(figures: &BTreeMap<String, Figures>, summary: &Summary, unread: &[PathBuf]) {
    out!("{}", corpus::table(figures));
    let unusable: u32 = summary.unusable.values().sum();
    let (read, sent) = (summary.exchanges, summary.imported);
    outln!("{read} exchanges in {} files: {sent} imported, {unusable} unusable", summary.files);
    for (reason, count) in &summary.unusable {
        outln!("  {count} {reason}");
    }
    if !unread.is_empty() {
        outln!("{} files of other formats are not read yet:", unread.len());
        for (folder, count) in folders(unread) {
            outln!("  {count} in {}", folder.display());
        }
    }
}

/// The same as JSON, with what does not fit.
pub(super) fn corpus_json(
    figures: &BTreeMap<String, Figures>,
    summary: &Summary,
    unread: &[PathBuf],
    drifts: &[(PathBuf, Drift)],
) {
    let services: Vec<_> =
        figures.iter().map(|(name, figures)| service_json(name, figures)).collect();
    let drifts: Vec<_> = drifts
        .iter()
        .map(|(ledger, drift)| json!({ "ledger": ledger, "more": drift.risen, "less": drift.fallen }))
        .collect();
    let whole = json!({
        "services": services,
        "exchanges": summary.exchanges,
        "imported": summary.imported,
        "unusable": summary.unusable,
        "unread_files": unread,
        "drift": drifts,
    });
    outln!("{whole:#}");
}

fn service_json(service: &str, Figures { native, fallback }: &Figures) -> serde_json::Value {
    let side = |tally: &Tally| {
        json!({
            "matched": tally.matched,
            "deviating": tally.deviating,
            "blocked": tally.blocked,
            "unusable": tally.unusable,
        })
    };
    json!({ "service": service, "native": side(native), "fallback": side(fallback) })
}

/// How a run differs from the ledger of its service.
pub(super) fn drift(ledger: &Path, drift: &Drift) {
    outln!("\n{} does not fit; to accept, move {0}.new over it:", ledger.display());
    for line in &drift.risen {
        outln!("  more: {line}");
    }
    for line in &drift.fallen {
        outln!("  less: {line}");
    }
}

/// The folders of files, each once with how many it holds.
fn folders(files: &[PathBuf]) -> BTreeMap<&Path, usize> {
    let mut folders = BTreeMap::new();
    for folder in files.iter().filter_map(|file| file.parent()) {
        *folders.entry(folder).or_default() += 1;
    }
    folders
}

fn rows(checked: &[Checked]) -> Vec<Row> {
    checked.iter().map(|scenario| Row::of(&scenario.result, &scenario.judgement)).collect()
}

fn has_pending(Checked { judgement, ledger, .. }: &Checked) -> bool {
    let fits = judgement.new.is_empty() && judgement.stale.is_empty();
    !fits && !ledger.is_empty()
}

fn print_findings(Checked { result, judgement, ledger }: &Checked) {
    match ledger.as_str() {
        "" => outln!("\n{} (a target without a name has no ledger)", result.scenario),
        ledger => outln!("\n{} ({ledger})", result.scenario),
    }
    for entry in &judgement.new {
        outln!("  new: {} {} {}", entry.exchange, entry.path, entry.class);
        outln!("    - {}\n    + {}", entry.expected, entry.actual);
    }
    for entry in &judgement.stale {
        outln!("  gone, take it out: {} {} {}", entry.exchange, entry.path, entry.class);
    }
    for entry in &judgement.unexplained {
        outln!("  needs a reason: {} {} {}", entry.exchange, entry.path, entry.class);
    }
}
