//! `standin scan`: secrets in files that are there already.

use std::path::PathBuf;

use serde_json::json;
use standin_archive::{ScanFind, Scanned, scan};

use crate::exit::{Exit, Outcome};
use crate::stdout::outln;

/// Look for secrets in recordings and other files, for CI and before commits.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin scan
  standin scan snapshots src --json

Recordings, ledgers and blobs are searched for all that `standin record` refuses to write; other files for \
credentials alone. What was found is printed by file, line and kind, never the value. What was reviewed and is no \
secret goes into allow.json, with a reason. The exit code is 1 if anything was found.")]
pub(crate) struct Arguments {
    /// Files, or folders of them
    #[arg(default_value = "snapshots", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
}

/// Searches the files and prints what was found.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let scanned = scan(&arguments.paths)?;
    if arguments.json {
        outln!("{}", as_json(&scanned));
    } else {
        for find in &scanned.finds {
            outln!("{}", line(find));
        }
        outln!("{} files searched, {} finds", scanned.files, scanned.finds.len());
    }
    Ok(if scanned.finds.is_empty() { Exit::Success } else { Exit::Deviations })
}

fn line(find: &ScanFind) -> String {
    let line = find.line.map(|line| format!("{line}:")).unwrap_or_default();
    format!("{}:{line} {}", find.file.display(), find.kind)
}

fn as_json(scanned: &Scanned) -> String {
    let find = |find: &ScanFind| json!({"file": find.file.display().to_string(), "line": find.line, "kind": find.kind.name()});
    let finds: Vec<_> = scanned.finds.iter().map(find).collect();
    json!({"files": scanned.files, "finds": finds}).to_string()
}
