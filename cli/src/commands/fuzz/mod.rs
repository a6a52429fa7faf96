//! `standin fuzz`: generated values, for faults that no recording shows.

mod output;
mod protocol;

use clap::{Args, Subcommand};

use crate::exit::Outcome;

/// Try generated values, and look for differences.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Protocol(protocol::Protocol),
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match &arguments.command {
        Command::Protocol(protocol) => protocol::run(protocol),
    }
}
