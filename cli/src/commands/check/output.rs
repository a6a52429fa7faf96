//! What a check prints.
#![expect(clippy::print_stdout, reason = "this is the program's edge")]

use standin_gate::report::{Row, json as rows_as_json, table};
use standin_gate::{Checked, Entry, Judgement};

/// The table, then what a person must look at.
pub(super) fn people(checked: &[Checked]) {
    print!("{}", table(&rows(checked)));
    for scenario in checked.iter().filter(|scenario| !scenario.judgement.passes()) {
        print_findings(scenario);
    }
    if checked.iter().any(|scenario| has_pending(&scenario.judgement)) {
        println!(
            "\nReview what is pending with `cargo insta review`, and give each new line a reason."
        );
    }
}

/// One line a deviation, to grep and to diff.
pub(super) fn lines(checked: &[Checked]) {
    for Checked { result, judgement, .. } in checked {
        let print = |word: &str, entries: &[Entry]| {
            for entry in entries {
                println!("{word} {} {}", result.scenario, entry.line());
            }
        };
        print("new", &judgement.new);
        print("stale", &judgement.stale);
        print("unexplained", &judgement.unexplained);
    }
}

/// The rows as JSON.
pub(super) fn json(checked: &[Checked]) {
    println!("{}", rows_as_json(&rows(checked)));
}

fn rows(checked: &[Checked]) -> Vec<Row> {
    checked.iter().map(|scenario| Row::of(&scenario.result, &scenario.judgement)).collect()
}

fn has_pending(judgement: &Judgement) -> bool {
    !judgement.new.is_empty() || !judgement.stale.is_empty()
}

fn print_findings(Checked { result, judgement, ledger }: &Checked) {
    println!("\n{} ({ledger})", result.scenario);
    for entry in &judgement.new {
        println!("  new: {} {} {}", entry.exchange, entry.path, entry.class);
        println!("    - {}\n    + {}", entry.expected, entry.actual);
    }
    for entry in &judgement.stale {
        println!("  gone, take it out: {} {} {}", entry.exchange, entry.path, entry.class);
    }
    for entry in &judgement.unexplained {
        println!("  needs a reason: {} {} {}", entry.exchange, entry.path, entry.class);
    }
}
