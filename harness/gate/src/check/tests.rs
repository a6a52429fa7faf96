//! Correlation over recordings that are there: each must pass its gate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use standin_archive::import::{Format, Importer};
use standin_compare::{Bindings, Known, correlate, invent};
use standin_model::{Answer, Catalog, Document};
use standin_tape::{Outcome, Recording, Variable, VariableKind};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder of the public recordings, where they are.
fn corpus(name: &str) -> Option<PathBuf> {
    let shared =
        std::env::var_os("STANDIN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let folder = shared.join("corpus").join(name);
    folder.is_dir().then_some(folder)
}

fn read(folder: &Path) -> Vec<Recording> {
    let scenarios = standin_archive::find(&[folder.to_path_buf()]).expect("a folder of recordings");
    scenarios.iter().map(|scenario| scenario.read().expect("it reads")).collect()
}

/// The recording as it was before its variables were found, with values of their forms.
fn plain(recording: &Recording) -> Recording {
    let mut bindings = Bindings::of(recording);
    for (at, variable) in recording.variables.iter().enumerate() {
        bindings.bind(&variable.name, value(variable, at));
    }
    let fill = |document: &Document| {
        standin_tape::template::escape_document(bindings.fill(document).expect("all are bound"))
    };
    let text = |text: &str| {
        let text = bindings.fill_text(text).expect("all are bound");
        standin_tape::template::escape(&text).into_owned()
    };
    let mut plain = recording.clone();
    plain.variables.clear();
    for exchange in &mut plain.exchanges {
        exchange.input = fill(&exchange.input);
        exchange.wire.response_headers.iter_mut().for_each(|(_, value)| *value = text(value));
        exchange.wire.host = exchange.wire.host.as_deref().map(text);
        if let Outcome::Answered { answer, .. } = &mut exchange.outcome {
            match answer {
                Answer::Output(output) => *output = without_forms(output, &fill),
                Answer::Error(error) => error.message = error.message.as_deref().map(text),
            }
        }
    }
    plain
}

/// Fills what is no form; forms without a value stay.
fn without_forms(document: &Document, fill: &dyn Fn(&Document) -> Document) -> Document {
    match document {
        Document::Object(_) if standin_tape::template::form(document).is_some() => document.clone(),
        Document::Object(_) if standin_tape::template::blob(document).is_some() => fill(document),
        Document::Object(fields) => Document::Object(
            fields.iter().map(|(key, value)| (key.clone(), without_forms(value, fill))).collect(),
        ),
        Document::List(items) => {
            Document::List(items.iter().map(|item| without_forms(item, fill)).collect())
        }
        other => fill(other),
    }
}

fn value(variable: &Variable, at: usize) -> String {
    match (variable.kind, variable.format.as_deref(), variable.like.as_deref()) {
        (VariableKind::Account, ..) => "123456789012".to_owned(),
        (VariableKind::Region, ..) => "eu-west-1".to_owned(),
        (VariableKind::Host, ..) => "https://sqs.eu-west-1.amazonaws.com".to_owned(),
        (_, _, Some("epoch-string")) => (1_700_000_000 + at).to_string(),
        (_, _, Some("epoch-ms-string")) => (1_700_000_000_000 + at).to_string(),
        (VariableKind::Time, ..) => format!("2026-01-01T00:{:02}:00Z", at % 60),
        _ => invent(variable, "seed"),
    }
}

/// How many recordings and exchanges pass, and what does not.
fn passing(recordings: Vec<Recording>) -> (usize, usize, BTreeMap<String, String>) {
    let (mut count, mut exchanges, mut failed) = (0, 0, BTreeMap::new());
    for recording in recordings {
        let scenario = recording.scenario.clone();
        match correlate(recording, &Known::default()) {
            Ok(found) => {
                count += 1;
                exchanges += found.recording.exchanges.len();
            }
            Err(error) => {
                failed.insert(scenario, error.to_string());
            }
        }
    }
    (count, exchanges, failed)
}

#[test]
#[expect(clippy::print_stdout, reason = "counts are shown")]
fn shipped_recordings_pass_the_gate_of_correlation() {
    let recordings: Vec<_> = read(&root().join("snapshots")).iter().map(plain).collect();
    let (count, exchanges, failed) = passing(recordings);
    println!("{count} shipped recordings with {exchanges} exchanges pass the gate");
    assert_eq!(failed, BTreeMap::new());
    assert!(count >= 15 && exchanges >= 200);
}

#[test]
#[expect(clippy::print_stdout, reason = "counts are shown")]
fn recordings_of_aws_pass_the_gate_of_correlation() {
    let folders: Vec<PathBuf> =
        ["go-cloud", "go-cloud-history"].into_iter().filter_map(corpus).collect();
    if folders.is_empty() {
        println!("ignored: no public recordings");
        return;
    }
    let output = std::env::temp_dir().join(format!("standin-gate-{}", std::process::id()));
    let importer = Importer::new(Format::HttpReplay, Catalog::embedded(), &folders).expect("files");
    importer.run(&output, &mut |_| {});
    let recordings = read(&output);
    let removed = std::fs::remove_dir_all(&output);
    let (count, exchanges, failed) = passing(recordings);
    println!("{count} imported recordings with {exchanges} exchanges pass the gate");
    assert_eq!(failed, BTreeMap::new());
    assert!(count > 300 && removed.is_ok());
}
