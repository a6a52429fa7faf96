//! Recordings of others: each exchange is accounted for, and the ledgers hold both ways.

use std::path::Path;

use super::{Checked, Project};
use crate::support::{shared, standin};

#[test]
fn every_exchange_of_a_corpus_is_accounted_for() {
    let Some(corpus) = shared("corpus/go-cloud") else { return };
    let project = Project::new("corpus", &[]);
    let Checked { out, .. } = check(&project, &corpus, &[]).exits(1);
    let (mut exchanges, mut services) = (0, 0);
    for figures in out.lines().skip(1).map_while(figures) {
        let [all, sent, matched, deviating, blocked, unusable] = figures;
        assert_eq!(all, matched + deviating + blocked + unusable, "{out}");
        assert_eq!(sent, matched + deviating, "{out}");
        exchanges += all;
        services += 1;
    }
    assert!(services >= 2, "{out}");
    assert_eq!(
        number_before(&out, " exchanges in "),
        exchanges + number_before(&out, " unusable"),
        "{out}"
    );
}

#[test]
fn a_corpus_has_a_ledger_a_service_that_holds_both_ways() {
    let Some(corpus) = shared("corpus/go-cloud/secrets") else { return };
    let project = Project::new("ledgers", &[]);
    check(&project, &corpus, &[]).exits(1);
    let (ledger, pending) =
        (project.path("corpus/kms.ledger"), project.path("corpus/kms.ledger.new"));
    std::fs::rename(&pending, &ledger).unwrap();
    check(&project, &corpus, &[]).exits(0);
    assert!(!pending.exists(), "the ledger fits");

    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, format!("{text}1 matched NoSuchOperation native\n")).unwrap();
    let stale = check(&project, &corpus, &["--gate"]).exits(1);
    stale.prints(&["less: matched NoSuchOperation native: was 1, is 0"]);
    assert!(!pending.exists(), "the gate writes nothing");
}

#[test]
fn a_page_of_the_parity_is_made() {
    let Some(corpus) = shared("corpus/go-cloud/secrets") else { return };
    let project = Project::new("page", &[]);
    check(&project, &corpus, &["--markdown", "parity.md"]).exits(1);
    let page = std::fs::read_to_string(project.path("../parity.md")).unwrap();
    assert!(page.contains("| kms | ") && page.contains("## kms"), "{page}");
}

#[test]
fn the_results_are_there_as_json() {
    let Some(corpus) = shared("corpus/go-cloud/secrets") else { return };
    let project = Project::new("corpus-json", &[]);
    let Checked { out, .. } = check(&project, &corpus, &["--json"]).exits(1);
    let results: serde_json::Value = serde_json::from_str(&out).unwrap();
    let kms = &results["services"][0];
    assert_eq!(kms["service"], "kms");
    let sum: u64 =
        kms["native"].as_object().unwrap().values().filter_map(serde_json::Value::as_u64).sum();
    assert_eq!(results["exchanges"], sum, "{out}");
    assert!(results["drift"][0]["more"][0].is_string(), "{out}");
}

#[test]
fn recordings_of_ours_are_not_left_out_beside_those_of_others() {
    let Some(corpus) = shared("corpus/go-cloud/secrets") else { return };
    let project = Project::new("mixed", &["sqs/dead-letters"]);
    check(&project, &corpus, &["snapshots"]).exits(2).says(&["checked apart"]);
    project.check(&["--markdown", "parity.md"]).exits(2).says(&["--markdown"]);
}

/// The figures of a service's line in the table, without the shares; `None` past its end.
fn figures(line: &str) -> Option<[usize; 6]> {
    let cells = line.split_whitespace().skip(1).take(6).map(str::parse);
    cells.collect::<Result<Vec<_>, _>>().ok()?.try_into().ok()
}

/// The number before a word of the sum.
fn number_before(text: &str, word: &str) -> usize {
    let before = text
        .lines()
        .filter(|line| line.contains(" exchanges in "))
        .find_map(|line| line.split_once(word));
    before.unwrap().0.rsplit(' ').next().unwrap().parse().unwrap()
}

/// A check of a folder without a fallback, so that it needs no Python.
fn check(project: &Project, corpus: &Path, arguments: &[&str]) -> Checked {
    let mut command = standin();
    command.args(["check", "--fallback", "none"]).arg(corpus).args(arguments);
    Checked::of(&command.current_dir(&project.0).output().unwrap())
}
