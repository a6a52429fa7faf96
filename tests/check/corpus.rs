//! Recordings of others: each exchange is accounted for, and the ledgers hold both ways.

use std::path::Path;

use super::{Checked, Project};
use crate::support::{shared, standin};

#[test]
fn every_exchange_of_a_corpus_is_accounted_for() {
    let Some(corpus) = shared("corpus/go-cloud/secrets") else { return };
    let project = Project::new("corpus", &[]);
    let first = check(&project, &corpus, &[]).exits(1);
    let columns = columns(&first.out, "kms");
    let [exchanges, sent, matched, deviating, blocked, unusable] = columns[..6] else {
        panic!("{}", first.out);
    };
    assert!(exchanges > 0, "{}", first.out);
    assert_eq!(exchanges, matched + deviating + blocked + unusable, "{}", first.out);
    assert_eq!(sent, matched + deviating, "{}", first.out);
    let read: usize = first
        .out
        .lines()
        .find_map(|line| line.split_once(" exchanges in ")?.0.parse().ok())
        .unwrap();
    assert_eq!(read, exchanges, "{}", first.out);

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

/// The figures of a service's line in the table.
fn columns(table: &str, service: &str) -> Vec<usize> {
    let line = table.lines().find(|line| line.starts_with(service)).unwrap();
    line.split_whitespace().skip(1).map_while(|cell| cell.parse().ok()).collect()
}

/// A check of a folder without a fallback, so that it needs no Python.
fn check(project: &Project, corpus: &Path, arguments: &[&str]) -> Checked {
    let mut command = standin();
    command.args(["check", "--fallback", "none"]).arg(corpus).args(arguments);
    Checked::of(&command.current_dir(&project.0).output().unwrap())
}
