//! Real recordings of AWS, and files that want to break the reader.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use standin_model::Catalog;

use super::{FileReport, Format, Summary, import};
use crate::find;
use crate::tests::Scratch;

/// The folder of public recordings, where there is one.
fn corpus(folder: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("STANDIN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join("corpus").join(folder);
    path.exists().then_some(path)
}

fn imported(paths: &[PathBuf], output: &Path) -> (Summary, Vec<FileReport>) {
    let mut reports = Vec::new();
    let mut report = |file: &FileReport| reports.push(file.clone());
    let summary = import(Format::HttpReplay, Catalog::embedded(), paths, output, &mut report);
    (summary.expect("the corpus is there"), reports)
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the test is run for")]
fn every_exchange_of_go_cloud_is_accounted_for() {
    let (Some(now), Some(history)) = (corpus("go-cloud"), corpus("go-cloud-history")) else {
        println!("ignored: every_exchange_of_go_cloud_is_accounted_for (no corpus)");
        return;
    };
    let scratch = Scratch::new("go-cloud");
    let (summary, _) = imported(&[now, history], &scratch.0);
    println!("{summary:#?}");
    assert_eq!(summary.failed, []);
    assert_eq!(summary.files, 600);
    assert_eq!(summary.exchanges, 6626);
    let unusable: u32 = summary.unusable.values().sum();
    assert_eq!(summary.imported + unusable, summary.exchanges);
    assert!(summary.imported >= 4700, "{}", summary.imported);

    let mut services: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = 0;
    for scenario in find(std::slice::from_ref(&scratch.0)).expect("found") {
        let recording = scenario.read().expect("readable");
        let written = standin_tape::write(&recording).expect("writable");
        assert_eq!(
            Ok(&written.text),
            scenario
                .read_text(crate::RECORDING)
                .as_ref()
                .map(|t| t.as_ref().expect("there"))
                .map_err(|_| ())
        );
        for exchange in recording.exchanges.iter().filter(|exchange| !exchange.is_inferred()) {
            *services.entry(exchange.service.clone()).or_default() += 1;
            kept += 1;
        }
    }
    println!("{services:?}");
    assert_eq!(kept, summary.imported as usize);
}
