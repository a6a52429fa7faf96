//! Targets, runs, ledgers and reports.
//!
//! A [`Runner`] sends a recording's requests to a [`Target`] in order and gives each exchange a [`Verdict`].
//! A [`Ledger`] holds the deviations that a person accepted; [`Ledger::judge`] says what is new and what is
//! stale. [`report`] turns the results into a table or JSON, and [`review`] shows a person what waits for a decision.

mod check;
pub mod corpus;
mod ledger;
pub mod report;
mod request;
pub mod review;
mod run;
mod target;
mod url;
mod verdict;

pub use check::{CheckError, Checked, LedgerChoice, Options, Pending, Targets, check, run_all};
pub use ledger::{Entry, Judgement, Ledger, LedgerError};
pub use run::Runner;
pub use target::{BoxFuture, Target, TargetError};
pub use url::{BadUrl, UrlTarget};
pub use verdict::{Answered, ExchangeResult, ScenarioResult, Tally, Verdict};
