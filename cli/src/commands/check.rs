//! `standin check`: recordings against a target.

use std::path::PathBuf;

use crate::exit::Outcome;

/// Send recorded requests to a target and compare its answers with the recorded ones.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin check                                        snapshots/ against the emulator in this process
  standin check snapshots/sqs                          one service
  standin check --target moto=http://127.0.0.1:5000    another target; its ledgers are parity@moto.snap
  standin check --gate                                 for CI: writes nothing, one line a deviation

A deviation that you accept goes into the scenario's parity.snap: review the pending file with
`cargo insta review`, then write a reason in the place of the `?`.")]
pub(crate) struct Arguments {
    /// Recordings, or folders of them [default: snapshots]
    paths: Vec<PathBuf>,
    /// What answers: `emulator`, or an endpoint URL, with `NAME=` before it to have ledgers of its own
    #[arg(long, default_value = "emulator", value_name = "emulator|[NAME=]URL")]
    target: String,
    /// How much faster than recorded to sleep between requests to a URL
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Write no pending ledgers, and print one line a deviation
    #[arg(long)]
    gate: bool,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the check.
pub(crate) fn run(_arguments: Arguments) -> Outcome {
    Err(crate::exit::Failure::new("not there yet"))
}
