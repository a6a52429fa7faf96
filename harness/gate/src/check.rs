//! A check: scenarios against a target, judged by their ledgers.

use std::sync::Arc;
use std::time::SystemTime;

use standin_archive::{ArchiveError, Scenario, ledger_name};
use standin_compare::{Known, NotInvertible, correlate};
use standin_model::Catalog;
use standin_tape::Recording;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::{
    BoxFuture, Judgement, Ledger, LedgerError, Runner, ScenarioResult, Target, TargetError,
};

/// Opens the target for a scenario: one of its own, or the same for all.
pub trait Targets: Send + Sync {
    /// The target that a recording is sent to.
    fn open<'t>(
        &'t self,
        recording: &'t Recording,
    ) -> BoxFuture<'t, Result<Arc<dyn Target>, TargetError>>;
}

/// How a check is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many scenarios run at once.
    pub jobs: usize,
    /// Which ledger the deviations are judged by.
    pub ledger: LedgerChoice,
    /// What is done with a ledger that no longer fits.
    pub pending: Pending,
    /// The time that requests are signed at.
    pub now: SystemTime,
}

/// Which ledger a target's deviations are judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerChoice {
    /// `parity.snap`, the emulator's.
    Emulator,
    /// `parity@NAME.snap`.
    Named(String),
    /// None: every deviation is new.
    Nothing,
}

/// What is done with a ledger that no longer fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// Its pending form is written for review.
    Write,
    /// Nothing: the exit code and the report are all.
    Leave,
}

/// A check could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// There is nothing to check.
    #[error(
        "no recordings to check; name a folder that holds some, or record one with `standin record`"
    )]
    Nothing,
    /// Not one exchange could be sent.
    #[error("nothing was replayed: {0}")]
    Unsent(String),
    /// A recording or a ledger could not be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A ledger is not of its form.
    #[error("{file}: {reason}")]
    Ledger {
        /// The ledger.
        file: String,
        /// What is wrong, and where.
        reason: LedgerError,
    },
    /// The target gave no answer.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The variables of a recording can't be told.
    #[error(transparent)]
    Correlation(#[from] NotInvertible),
    /// A run was stopped by a fault of ours.
    #[error("{0}")]
    Broken(#[from] tokio::task::JoinError),
}

/// A scenario that was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What the run found.
    pub result: ScenarioResult,
    /// What of it is accepted.
    pub judgement: Judgement,
    /// The ledger's file, as people know it.
    pub ledger: String,
}

/// Runs recordings against their targets, some at once; the results stand in the order of the recordings.
pub async fn run_all(
    recordings: Vec<Recording>,
    targets: Arc<dyn Targets>,
    options: &Options,
    progress: &dyn Fn(&ScenarioResult),
) -> Result<Vec<ScenarioResult>, CheckError> {
    let gate = Arc::new(Semaphore::new(options.jobs.max(1)));
    let now = options.now;
    let mut runs = JoinSet::new();
    for (index, recording) in recordings.into_iter().enumerate() {
        let targets = targets.clone();
        // Taken before the run is spawned, so that the runs begin in order.
        let permit = gate.clone().acquire_owned().await.expect("the semaphore is never closed");
        runs.spawn(async move {
            let _permit = permit;
            let recording = correlate(recording, &Known::default())?.recording;
            let target = targets.open(&recording).await?;
            let runner = Runner { catalog: Catalog::embedded(), target: &*target, now };
            Ok::<_, CheckError>((index, runner.run(&recording).await?))
        });
    }
    let mut results = Vec::with_capacity(runs.len());
    while let Some(run) = runs.join_next().await {
        let (index, result) = run??;
        progress(&result);
        results.push((index, result));
    }
    results.sort_unstable_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// Checks scenarios: runs each, judges it by its ledger, and writes what is pending.
pub async fn check(
    scenarios: &[Scenario],
    targets: Arc<dyn Targets>,
    options: &Options,
    progress: &dyn Fn(&ScenarioResult),
) -> Result<Vec<Checked>, CheckError> {
    if scenarios.is_empty() {
        return Err(CheckError::Nothing);
    }
    let recordings = scenarios.iter().map(Scenario::read).collect::<Result<Vec<_>, _>>()?;
    let results = run_all(recordings, targets, options, progress).await?;
    replayed_some(&results)?;
    scenarios
        .iter()
        .zip(results)
        .map(|(scenario, result)| judge(scenario, result, options))
        .collect()
}

/// A check that compares nothing proves nothing.
fn replayed_some(results: &[ScenarioResult]) -> Result<(), CheckError> {
    if results.iter().any(|result| result.tally().compared() > 0) {
        return Ok(());
    }
    let unusable = results.iter().flat_map(ScenarioResult::unusable).next();
    Err(unusable.map_or(CheckError::Nothing, |(exchange, reason)| {
        CheckError::Unsent(format!("{}: {reason}", exchange.id))
    }))
}

fn judge(
    scenario: &Scenario,
    result: ScenarioResult,
    options: &Options,
) -> Result<Checked, CheckError> {
    let Some(file) = ledger_file(&options.ledger) else {
        let judgement = Ledger::default().judge(&result);
        return Ok(Checked { result, judgement, ledger: String::new() });
    };
    let shown = scenario.describe().replace(standin_archive::RECORDING, &file);
    let text = scenario.read_text(&file)?.unwrap_or_default();
    let ledger =
        Ledger::read(&text).map_err(|reason| CheckError::Ledger { file: shown.clone(), reason })?;
    let judgement = ledger.judge(&result);
    if options.pending == Pending::Write {
        let fits = judgement.new.is_empty() && judgement.stale.is_empty();
        let pending = (!fits).then(|| ledger.updated(&result).write(&result.scenario));
        scenario.put_pending(&file, pending.as_deref())?;
    }
    Ok(Checked { result, judgement, ledger: shown })
}

fn ledger_file(choice: &LedgerChoice) -> Option<String> {
    match choice {
        LedgerChoice::Emulator => Some(ledger_name(None)),
        LedgerChoice::Named(name) => Some(ledger_name(Some(name))),
        LedgerChoice::Nothing => None,
    }
}

#[cfg(test)]
mod tests;
