//! A check of what other tools recorded: imported into a temporary folder, judged by one ledger a service.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use standin_archive::Scenario;
use standin_archive::import::{Format, Importer, Summary, unread};
use standin_gate::corpus::{self, CorpusLedger, Drift, Figures};
use standin_gate::{Options, Pending, Targets, run_all};
use standin_model::Catalog;

use super::output;
use crate::exit::{Exit, Failure, Outcome};
use crate::progress;
use crate::scratch::Scratch;

/// Where the ledgers of corpora live.
const LEDGERS: &str = "snapshots/corpus";

/// What is made of the results besides ledgers.
pub(super) struct Shown<'a> {
    /// The page that they are written to.
    pub(super) page: Option<&'a Path>,
    /// Whether they are printed as JSON.
    pub(super) json: bool,
}

/// Imports the files, runs them, and judges each service by its ledger.
pub(super) async fn check(
    paths: &[PathBuf],
    targets: Arc<dyn Targets>,
    options: &Options,
    shown: Shown<'_>,
) -> Outcome {
    let scratch = Scratch::new("corpus");
    let summary = import(paths, scratch.path())?;
    let scenarios = standin_archive::find(&[scratch.path().to_owned()])?;
    let recordings = scenarios.iter().map(Scenario::read).collect::<Result<Vec<_>, _>>()?;
    let bar = progress::bar(recordings.len(), "recordings");
    let results = run_all(recordings, targets, options, &|_| bar.inc(1)).await?;
    bar.finish_and_clear();
    let figures = corpus::figures(&results);
    let ledgers = CorpusLedger::of(&results);
    let drifts = judge(&ledgers, options.pending)?;
    if shown.json {
        output::corpus_json(&figures, &summary, &unread(paths), &drifts);
    } else {
        output::corpus(&figures, &summary, &unread(paths));
        for (ledger, drift) in &drifts {
            output::drift(ledger, drift);
        }
    }
    if let Some(page) = shown.page {
        std::fs::write(page, markdown(paths, &figures, &ledgers, &summary))?;
    }
    Ok(if drifts.is_empty() { Exit::Success } else { Exit::Deviations })
}

fn import(paths: &[PathBuf], folder: &Path) -> Result<Summary, Failure> {
    let importer = Importer::new(Format::HttpReplay, Catalog::embedded(), paths)?;
    let bar = progress::bar(importer.len(), "files");
    let summary = importer.run(folder, &mut |_| bar.inc(1));
    bar.finish_and_clear();
    match summary.failed.first() {
        Some((file, reason)) => Err(Failure::new(format!("{}: {reason}", file.display()))),
        None => Ok(summary),
    }
}

/// The ledgers that do not fit, and how.
fn judge(
    ledgers: &BTreeMap<String, CorpusLedger>,
    pending: Pending,
) -> Result<Vec<(PathBuf, Drift)>, Failure> {
    let mut drifts = Vec::new();
    for (service, run) in ledgers {
        let file = Path::new(LEDGERS).join(format!("{service}.ledger"));
        let new = file.with_extension("ledger.new");
        let drift = read(&file)?.drift(run);
        if drift.is_none() {
            remove(&new)?;
            continue;
        }
        if pending == Pending::Write {
            std::fs::create_dir_all(LEDGERS)?;
            std::fs::write(&new, run.write())?;
        }
        drifts.push((file, drift));
    }
    Ok(drifts)
}

fn read(file: &Path) -> Result<CorpusLedger, Failure> {
    match std::fs::read_to_string(file) {
        Ok(text) => CorpusLedger::read(&text)
            .map_err(|error| Failure::new(format!("{}: {error}", file.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(CorpusLedger::default()),
        Err(error) => Err(Failure::new(format!("{}: {error}", file.display()))),
    }
}

fn remove(file: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn markdown(
    paths: &[PathBuf],
    figures: &BTreeMap<String, Figures>,
    ledgers: &BTreeMap<String, CorpusLedger>,
    summary: &Summary,
) -> String {
    let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let mut text = format!(
        "# Parity with recorded AWS\n\n\
         Public recordings of real AWS, sent to the emulator and compared by shape. Made by\n\n    \
         standin check {} --markdown docs/parity.md\n\n{}\n\
         {} exchanges were read; {} of them can't be sent:\n\n",
        shown.join(" "),
        corpus::markdown(figures),
        summary.exchanges,
        summary.unusable.values().sum::<u32>(),
    );
    for (reason, count) in &summary.unusable {
        text.push_str(&format!("- {count}: {reason}\n"));
    }
    for (service, ledger) in ledgers {
        text.push_str(&format!(
            "\n## {service}\n\nHow often, what sort of difference, operation and place.\n\n```\n{}```\n",
            ledger.write()
        ));
    }
    text
}
