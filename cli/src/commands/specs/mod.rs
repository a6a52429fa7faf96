//! `standin specs`: look at the service models, or update them.

mod list;
mod show;
mod update;

use clap::{Args, Subcommand};

use crate::exit::Outcome;

/// Look at the service models that AWS publishes, or update them.
#[derive(Args)]
#[command(after_help = "Examples:
  standin specs list                      all services
  standin specs list s3                   those whose name has s3 in it
  standin specs show sqs                  one service with its operations
  standin specs show sqs SendMessage      one operation with its members and errors
  standin specs update --check            prove that the pack is what the pinned botocore gives
  standin specs update --version 1.45.0   pin another botocore and rebuild the pack")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the services with their protocols and number of operations.
    List(list::List),
    /// Show a service, or one of its operations.
    Show(show::Show),
    /// Rebuild specs/models.pack from a botocore wheel and specs/patches.
    Update(update::Update),
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match &arguments.command {
        Command::List(list) => list::run(list),
        Command::Show(show) => show::run(show),
        Command::Update(update) => update::run(update),
    }
}
