//! `standin serve`: the emulator on a port.

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use standin_archive::Scenario;
use standin_core::{Clock, Ids, KeyDecoding, SystemClock, Timestamp, VirtualClock};
use standin_gateway::{Log, Validation};
use standin_intercept::Wait;
use standin_model::TimestampFormat;
use standin_packages::{Cache, Environment};
use standin_server::{Config, Emulator, FallbackChoice};
use standin_tape::Recording;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::limits::LimitArgs;
use super::record::FaultArgs;
use crate::catalog::CatalogArgs;
use crate::exit::{Exit, Failure, Outcome};

/// Run the emulator until it is stopped (Ctrl-C, SIGTERM).
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin serve                              on http://127.0.0.1:4566
  standin serve --port 0                     on a free port, which the line `ready` names
  standin serve --fallback none              native services only; all else is status 501
  standin serve --replay snapshots/sqs       what was recorded first, the emulator for the rest
  standin serve --seed 7 --time 2030-01-01T00:00:00Z    the same ids each time, from that date

Then, in another terminal:
  aws --endpoint-url http://127.0.0.1:4566 sqs create-queue --queue-name q")]
pub(crate) struct Arguments {
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 4566)]
    port: u16,
    /// The address to listen on; `localhost` is 127.0.0.1
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS", value_parser = host)]
    host: IpAddr,
    /// What answers the operations that are not native
    #[arg(long, default_value = "moto", value_name = "none|moto|URL")]
    fallback: Fallback,
    /// Answer from these recordings what was recorded, and by the emulator what wasn't
    #[arg(long, value_name = "PATH")]
    replay: Vec<PathBuf>,
    /// Derive ids from this number instead of chance
    #[arg(long)]
    seed: Option<u64>,
    /// Start the emulator's clock at this time (`2030-01-01T00:00:00Z`) instead of now
    #[arg(long, value_parser = time)]
    time: Option<Timestamp>,
    /// Let pages of this origin call from a browser, besides those of this machine; `*` is any
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    allow_origin: Vec<String>,
    /// Don't check the inputs of native operations against the constraints of AWS's models
    #[arg(long)]
    no_validation: bool,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    faults: FaultArgs,
    #[command(flatten)]
    catalog: CatalogArgs,
}

/// What `--fallback` may say.
#[derive(Clone, Debug)]
pub(crate) enum Fallback {
    /// Nothing.
    None,
    /// The managed process.
    Moto,
    /// Any server that speaks AWS.
    Url(String),
}

/// Runs the emulator.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Outcome {
    let emulator = Emulator::new(config(arguments)?)?;
    let listener = listen(arguments).await?;
    let stop = stop_signal()?;
    let address = listener.local_addr()?;
    let mut out = io::stdout();
    writeln!(out, "ready http://{address}")?;
    out.flush()?;
    emulator.serve(listener, stop).await;
    Ok(Exit::Success)
}

fn config(arguments: &Arguments) -> Result<Config, Failure> {
    let environment: Environment = std::env::vars_os().collect();
    let clock: Arc<dyn Clock> = match arguments.time {
        Some(time) => Arc::new(VirtualClock::running(time, 1.0)),
        None => Arc::new(SystemClock),
    };
    let aws_keys = environment.get("PARITY_AWS_ACCESS_KEY_ID");
    let aws_keys = aws_keys.is_some_and(|value| value != "0" && value != "false");
    Ok(Config {
        recordings: recordings(&arguments.replay)?,
        catalog: arguments.catalog.open()?,
        interceptors: arguments.faults.interceptors(emulated_time(&clock))?,
        clock,
        ids: arguments.seed.map_or_else(Ids::random, Ids::seeded),
        limits: arguments.limits.limits(),
        key_decoding: if aws_keys { KeyDecoding::Encoded } else { KeyDecoding::Ignored },
        allowed_origins: arguments.allow_origin.clone(),
        validation: if arguments.no_validation { Validation::Off } else { Validation::On },
        log: Arc::new(StandardError),
        fallback: fallback(&arguments.fallback, environment)?,
    })
}

fn recordings(paths: &[PathBuf]) -> Result<Vec<Recording>, Failure> {
    let scenarios = standin_archive::find(paths)?;
    Ok(scenarios.iter().map(Scenario::read).collect::<Result<_, _>>()?)
}

/// Waits by the emulator's clock, as a client that is held does.
fn emulated_time(clock: &Arc<dyn Clock>) -> Wait {
    let clock = clock.clone();
    Arc::new(move |time| clock.hold_until(clock.now().saturating_add(time)))
}

/// Finds what the fallback needs.
pub(crate) fn fallback(
    choice: &Fallback,
    environment: Environment,
) -> Result<FallbackChoice, Failure> {
    Ok(match choice {
        Fallback::None => FallbackChoice::None,
        Fallback::Moto => {
            FallbackChoice::Moto { cache: Cache::of_user(&environment)?, environment }
        }
        Fallback::Url(url) => FallbackChoice::Url(url.clone()),
    })
}

async fn listen(arguments: &Arguments) -> Result<TcpListener, Failure> {
    let (host, port) = (arguments.host, arguments.port);
    TcpListener::bind((host, port)).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "; another program listens there: stop it, or choose a port with --port \
                 (0 takes a free one)"
            }
            io::ErrorKind::PermissionDenied => "; choose a port above 1023 with --port",
            io::ErrorKind::AddrNotAvailable => "; --host must be an address of this machine",
            _ => "",
        };
        Failure::new(format!("can't listen on {host}, port {port}: {error}{advice}"))
    })
}

/// Ready once the process is told to stop. Signals are caught from now on, not from the first poll.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
    })
}

fn host(text: &str) -> Result<IpAddr, &'static str> {
    match text {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        address => {
            address.parse().map_err(|_| "expected an IP address of this machine, or `localhost`")
        }
    }
}

/// An origin as browsers write it: a scheme, a host, perhaps a port, and nothing after it.
fn origin(text: &str) -> Result<String, &'static str> {
    let (scheme, host) = text.split_once("://").unwrap_or_default();
    let is_origin = !scheme.is_empty()
        && !host.is_empty()
        && text.parse::<Uri>().is_ok()
        && !host.contains('/');
    if is_origin || matches!(text, "*" | "null" | "file://") {
        Ok(text.to_owned())
    } else {
        Err("expected an origin such as `https://app.example.com`, or `*`")
    }
}

fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text, TimestampFormat::Iso8601).map_err(|error| error.to_string())
}

impl FromStr for Fallback {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::None),
            "moto" => Ok(Self::Moto),
            url if url.contains("://") => Ok(Self::Url(url.to_owned())),
            _ => Err("expected `none`, `moto`, or a URL"),
        }
    }
}

pub(crate) struct StandardError;

impl Log for StandardError {
    fn line(&self, text: &str) {
        // Nobody is left to tell that standard error is closed.
        let _ = writeln!(io::stderr(), "standin: {text}");
    }
}
