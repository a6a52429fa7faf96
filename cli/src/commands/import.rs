//! `standin import`: what other tools recorded, as recordings.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use serde_json::json;
use standin_archive::Saved;
use standin_archive::import::{FileReport, Format, Importer, Summary};
use standin_model::Catalog;

use crate::exit::{Exit, Failure, Outcome};
use crate::progress;

/// Turn what other tools recorded into recordings.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin import httpreplay testdata/TestPut.replay -o snapshots
  standin import httpreplay ../go-cloud/blob ../go-cloud/secrets -o /tmp/aws --json

Each file becomes FOLDER/SERVICE/NAME/recording.snap, scrubbed as `standin record` does. A recording that is there \
already is not overwritten: what changed waits beside it as recording.snap.new. What a recording supposes to \
exist (a bucket, a table, a key) is inferred and stands before its exchanges, marked as inferred. Exchanges that \
can't be used are counted by reason. The exit code is 2 if a file could not be imported.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    format: Source,
}

#[derive(clap::Subcommand)]
enum Source {
    /// The JSON of google/go-replayers' httpreplay (*.replay)
    Httpreplay(Files),
}

#[derive(clap::Args)]
struct Files {
    /// Files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Where the scenarios' folders go
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Print the sum as JSON
    #[arg(long)]
    json: bool,
}

/// Imports the files and prints the sum.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let Source::Httpreplay(files) = arguments.format;
    let importer = Importer::new(Format::HttpReplay, Catalog::embedded(), &files.paths)?;
    let bar = progress::bar(importer.len(), "files");
    let with_lines = !std::io::stderr().is_terminal() && !files.json;
    let summary = importer.run(&files.output, &mut |file| {
        bar.inc(1);
        if with_lines {
            say(&line(file));
        }
    });
    bar.finish_and_clear();
    print(&if files.json { as_json(&summary) } else { as_text(&summary) });
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
        "{} files: {} recordings, {} empty, {} failed\n{} exchanges: {} imported",
        summary.files,
        summary.recordings,
        summary.empty,
        summary.failed.len(),
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
