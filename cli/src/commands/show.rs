//! `standin show`: recordings as plain HTTP.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use standin_archive::{Colours, recording_files, show};
use standin_model::Catalog;

use crate::exit::{Exit, Outcome};
use crate::stdout::out;

/// Print recordings as plain HTTP: what was asked and answered, in the recorded protocol, variables by name.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin show snapshots/sqs/jobs
  standin show snapshots/sqs/jobs/recording.snap.new | less

Of a folder, all recordings below it are shown, pending ones too. Headers that only an SDK or AWS's front adds \
(signatures, dates, request ids) are not in recordings. Colours are used on a terminal, and not where NO_COLOR is set.")]
pub(crate) struct Arguments {
    /// Recordings, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Prints the recordings.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colours = match std::io::stdout().is_terminal() && !plain {
        true => Colours::Terminal,
        false => Colours::None,
    };
    for (index, file) in recording_files(&arguments.paths)?.iter().enumerate() {
        let gap = if index == 0 { "" } else { "\n" };
        out!("{gap}{}", show(&file.read()?, Catalog::embedded(), colours));
    }
    Ok(Exit::Success)
}
