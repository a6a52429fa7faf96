//! `standin gc`: blobs that no recording names.

use std::path::PathBuf;

use standin_archive::{Writing, collect_garbage};

use crate::exit::{Exit, Outcome};
use crate::stdout::outln;

/// Take blobs away that neither a recording nor a pending one names.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin gc snapshots --dry-run
  standin gc snapshots

The files are printed with their lengths in bytes. A folder that another process is writing to is an error.")]
pub(crate) struct Arguments {
    /// The folder with the scenarios
    #[arg(default_value = "snapshots", value_name = "DIR")]
    folder: PathBuf,
    /// Take nothing away
    #[arg(long)]
    dry_run: bool,
}

/// Takes them away and prints them.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let writing = if arguments.dry_run { Writing::Check } else { Writing::Write };
    let garbage = collect_garbage(&arguments.folder, writing)?;
    for blob in &garbage {
        outln!("{:>12} {}", blob.length, blob.file);
    }
    let bytes: u64 = garbage.iter().map(|blob| blob.length).sum();
    let done = if arguments.dry_run { "would be taken away" } else { "taken away" };
    outln!("{} blobs {done}, {bytes} bytes", garbage.len());
    Ok(Exit::Success)
}
