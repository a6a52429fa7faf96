//! `standin fmt` and `standin migrate`: recordings written as this build writes them.

use std::path::PathBuf;

use standin_archive::{ArchiveError, Brought, RecordingFile, Writing, recording_files};
use standin_tape::FormatVersion;

use crate::exit::{Exit, Outcome};
use crate::stdout::outln;

/// Write recordings anew as Standin writes them, after they were edited by hand.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin fmt snapshots
  standin fmt --check snapshots/sqs/jobs

The files that were written, or with --check would be, are printed. With --check the exit code is 1 if there are any. \
A file that can't be read is not touched, and the exit code is 2.")]
pub(crate) struct FmtArguments {
    /// Recordings, or folders of them
    #[arg(default_value = "snapshots", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing
    #[arg(long)]
    check: bool,
}

/// Bring recordings of earlier formats to this build's.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin migrate snapshots
  standin migrate --check snapshots

A build reads every format of its own major version; migrating is needed for earlier ones alone. \
The files that were written, or with --check would be, are printed. With --check the exit code is 1 if there are any.")]
pub(crate) struct MigrateArguments {
    /// Recordings, or folders of them
    #[arg(default_value = "snapshots", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing
    #[arg(long)]
    check: bool,
}

/// Formats the files.
pub(crate) fn format(arguments: &FmtArguments) -> Outcome {
    let writing = if arguments.check { Writing::Check } else { Writing::Write };
    let (exit, _) = bring(&arguments.paths, writing, RecordingFile::format)?;
    Ok(exit)
}

/// Migrates the files.
pub(crate) fn migrate(arguments: &MigrateArguments) -> Outcome {
    let writing = if arguments.check { Writing::Check } else { Writing::Write };
    let (exit, changed) = bring(&arguments.paths, writing, RecordingFile::migrate)?;
    if changed == 0 {
        outln!("nothing to migrate: format {} is the only one so far", FormatVersion::CURRENT);
    }
    Ok(exit)
}

type Bring = fn(&RecordingFile, Writing) -> Result<Brought, ArchiveError>;

fn bring(paths: &[PathBuf], writing: Writing, bring: Bring) -> Result<(Exit, usize), ArchiveError> {
    let mut changed = 0;
    for file in recording_files(paths)? {
        if bring(&file, writing)? == Brought::Changed {
            changed += 1;
            outln!("{}", file.describe());
        }
    }
    let differs = changed > 0 && writing == Writing::Check;
    Ok((if differs { Exit::Deviations } else { Exit::Success }, changed))
}
