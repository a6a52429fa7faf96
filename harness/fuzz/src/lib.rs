//! Generated requests and answers: properties of the protocols, and other implementations as oracles.
//!
//! A [`Plan`] spreads values over the operations of all services. [`run`] makes each by the strategy
//! [`Values`], sends it through both halves of its protocol ([`round_trip`]), asks an [`Oracle`] if there is
//! one, and shrinks what fails. Nothing but the plan's seed decides what is tried.

mod difference;
pub mod ledger;
mod oracle;
mod plan;
pub mod recorded;
mod round_trip;
mod run;
mod streams;
mod values;

pub use difference::{Difference, differences, show};
pub use oracle::{Botocore, Given, Oracle, OracleError, Question, Reply, Rule, rules};
pub use plan::{Case, Plan, PlanError};
pub use round_trip::{Fault, Outcome, round_trip};
pub use run::{Finding, NoOracle, RunError, Summary, run};
pub use values::legal::legalise;
pub use values::{Part, Patterns, Taste, Tree, Values};

#[cfg(test)]
mod tests;
