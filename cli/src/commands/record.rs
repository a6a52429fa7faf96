//! `standin record`: a client's run against AWS, kept as a recording.

use std::collections::BTreeMap;
use std::path::PathBuf;

use standin_relay::{Dialing, Invocation, RecordOptions, Report, Upstream};
use standin_tape::Exceptions;

use crate::exit::{Exit, Failure, Outcome};

/// Run a command against AWS through a signing proxy, and keep what AWS answered as a recording.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin record -o snapshots/sqs/jobs -- python3 jobs.py       what AWS answers to your account
  standin record --upstream http://127.0.0.1:5000 --origin moto -o snapshots/sqs/jobs -- ./test

COMMAND sees an endpoint on loopback and dummy credentials; requests are signed again with yours, which are \
looked for in the environment, the shared configuration (AWS_PROFILE) and its credential_process. The first \
run writes recording.snap, later ones recording.snap.new if an exchange changed. Nothing is written when \
COMMAND fails. The exit code is COMMAND's, or 3 when the recording can't be written.")]
pub(crate) struct Arguments {
    /// The scenario's folder; its last two parts are SERVICE/SCENARIO
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Who answers
    #[arg(long, default_value = "aws", value_name = "aws|URL")]
    upstream: String,
    /// The name of the origin where it isn't AWS [default: the upstream's host and port]
    #[arg(long)]
    origin: Option<String>,
    /// Send every connection to this address; host, SNI and signature stay the real ones
    #[arg(long, value_name = "HOST:PORT")]
    connect_to: Option<String>,
    /// Trust only the certificates of this PEM file
    #[arg(long, value_name = "FILE")]
    upstream_ca: Option<PathBuf>,
    /// Let COMMAND see this environment variable as it is
    #[arg(long, value_name = "NAME")]
    keep_env: Vec<String>,
    /// Keep exchanges of operations that answer credentials too, the credentials redacted
    #[arg(long)]
    credential_operations: bool,
    /// Keep the values of this secret member (`secretsmanager.SecretString`): reviewed, made-up data
    #[arg(long, value_name = "SERVICE.MEMBER")]
    keep_member: Vec<String>,
    /// The client's command
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Runs the command and saves what passed.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let options = RecordOptions {
        upstream: Upstream::parse(&arguments.upstream)?,
        origin: arguments.origin,
        dialing: Dialing { connect_to: arguments.connect_to, upstream_ca: arguments.upstream_ca },
        folder: arguments.output,
        invocation: invocation(arguments.command, arguments.keep_env),
        exceptions: Exceptions {
            credential_operations: arguments.credential_operations,
            members: arguments.keep_member,
        },
        clock: crate::clock::now,
    };
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::new)?;
    Ok(say(&runtime.block_on(standin_relay::record(options))?))
}

/// The command with the environment that we were started in.
pub(crate) fn invocation(command: Vec<String>, keep: Vec<String>) -> Invocation {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    Invocation { command, environment, keep }
}

/// Says what a run ended with.
#[expect(clippy::print_stderr, reason = "this is the program's edge")]
pub(crate) fn say(report: &Report) -> Exit {
    for line in &report.lines {
        eprintln!("standin: {line}");
    }
    Exit::Command(report.code)
}
