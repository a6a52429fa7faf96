//! What is done to requests and answers on their way: rules of latency, throttling, faults and rewriting.

use std::path::PathBuf;
use std::sync::Arc;

use standin_intercept::{Chain, Rule, Rules, Wait, parse_rules};

use crate::exit::Failure;

/// The rules.
#[derive(clap::Args)]
#[command(next_help_heading = "Faults (docs/faults.md)")]
pub(crate) struct FaultArgs {
    /// Do this to requests or answers: `sqs:SendMessage throttle 10%`, `s3 latency 50ms..200ms`
    #[arg(long = "fault", value_name = "RULE")]
    rules: Vec<Rule>,
    /// Do what the rules of this file say, one a line
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Draw the chances of rules from this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    fault_seed: u64,
}

impl FaultArgs {
    /// The rules of the command line, then those of the file, which wait by a clock.
    pub(crate) fn interceptors(&self, wait: Wait) -> Result<Arc<Chain>, Failure> {
        let mut rules = self.rules.clone();
        if let Some(path) = &self.faults {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::new(format!("can't read {}: {error}", path.display())))?;
            rules.extend(parse_rules(&text, &path.display().to_string())?);
        }
        if rules.is_empty() {
            return Ok(Arc::default());
        }
        Ok(Arc::new(Chain::new(vec![Box::new(Rules::new(rules, self.fault_seed, wait))])))
    }
}

/// Waits by the system's clock.
pub(crate) fn real_time() -> Wait {
    Arc::new(|time| Box::pin(tokio::time::sleep(time)))
}
