//! `standin import`: what other tools recorded, as recordings.

mod check;

use std::io::IsTerminal as _;
use std::path::PathBuf;

use serde_json::json;
use standin_archive::Saved;
use standin_archive::import::{Choice, FileReport, Format, Importer, Summary};
use standin_model::Catalog;

use crate::exit::{Exit, Failure, Outcome};
use crate::progress;

/// Turn what other tools recorded into recordings.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin import auto fixtures/vcr_cassettes -o snapshots
  standin import httpreplay testdata/TestPut.replay -o snapshots
  standin import vcrpy tests/cassettes/test_put.yaml -o snapshots
  standin import placebo tests/data/placebo -o snapshots
  standin import auto ../go-cloud/blob ../go-cloud/secrets -o /tmp/aws --json

FORMAT is what a file's content is read as; `auto` looks at each:
  httpreplay  google/go-replayers' JSON (*.replay)     har         HTTP Archive
  go-vcr      go-vcr's YAML, modules v1 to v4          mitmproxy   flows that mitmdump -w saved
  vcr         Ruby VCR's YAML or JSON                  test-agent  cassettes of Datadog's test agent
  vcrpy       vcrpy's YAML or JSON                     placebo     answers only; a folder is a recording
  dvr         smithy-rs' JSON                          stubber     calls and answers of botocore's stubber
  nock        what nock recorded                       snapshot    LocalStack's *.snapshot.json: answers only
  wiremock    stub mappings

Each file becomes FOLDER/SERVICE/NAME/recording.snap, scrubbed as `standin record` does. A recording that is there \
already is not overwritten: what changed waits beside it as recording.snap.new. What a recording supposes to \
exist (a bucket, a table, a queue, a key, a role) is inferred and stands before its exchanges, marked as inferred. \
Exchanges that can't be used are counted by reason. Files below a folder that are no recordings are skipped and \
counted. The exit code is 2 if a file could not be imported.

With --check nothing is kept. Each recording is read and written again, which must give the same bytes, and each answer \
is written as a response of which botocore must read the same value. What can't be used or fails is counted and \
compared with the ledger, both ways; the exit code is 1 if they differ, and LEDGER.new has what would fit.")]
pub(crate) struct Arguments {
    /// The format, or `auto`
    #[arg(value_name = "FORMAT", value_parser = choice)]
    format: Choice,
    /// Files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Where the scenarios' folders go
    #[arg(short, long, value_name = "FOLDER", required_unless_present = "check")]
    output: Option<PathBuf>,
    /// Print the sum as JSON
    #[arg(long)]
    json: bool,
    /// Keep nothing; try what is imported, and compare what fails with this ledger
    #[arg(long, value_name = "LEDGER", conflicts_with_all = ["output", "json"])]
    check: Option<PathBuf>,
}

fn choice(name: &str) -> Result<Choice, String> {
    if name == "auto" {
        return Ok(Choice::Auto);
    }
    let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    let unknown = || format!("it is none of auto, {}", names.join(", "));
    Format::from_name(name).map(Choice::Of).ok_or_else(unknown)
}

/// Imports the files and prints the sum.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    if let Some(ledger) = &arguments.check {
        return check::run(arguments.format, &arguments.paths, ledger);
    }
    let output = arguments.output.as_deref().expect("clap requires it where nothing is checked");
    let importer = Importer::new(arguments.format, Catalog::embedded(), &arguments.paths)?;
    let bar = progress::bar(importer.len(), "recordings");
    let with_lines = !std::io::stderr().is_terminal() && !arguments.json;
    let summary = importer.run(output, &mut |file| {
        bar.inc(1);
        if with_lines {
            say(&line(file));
        }
    });
    bar.finish_and_clear();
    print(&if arguments.json { as_json(&summary) } else { as_text(&summary) });
    match summary.failed.as_slice() {
        [] => Ok(Exit::Success),
        [(file, reason)] => Err(Failure::new(format!("{}: {reason}", file.display()))),
        [(file, reason), rest @ ..] => {
            let more = rest.len();
            Err(Failure::new(format!("{}: {reason} (and {more} more files)", file.display())))
        }
    }
}

fn line(file: &FileReport) -> String {
    use standin_archive::import::Outcome::{Empty, Failed, Saved as Kept};
    let what = match &file.outcome {
        Empty => "no exchanges".to_owned(),
        Failed(reason) => format!("failed: {reason}"),
        Kept { scenario, saved } => {
            let saved = match saved {
                Saved::New => "",
                Saved::Unchanged => ", unchanged",
                Saved::Pending => ", changed: see recording.snap.new",
            };
            let (imported, all) = (file.imported, file.exchanges);
            format!("{scenario}, {imported} of {all} exchanges{saved}")
        }
    };
    format!("{}: {what}", file.file.display())
}

fn as_text(summary: &Summary) -> String {
    let mut text = format!(
        "{} files: {} recordings, {} empty, {} failed, {} skipped\n{} exchanges: {} imported",
        summary.files,
        summary.recordings,
        summary.empty,
        summary.failed.len(),
        summary.skipped,
        summary.exchanges,
        summary.imported,
    );
    let unusable: u32 = summary.unusable.values().sum();
    text.push_str(&format!(", {unusable} unusable; {} more inferred", summary.inferred));
    for (reason, count) in &summary.unusable {
        text.push_str(&format!("\n  {count:6} {reason}"));
    }
    text
}

fn as_json(summary: &Summary) -> String {
    let failed: Vec<_> = summary
        .failed
        .iter()
        .map(|(file, reason)| json!({"file": file.display().to_string(), "reason": reason}))
        .collect();
    let sum = json!({
        "files": summary.files,
        "recordings": summary.recordings,
        "empty": summary.empty,
        "failed": failed,
        "skipped": summary.skipped,
        "exchanges": summary.exchanges,
        "imported": summary.imported,
        "unusable": summary.unusable,
        "inferred": summary.inferred,
    });
    format!("{sum:#}")
}

fn print(text: &str) {
    crate::stdout::outln!("{text}");
}

#[expect(clippy::print_stderr, reason = "this is the program's edge")]
fn say(line: &str) {
    eprintln!("{line}");
}
