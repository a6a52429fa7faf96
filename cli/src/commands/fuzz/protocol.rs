//! `standin fuzz protocol`: values of every operation through both halves of its protocols.

use std::io::IsTerminal as _;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use standin_fuzz::{Botocore, OracleError, Plan};
use standin_model::Catalog;
use standin_packages::{Cache, Environment};

use super::output;
use crate::exit::{Exit, Outcome};
use crate::progress;

/// Send generated inputs, outputs and errors through client and server of every protocol, and compare.
#[derive(Args)]
#[command(after_help = "Examples:
  standin fuzz protocol                                        a value of each operation, ours alone
  standin fuzz protocol --oracle botocore --seed 1             and what botocore makes of it
  standin fuzz protocol --service s3 --cases 5000 --seed 2     one service, many values
  standin fuzz protocol --service sqs --operation SendMessage --cases 3 --seed 2

The values are spread evenly over the operations, and over protocols, requests, answers and errors of each. \
The same seed gives the same values. A difference is printed with the command that shows it again.

Exit codes: 0 no difference; 1 a difference, or one that is known of botocore and did not come; 2 it could not run.")]
pub(crate) struct Protocol {
    /// Whom to ask for a second opinion
    #[arg(
        long,
        value_enum,
        default_value = "none",
        value_name = "botocore|none",
        hide_possible_values = true
    )]
    pub(super) oracle: Oracle,
    /// How many values in all
    #[arg(
        long,
        default_value_t = 20_000,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..=10_000_000)
    )]
    pub(super) cases: u64,
    /// Only this service
    #[arg(long, value_name = "NAME")]
    pub(super) service: Option<String>,
    /// Only this operation
    #[arg(long, value_name = "NAME")]
    pub(super) operation: Option<String>,
    /// What decides the values
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub(super) seed: u64,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Who gives a second opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Oracle {
    /// botocore, at the version that the models come from.
    Botocore,
    /// Nobody.
    None,
}

/// Runs the plan and prints what came of it.
pub(super) fn run(arguments: &Protocol) -> Outcome {
    let catalog = Catalog::embedded();
    let plan = Plan {
        cases: arguments.cases,
        seed: arguments.seed,
        service: arguments.service.clone(),
        operation: arguments.operation.clone(),
    };
    let environment: Environment = std::env::vars_os().collect();
    let start = || oracle(arguments.oracle, catalog, &environment);
    let jobs = std::thread::available_parallelism().map_or(1, NonZero::get);
    let shown = Shown::new(arguments.cases);
    let summary = standin_fuzz::run(catalog, &plan, jobs, &start, &|values| shown.advance(values));
    shown.bar.finish_and_clear();
    let summary = summary?;
    let stale = summary.stale(&plan);
    match arguments.json {
        true => output::json(arguments, &summary, &stale),
        false => output::people(arguments, &summary, &stale),
    }
    let sound = summary.findings.is_empty() && stale.is_empty();
    Ok(if sound { Exit::Success } else { Exit::Deviations })
}

fn oracle(
    oracle: Oracle,
    catalog: &Catalog,
    environment: &Environment,
) -> Result<Option<Botocore>, OracleError> {
    match oracle {
        Oracle::None => Ok(None),
        Oracle::Botocore => {
            let cache = Cache::of_user(environment)?;
            Botocore::start(catalog, &cache, environment, &report).map(Some)
        }
    }
}

/// How far the run is: a bar on a terminal, a line for each tenth elsewhere.
struct Shown {
    bar: ProgressBar,
    cases: u64,
    done: AtomicU64,
    lines: bool,
}

impl Shown {
    fn new(cases: u64) -> Self {
        let bar = progress::bar(usize::try_from(cases).unwrap_or(usize::MAX), "values");
        Self { bar, cases, done: AtomicU64::new(0), lines: !std::io::stderr().is_terminal() }
    }

    fn advance(&self, values: u64) {
        self.bar.inc(values);
        let before = self.done.fetch_add(values, Ordering::Relaxed);
        let tenth = |done: u64| done.saturating_mul(10) / self.cases.max(1);
        if self.lines && tenth(before) < tenth(before + values) {
            report(&format!("{} of {} values", before + values, self.cases));
        }
    }
}

#[expect(clippy::print_stderr, reason = "this is the program's edge")]
fn report(line: &str) {
    eprintln!("standin: {line}");
}
