//! `standin replay`: a client's run against a recording.

use std::path::PathBuf;

use standin_relay::{ReplayOptions, Unused, Waiters};

use super::record::{FaultArgs, ListenArgs, Way, invocation, real_time, say};
use crate::exit::{Failure, Outcome};

/// Run a command against a recording's answers, offline.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin replay snapshots/sqs/jobs -- python3 jobs.py

COMMAND sees the same environment as under `standin record`. A request that the recording has not got is \
answered 501, and said on standard error with the nearest recorded exchange and where it differs; nobody else \
is ever asked. The exit code is COMMAND's, or 3 when a request was missed or, with --strict, an exchange was not \
asked for.")]
pub(crate) struct Arguments {
    /// The scenario's folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// How COMMAND's requests reach us, as in `standin record`; best as it was when they were recorded
    #[arg(long, value_enum, default_value_t)]
    via: Way,
    /// Let COMMAND see this environment variable as it is
    #[arg(long, value_name = "NAME")]
    keep_env: Vec<String>,
    #[command(flatten)]
    replaying: ReplayingArgs,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    faults: FaultArgs,
    /// The client's command
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// How a recording is replayed; `standin record` takes the same where it replays.
#[derive(clap::Args)]
pub(crate) struct ReplayingArgs {
    /// Fail when COMMAND does not ask for all that was recorded
    #[arg(long)]
    strict: bool,
    /// With --strict, an operation that COMMAND need not ask for
    #[arg(long, value_name = "OPERATION", requires = "strict")]
    allow_unused: Vec<String>,
    /// Give polls the last answer before the next change at once, and no pause to wait
    #[arg(long)]
    fast_waiters: bool,
}

impl ReplayingArgs {
    /// What becomes of exchanges that the command doesn't ask for.
    pub(crate) fn unused(&self) -> Unused {
        match self.strict {
            true => Unused::Refused { allowed: self.allow_unused.clone() },
            false => Unused::Told,
        }
    }

    /// What polls get.
    pub(crate) fn waiters(&self) -> Waiters {
        if self.fast_waiters { Waiters::Fast } else { Waiters::AsRecorded }
    }
}

/// Runs the command and answers it.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let invocation = invocation(arguments.command, arguments.keep_env);
    let options = ReplayOptions {
        via: arguments.via.via(&invocation)?,
        folder: arguments.folder,
        invocation,
        listen: arguments.listen.chosen(),
        interceptors: arguments.faults.interceptors(real_time())?,
        waiters: arguments.replaying.waiters(),
        unused: arguments.replaying.unused(),
        clock: crate::clock::now,
    };
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::new)?;
    Ok(say(&runtime.block_on(standin_relay::replay(options))?))
}
