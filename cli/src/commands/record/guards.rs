//! What a recording run may do at its upstream.

use std::time::Duration;

use standin_intercept::{Glob, OperationPattern, PatternError, parse_duration};
use standin_model::Catalog;
use standin_relay::{CreatedList, Guards, Mutations};

/// The limits of a run.
#[derive(clap::Args)]
#[command(next_help_heading = "What the run may do")]
pub(crate) struct GuardArgs {
    /// The account that the credentials must be of; STS is asked. Required where AWS itself answers
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<String>,
    /// Let requests pass that change something [default: only where the upstream is not AWS]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    allow_mutations: Option<bool>,
    /// Let only requests to these regions pass (`eu-*`)
    #[arg(long, value_name = "REGION")]
    allow_region: Vec<Glob>,
    /// Let only requests to these services pass
    #[arg(long, value_name = "SERVICE")]
    allow_service: Vec<OperationPattern>,
    /// Let only these operations pass (`s3:Get*`)
    #[arg(long, value_name = "SERVICE:OPERATION")]
    allow_operation: Vec<OperationPattern>,
    /// Let at most this many requests pass
    #[arg(long, value_name = "COUNT")]
    max_requests: Option<u64>,
    /// Let requests pass for so long (`10m`)
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    max_time: Option<Duration>,
    /// Keep a list of what was created, for `standin cleanup` [default: only where AWS answers]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    list_created: Option<bool>,
}

impl GuardArgs {
    /// The limits, once their patterns are found to mean something.
    pub(crate) fn guards(self) -> Result<Guards, PatternError> {
        for pattern in self.allow_service.iter().chain(&self.allow_operation) {
            pattern.check(Catalog::embedded())?;
        }
        let mutations = |allow| if allow { Mutations::Allowed } else { Mutations::Refused };
        let created = |list| if list { CreatedList::Kept } else { CreatedList::Omitted };
        Ok(Guards {
            account: self.account,
            regions: self.allow_region,
            services: self.allow_service,
            operations: self.allow_operation,
            mutations: self.allow_mutations.map(mutations),
            max_requests: self.max_requests,
            max_time: self.max_time,
            created: self.list_created.map(created),
        })
    }
}

fn account(text: &str) -> Result<String, &'static str> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_account { Ok(text.to_owned()) } else { Err("an account has 12 digits") }
}
