//! `standin check`: recordings against a target.

mod corpus;
mod emulator;
mod output;

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

use standin_archive::import::is_foreign;
use standin_gate::{
    BoxFuture, LedgerChoice, Options, Pending, Target, TargetError, Targets, UrlTarget,
};
use standin_tape::Recording;

use super::serve;
use crate::exit::{Exit, Failure, Outcome};
use crate::progress;
use emulator::InProcess;

/// Send recorded requests to a target and compare its answers with the recorded ones.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin check                             snapshots/ against the emulator in this process
  standin check snapshots/sqs               one service
  standin check --target moto=http://127.0.0.1:5000    a target with ledgers parity@moto.snap
  standin check ../corpus/go-cloud          foreign recordings; ledgers in snapshots/corpus
  standin check --gate                      for CI: writes nothing, one line a deviation

A deviation that you accept goes into the scenario's parity.snap: review the pending file with \
`standin review`, which asks for a reason for each.")]
pub(crate) struct Arguments {
    /// Recordings, or folders of them [default: snapshots]
    paths: Vec<PathBuf>,
    /// What answers: `emulator`, or an endpoint URL, with `NAME=` before it to have ledgers of its own
    #[arg(long, default_value = "emulator", value_name = "emulator|[NAME=]URL", value_parser = destination)]
    target: Destination,
    /// What answers for the emulator where it has no provider
    #[arg(long, default_value = "moto", value_name = "moto|none|URL")]
    fallback: serve::Fallback,
    /// How much faster than recorded to sleep between requests to a URL
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// How many scenarios run at once against a URL
    #[arg(long, default_value = "4")]
    jobs: NonZero<usize>,
    /// Write no pending ledgers, and print one line a deviation
    #[arg(long)]
    gate: bool,
    /// Write the parity of foreign recordings to this page
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

/// Where the requests go.
#[derive(Clone)]
enum Destination {
    /// The emulator in this process.
    Emulator,
    /// An endpoint, with the name of its ledgers.
    Url { name: Option<String>, url: String },
}

/// The same URL for every scenario.
struct AtUrl(Arc<UrlTarget>);

impl Targets for AtUrl {
    fn open<'t>(&'t self, _: &'t Recording) -> BoxFuture<'t, Result<Arc<dyn Target>, TargetError>> {
        let target: Arc<dyn Target> = self.0.clone();
        Box::pin(std::future::ready(Ok(target)))
    }
}

/// Runs the check.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(check(arguments))
}

async fn check(arguments: &Arguments) -> Outcome {
    let paths = paths(arguments);
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        return Err(Failure::new(format!("{}: no such file or folder", missing.display())));
    }
    let foreign = paths.iter().filter(|path| is_foreign(path)).count();
    if foreign > 0 && paths.iter().any(|path| !is_foreign(path) && has_scenarios(path)) {
        return Err(Failure::new("recordings of ours and of other tools are checked apart"));
    }
    if foreign == 0 && arguments.markdown.is_some() {
        return Err(Failure::new("--markdown is for recordings of other tools; none is here"));
    }
    let (targets, ledger, jobs) = targets(arguments).await?;
    let pending = if arguments.gate { Pending::Leave } else { Pending::Write };
    let options = Options { jobs, ledger, pending, now: crate::clock::now() };
    let outcome = match foreign > 0 {
        true => {
            let shown = corpus::Shown { page: arguments.markdown.as_deref(), json: arguments.json };
            corpus::check(&paths, targets.clone(), &options, shown).await
        }
        false => check_scenarios(arguments, &paths, targets.clone(), &options).await,
    };
    targets.close().await;
    outcome
}

async fn check_scenarios(
    arguments: &Arguments,
    paths: &[PathBuf],
    targets: Arc<AnyTargets>,
    options: &Options,
) -> Outcome {
    let scenarios = standin_archive::find(paths)?;
    let bar = progress::bar(scenarios.len(), "scenarios");
    let checked = standin_gate::check(&scenarios, targets, options, &|result| {
        bar.set_message(result.scenario.clone());
        bar.inc(1);
    })
    .await;
    bar.finish_and_clear();
    let checked = checked?;
    match (arguments.json, arguments.gate) {
        (true, _) => output::json(&checked),
        (false, true) => output::lines(&checked),
        (false, false) => output::people(&checked),
    }
    let passes = checked.iter().all(|scenario| scenario.judgement.passes());
    Ok(if passes { Exit::Success } else { Exit::Deviations })
}

fn has_scenarios(path: &PathBuf) -> bool {
    standin_archive::find(std::slice::from_ref(path)).is_ok()
}

fn paths(arguments: &Arguments) -> Vec<PathBuf> {
    match arguments.paths.is_empty() {
        true => vec![PathBuf::from("snapshots")],
        false => arguments.paths.clone(),
    }
}

/// What answers, by which ledger it is judged, and how many scenarios it takes at once.
async fn targets(arguments: &Arguments) -> Result<(Arc<AnyTargets>, LedgerChoice, usize), Failure> {
    let Destination::Url { name, url } = &arguments.target else {
        let fallback = serve::fallback(&arguments.fallback, std::env::vars_os().collect())?;
        let emulator = InProcess::start(fallback).await?;
        // The scenarios share the emulator's clock, so they run one after the other.
        return Ok((Arc::new(AnyTargets::Emulator(emulator)), LedgerChoice::Emulator, 1));
    };
    let target = UrlTarget::new(name.as_ref().unwrap_or(url), url, arguments.speed)?;
    let ledger = name.clone().map_or(LedgerChoice::Nothing, LedgerChoice::Named);
    Ok((Arc::new(AnyTargets::Url(AtUrl(Arc::new(target)))), ledger, arguments.jobs.get()))
}

/// The targets of this command.
enum AnyTargets {
    Emulator(InProcess),
    Url(AtUrl),
}

impl Targets for AnyTargets {
    fn open<'t>(
        &'t self,
        recording: &'t Recording,
    ) -> BoxFuture<'t, Result<Arc<dyn Target>, TargetError>> {
        match self {
            Self::Emulator(emulator) => emulator.open(recording),
            Self::Url(url) => url.open(recording),
        }
    }
}

impl AnyTargets {
    /// Ends what was started for the check.
    async fn close(&self) {
        if let Self::Emulator(emulator) = self {
            emulator.close().await;
        }
    }
}

fn destination(text: &str) -> Result<Destination, String> {
    let (name, url) = match text.split_once('=') {
        Some((name, url)) if !name.contains("://") => (Some(name), url),
        _ if text == "emulator" => return Ok(Destination::Emulator),
        _ => (None, text),
    };
    // The name becomes part of a file's.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match name {
        Some(name) if name.is_empty() || !name.chars().all(is_plain) => {
            Err("a target's name is letters, digits, `-`, `_` and `.`".to_owned())
        }
        _ => Ok(Destination::Url { name: name.map(str::to_owned), url: url.to_owned() }),
    }
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if speed > 0.0 && f64::is_finite(speed) => Ok(speed),
        _ => Err("expected a number above zero, like 10".to_owned()),
    }
}
