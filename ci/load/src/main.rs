//! The load generator behind `ci/bench`: signed AWS requests against a bare hyper server, Standin and moto,
//! in one run, printed as ratios.

mod bare;
mod client;
mod measure;
mod plan;
mod proxy;
mod replay;
mod server;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use plan::Scenario;
use server::Server;

/// Whatever goes wrong in a benchmark is told to the person who ran it.
type Error = Box<dyn std::error::Error + Send + Sync>;

/// Measures servers that speak AWS's protocols.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A hyper server that answers everything with a canned body: the limit on this machine.
    Bare,
    /// Measures the bare server, Standin and moto, and prints the table.
    Run {
        /// The release build of `standin`.
        #[arg(long)]
        standin: PathBuf,
        /// The `moto_server` of a virtual environment; left out of the table without it.
        #[arg(long)]
        moto: Option<PathBuf>,
        /// How long each figure is measured.
        #[arg(long, default_value_t = 4)]
        seconds: u64,
    },
    /// Measures Standin and mitmproxy between one load and one upstream, and prints the table.
    Proxy(proxy::Proxies),
    /// The upstream of `proxy`.
    Upstream(proxy::Upstream),
    /// A relay of hyper's own parts: the limit of `proxy` on this machine.
    Relay(proxy::Relay),
    /// Measures replays of short and long recordings, and prints the table.
    Replay(replay::Replays),
    /// The load of `proxy` and `replay`.
    Drive(proxy::Drive),
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Bare => bare::serve().await,
        Command::Run { standin, moto, seconds } => {
            run(&standin, moto.as_deref(), Duration::from_secs(seconds)).await
        }
        Command::Proxy(proxies) => proxy::run(&proxies).await,
        Command::Upstream(options) => proxy::upstream(&options).await,
        Command::Relay(options) => proxy::relay(options).await,
        Command::Replay(replays) => replay::run(&replays).await,
        Command::Drive(options) => proxy::drive(&options).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            table::complain(&*error);
            ExitCode::from(2)
        }
    }
}

async fn run(
    standin: &std::path::Path,
    moto: Option<&std::path::Path>,
    time: Duration,
) -> Result<(), Error> {
    let mut kinds = vec![server::bare()?, server::standin(standin)];
    kinds.extend(moto.map(server::moto).transpose()?);
    let mut figures = Vec::new();
    for kind in &kinds {
        let mut server = Server::start(kind).await?;
        let started = server.started();
        let idle = server.usage()?.resident_kib;
        let mut loads = Vec::new();
        for scenario in Scenario::ALL {
            for connections in [1, 32] {
                loads.push(measure::load(&server, scenario, connections, time).await?);
            }
        }
        server.stop().await;
        let full = match kind.keeps_state() {
            true => Some(full(kind).await?),
            false => None,
        };
        figures.push(table::Figures { name: kind.name, started, idle, full, loads });
    }
    table::print(&figures);
    Ok(())
}

/// The memory with 100,000 messages, of a server of its own: the loads leave their messages behind.
async fn full(kind: &server::Kind) -> Result<u64, Error> {
    let mut server = Server::start(kind).await?;
    let full = measure::fill(&server, 100_000).await;
    server.stop().await;
    full
}
