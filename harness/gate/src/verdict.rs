//! What a run found, exchange by exchange.

use standin_compare::Deviation;
use standin_tape::{ExchangeId, Origin};

/// What became of one exchange.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The answers agree.
    Matched,
    /// The answers differ.
    Deviating(Vec<Deviation>),
    /// A variable that the request needs has no value, because the exchange that defines it deviated.
    Blocked {
        /// The variable.
        variable: String,
    },
    /// The exchange can't be sent, and why.
    Unusable {
        /// Why.
        reason: String,
    },
    /// An inferred exchange: nothing is known to compare it with.
    Prepared,
}

/// Who answered an exchange, by the target's own word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answered {
    /// A provider of ours, or a target that does not say.
    Native,
    /// A fallback, by name and version.
    Fallback(String),
    /// Nobody: it was not sent.
    Nobody,
}

/// One exchange of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangeResult {
    /// The exchange.
    pub id: ExchangeId,
    /// Its service.
    pub service: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Who answered.
    pub answered: Answered,
}

/// One scenario of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioResult {
    /// `SERVICE/NAME`.
    pub scenario: String,
    /// Who answered when it was recorded.
    pub origin: Origin,
    /// The exchanges in order.
    pub exchanges: Vec<ExchangeResult>,
}

/// Exchanges counted by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Compared and equal.
    pub matched: usize,
    /// Compared and different.
    pub deviating: usize,
    /// Not sent for want of a variable.
    pub blocked: usize,
    /// Not to be sent at all.
    pub unusable: usize,
    /// Of the compared, those that a fallback answered.
    pub fallback: usize,
}

impl ScenarioResult {
    /// The service that the scenario is about.
    pub fn service(&self) -> &str {
        self.scenario.split('/').next().unwrap_or_default()
    }

    /// The exchanges counted.
    pub fn tally(&self) -> Tally {
        Tally::of(&self.exchanges)
    }

    /// Each deviation with the exchange that it is of.
    pub fn deviations(&self) -> impl Iterator<Item = (&ExchangeResult, &Deviation)> {
        self.exchanges.iter().flat_map(|result| {
            let deviations = match &result.verdict {
                Verdict::Deviating(deviations) => deviations.as_slice(),
                _ => &[],
            };
            deviations.iter().map(move |deviation| (result, deviation))
        })
    }

    /// Each exchange that can't be sent, and why.
    pub fn unusable(&self) -> impl Iterator<Item = (&ExchangeResult, &str)> {
        self.exchanges.iter().filter_map(|result| match &result.verdict {
            Verdict::Unusable { reason } => Some((result, reason.as_str())),
            _ => None,
        })
    }
}

impl Tally {
    /// Counts exchanges; inferred ones don't count.
    pub fn of<'r>(results: impl IntoIterator<Item = &'r ExchangeResult>) -> Self {
        let mut tally = Self::default();
        for result in results {
            tally.add(result);
        }
        tally
    }

    /// How many exchanges there are.
    pub fn total(&self) -> usize {
        self.matched + self.deviating + self.blocked + self.unusable
    }

    /// How many were sent and compared.
    pub fn compared(&self) -> usize {
        self.matched + self.deviating
    }

    fn add(&mut self, result: &ExchangeResult) {
        match result.verdict {
            Verdict::Matched => self.matched += 1,
            Verdict::Deviating(_) => self.deviating += 1,
            Verdict::Blocked { .. } => self.blocked += 1,
            Verdict::Unusable { .. } => self.unusable += 1,
            Verdict::Prepared => return,
        }
        if matches!(result.answered, Answered::Fallback(_)) {
            self.fallback += 1;
        }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.matched += other.matched;
        self.deviating += other.deviating;
        self.blocked += other.blocked;
        self.unusable += other.unusable;
        self.fallback += other.fallback;
    }
}
