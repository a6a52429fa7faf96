//! `standin cleanup`: what recording runs created and left, deleted.

use std::path::PathBuf;

use standin_relay::{CleanupMode, CleanupOptions, Dialing, Upstream};

use super::record::environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::stdout::outln;

/// Delete what recording runs created and left, newest first; without --yes, only say it.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin cleanup snapshots/sqs/jobs            what is still there
  standin cleanup --yes snapshots/sqs/jobs      deletes it, with your credentials

The list is created.json in the scenario's folder, which `standin record` writes while AWS answers. \
What is deleted, or was gone, leaves the list; the file goes with the last. The credentials must be of the account \
that the list names. The exit code is 0 when nothing is left, 1 when something is.")]
pub(crate) struct Arguments {
    /// The scenario's folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Delete
    #[arg(short, long)]
    yes: bool,
    /// Who has the things [default: who the list says]
    #[arg(long, value_name = "aws|URL")]
    upstream: Option<String>,
    /// Send every connection to this address; host, SNI and signature stay the real ones
    #[arg(long, value_name = "HOST:PORT")]
    connect_to: Option<String>,
    /// Trust only the certificates of this PEM file
    #[arg(long, value_name = "FILE")]
    upstream_ca: Option<PathBuf>,
}

/// Says or deletes what is left.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    if !arguments.folder.is_dir() {
        let folder = arguments.folder.display();
        return Err(Failure::new(format!("{folder}: there is no such folder; name a scenario's")));
    }
    let upstream = arguments.upstream.as_deref().map(Upstream::parse).transpose()?;
    let options = CleanupOptions {
        folder: arguments.folder,
        upstream,
        dialing: Dialing {
            connect_to: arguments.connect_to,
            upstream_ca: arguments.upstream_ca,
            timeout: None,
        },
        environment: environment(),
        mode: if arguments.yes { CleanupMode::Delete } else { CleanupMode::Preview },
        clock: crate::clock::now,
    };
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::new)?;
    let report = runtime.block_on(standin_relay::cleanup(options))?;
    for line in &report.lines {
        outln!("{line}");
    }
    match (report.left, arguments.yes) {
        (0, _) if report.lines.is_empty() => outln!("nothing is listed as left"),
        (0, _) => {}
        (count, true) => outln!("{count} left"),
        (count, false) => outln!("{count} left; --yes deletes them"),
    }
    Ok(if report.left == 0 { Exit::Success } else { Exit::Deviations })
}
