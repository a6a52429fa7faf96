//! `standin completions`: completions for a shell.

use clap_complete::Shell;

use crate::exit::{Exit, Outcome};

/// Print completions for a shell.
#[derive(clap::Args)]
#[command(after_help = "Example:
  standin completions bash > ~/.local/share/bash-completion/completions/standin")]
pub(crate) struct Arguments {
    /// The shell.
    shell: Shell,
}

/// Prints the completions.
#[expect(clippy::unnecessary_wraps, reason = "every command has this signature")]
pub(crate) fn run(arguments: &Arguments, command: &mut clap::Command) -> Outcome {
    clap_complete::generate(arguments.shell, command, "standin", &mut std::io::stdout());
    Ok(Exit::Success)
}
