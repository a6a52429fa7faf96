//! The parity of a corpus, service by service.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::report::{grid, percent};
use crate::{Answered, ExchangeResult, ScenarioResult, Tally};

/// What was found of one service, our own answers and a fallback's apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Exchanges that a provider of ours answered, or nobody.
    pub native: Tally,
    /// Exchanges that a fallback answered.
    pub fallback: Tally,
}

/// The figures of each service.
pub fn figures(results: &[ScenarioResult]) -> BTreeMap<String, Figures> {
    let mut services: BTreeMap<String, Figures> = BTreeMap::new();
    for result in results.iter().flat_map(|scenario| &scenario.exchanges) {
        let figures = services.entry(result.service.clone()).or_default();
        *figures.side(result) += Tally::of([result]);
    }
    services
}

/// The figures as columns.
pub fn table(services: &BTreeMap<String, Figures>) -> String {
    const HEADINGS: [&str; 9] = [
        "service",
        "exchanges",
        "sent",
        "matched",
        "deviating",
        "blocked",
        "unusable",
        "parity, native",
        "parity, fallback",
    ];
    let rows: Vec<[String; 9]> = services.iter().map(|(name, figures)| figures.row(name)).collect();
    grid(&HEADINGS, &rows)
}

/// The figures as a Markdown table.
pub fn markdown(services: &BTreeMap<String, Figures>) -> String {
    let mut text = String::from(
        "| service | exchanges | sent | matched | deviating | blocked | unusable | parity, native | parity, fallback |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (name, figures) in services {
        writeln!(text, "| {} |", figures.row(name).join(" | ")).expect("a string takes any text");
    }
    text
}

impl Figures {
    fn side(&mut self, result: &ExchangeResult) -> &mut Tally {
        match result.answered {
            Answered::Fallback(_) => &mut self.fallback,
            Answered::Native | Answered::Nobody => &mut self.native,
        }
    }

    fn row(&self, service: &str) -> [String; 9] {
        let Self { native, fallback } = self;
        let sum = |of: fn(&Tally) -> usize| (of(native) + of(fallback)).to_string();
        [
            service.to_owned(),
            sum(Tally::total),
            sum(Tally::compared),
            sum(|tally| tally.matched),
            sum(|tally| tally.deviating),
            sum(|tally| tally.blocked),
            sum(|tally| tally.unusable),
            percent(native.matched, native.compared()),
            percent(fallback.matched, fallback.compared()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use standin_tape::Origin;

    use super::*;
    use crate::Verdict;

    #[test]
    fn native_and_fallback_are_counted_apart() {
        let exchange = |verdict, answered| ExchangeResult {
            id: "GetItem#1".parse().expect("an id"),
            service: "dynamodb".to_owned(),
            verdict,
            answered,
        };
        let moto = || Answered::Fallback("moto@1".to_owned());
        let result = ScenarioResult {
            scenario: "dynamodb/x".to_owned(),
            origin: Origin::Aws,
            exchanges: vec![
                exchange(Verdict::Matched, moto()),
                exchange(Verdict::Deviating(Vec::new()), moto()),
                exchange(Verdict::Matched, Answered::Native),
                exchange(Verdict::Prepared, moto()),
            ],
        };
        let services = figures(&[result]);
        assert_eq!(services["dynamodb"].native.matched, 1);
        assert_eq!(services["dynamodb"].fallback.compared(), 2);
        assert!(
            markdown(&services).contains("| dynamodb | 3 | 3 | 2 | 1 | 0 | 0 | 100.0 % | 50.0 % |")
        );
    }
}
