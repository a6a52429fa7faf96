//! `standin record`: a client's run against AWS, kept as a recording.

mod faults;
mod guards;
mod listen;
mod mode;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) use faults::{FaultArgs, real_time};
use guards::GuardArgs;
pub(crate) use listen::ListenArgs;
use mode::{Course, ModeArgs};
use standin_intercept::parse_duration;
use standin_relay::{
    Dialing, Invocation, Keep, Overrides, RecordOptions, ReplayOptions, Report, Unused, Upstream,
    Via, Waiters,
};
use standin_tape::Exceptions;

use super::replay::ReplayingArgs;
use crate::exit::{Exit, Failure, Outcome};

/// Run a command against AWS through a signing proxy, and keep what AWS answered as a recording; replay it from then on.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin record --account 123456789012 --allow-mutations -o snapshots/sqs/jobs -- python3 jobs.py
  standin record --upstream http://127.0.0.1:5000 --origin moto -o snapshots/sqs/jobs -- ./test
  standin record --via proxy -o snapshots/sqs/jobs -- aws sqs create-queue --queue-name jobs
  standin record --mode all -o snapshots/sqs/jobs -- ./test      all of it anew, recording or not
  standin record --mode new -o snapshots/sqs/jobs -- ./test      only what is not recorded yet
  standin record --twin --mode all -o snapshots/sqs/jobs -- ./test     run twice, to see what is random

COMMAND sees an endpoint on loopback and dummy credentials; requests are signed again with yours, which are \
looked for where AWS's clients look (AWS_PROFILE, the environment, roles, single sign-on). Where AWS \
itself answers, --account must be the credentials' own, and nothing is changed without --allow-mutations. The first \
run writes recording.snap. Later ones replay it and ask nobody (--mode once); where CI is set nothing is ever \
recorded unless --mode says so. What a later run records goes to recording.snap.new, for review, if an exchange \
changed. Nothing is written when COMMAND fails. The exit code is COMMAND's, or 3 when the recording can't be \
written, or a replay missed a request.")]
pub(crate) struct Arguments {
    /// The scenario's folder; its last two parts are SERVICE/SCENARIO
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Who answers
    #[arg(long, default_value = "aws", value_name = "aws|URL")]
    upstream: String,
    /// Who answers for one service, by its name in `standin specs list`
    #[arg(long, value_name = "SERVICE=URL")]
    upstream_for: Vec<String>,
    /// How COMMAND's requests reach us: an endpoint on loopback, a proxy that intercepts connections to AWS, or both
    #[arg(long, value_enum, default_value_t)]
    via: Way,
    /// The name of the origin where it isn't AWS [default: the upstream's host and port]
    #[arg(long)]
    origin: Option<String>,
    /// Send every connection to this address; host, SNI and signature stay the real ones
    #[arg(long, value_name = "HOST:PORT")]
    connect_to: Option<String>,
    /// Trust only the certificates of this PEM file
    #[arg(long, value_name = "FILE")]
    upstream_ca: Option<PathBuf>,
    /// How long the upstream may be silent, before its answer and within it [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    upstream_timeout: Option<Duration>,
    /// Let COMMAND see this environment variable as it is
    #[arg(long, value_name = "NAME")]
    keep_env: Vec<String>,
    /// Keep exchanges of operations that answer credentials too, the credentials redacted
    #[arg(long)]
    credential_operations: bool,
    /// Keep the values of this secret member (`secretsmanager.SecretString`): reviewed, made-up data
    #[arg(long, value_name = "SERVICE.MEMBER")]
    keep_member: Vec<String>,
    /// Verify, sign and forward, and record nothing; to see what a command does, or what a proxy costs
    #[arg(long)]
    keep_nothing: bool,
    /// Run COMMAND twice where it is recorded: what differs between the runs is random, what doesn't is not
    #[arg(long)]
    twin: bool,
    #[command(flatten)]
    mode: ModeArgs,
    #[command(flatten)]
    replaying: ReplayingArgs,
    #[command(flatten)]
    guards: GuardArgs,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    faults: FaultArgs,
    /// The client's command
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// How a command's requests reach us.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub(crate) enum Way {
    /// AWS_ENDPOINT_URL leads to us
    #[default]
    Endpoint,
    /// HTTPS_PROXY leads to us; the command speaks to AWS's own host names
    Proxy,
    /// Both
    Both,
}

impl Way {
    /// The way in with the user's certificate authority, where it needs one.
    pub(crate) fn via(self, invocation: &Invocation) -> Result<Via, Failure> {
        let store = || super::ca::store(&invocation.environment);
        Ok(match self {
            Self::Endpoint => Via::Endpoint,
            Self::Proxy => Via::Proxy(store()?),
            Self::Both => Via::Both(store()?),
        })
    }
}

/// Runs the command, and saves what passed or answers it.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let keep = if arguments.keep_nothing { Keep::Nothing } else { Keep::Exchanges };
    let course = arguments.mode.course(&arguments.output, keep)?;
    let (waiters, unused) = (arguments.replaying.waiters(), arguments.replaying.unused());
    let invocation = invocation(arguments.command, arguments.keep_env);
    let options = RecordOptions {
        upstream: Upstream::parse(&arguments.upstream)?,
        overrides: Overrides::parse(&arguments.upstream_for)?,
        via: arguments.via.via(&invocation)?,
        origin: arguments.origin,
        dialing: Dialing {
            connect_to: arguments.connect_to,
            upstream_ca: arguments.upstream_ca,
            timeout: arguments.upstream_timeout,
        },
        folder: arguments.output,
        keep,
        invocation,
        listen: arguments.listen.chosen(),
        guards: arguments.guards.guards()?,
        interceptors: arguments.faults.interceptors(real_time())?,
        exceptions: Exceptions {
            credential_operations: arguments.credential_operations,
            members: arguments.keep_member,
        },
        clock: crate::clock::now,
    };
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::new)?;
    Ok(say(&match course {
        Course::Record if arguments.twin => {
            runtime.block_on(standin_relay::record_twins(options))?
        }
        Course::Record => runtime.block_on(standin_relay::record(options))?,
        Course::Extend(_) if arguments.twin => {
            return Err(Failure::new("--twin records whole runs: use --mode all"));
        }
        Course::Replay => {
            runtime.block_on(standin_relay::replay(replaying(options, waiters, unused)))?
        }
        Course::Extend(extent) => {
            runtime.block_on(standin_relay::extend(options, (extent, waiters)))?
        }
    }))
}

/// What a replay needs of what a recording does.
fn replaying(options: RecordOptions, waiters: Waiters, unused: Unused) -> ReplayOptions {
    ReplayOptions {
        folder: options.folder,
        via: options.via,
        invocation: options.invocation,
        listen: options.listen,
        interceptors: options.interceptors,
        clock: options.clock,
        waiters,
        unused,
    }
}

/// The command with the environment that we were started in.
pub(crate) fn invocation(command: Vec<String>, keep: Vec<String>) -> Invocation {
    Invocation { command, environment: environment(), keep }
}

/// The environment that we were started in.
pub(crate) fn environment() -> BTreeMap<String, String> {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}

/// Says what a run ended with.
#[expect(clippy::print_stderr, reason = "this is the program's edge")]
pub(crate) fn say(report: &Report) -> Exit {
    for line in &report.lines {
        eprintln!("standin: {line}");
    }
    Exit::Command(report.code)
}
