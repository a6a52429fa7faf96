//! Text that matches a pattern of the model.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use proptest::strategy::{Strategy, ValueTree};
use proptest::string::{RegexGeneratorStrategy, string_regex_parsed};
use proptest::test_runner::TestRunner;
use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};
use standin_model::Name;

/// The patterns compiled so far; a service has few, and they come again and again.
#[derive(Debug, Default)]
pub struct Patterns(Mutex<BTreeMap<Name, Option<RegexGeneratorStrategy<String>>>>);

/// How often a part of a pattern repeats beyond what it must: text shows faults when it is short, too.
const REPEATS: u32 = 12;

impl Patterns {
    /// Text that matches a pattern; none where the pattern is not regular, as with a look ahead.
    pub(super) fn sample(&self, pattern: Name, runner: &mut TestRunner) -> Option<String> {
        let mut compiled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let strategy = compiled.entry(pattern).or_insert_with(|| compile(pattern));
        Some(strategy.as_ref()?.new_tree(runner).ok()?.current())
    }
}

fn compile(pattern: &str) -> Option<RegexGeneratorStrategy<String>> {
    // AWS's patterns are Java's, in which these classes have no characters but ASCII's.
    let ascii = pattern.replace("\\w", "[0-9A-Za-z_]").replace("\\d", "[0-9]");
    let parsed = regex_syntax::parse(&ascii).ok()?;
    string_regex_parsed(&plain(&parsed)).ok()
}

/// A pattern without its anchors, which generated text needs not, and with bounded repetitions.
fn plain(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Look(_) => Hir::empty(),
        HirKind::Repetition(repetition) => {
            let most = repetition.min.saturating_add(REPEATS);
            Hir::repetition(Repetition {
                min: repetition.min,
                max: Some(repetition.max.map_or(most, |max| max.min(most))),
                greedy: repetition.greedy,
                sub: Box::new(plain(&repetition.sub)),
            })
        }
        HirKind::Capture(capture) => Hir::capture(Capture {
            index: capture.index,
            name: capture.name.clone(),
            sub: Box::new(plain(&capture.sub)),
        }),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(plain).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(plain).collect()),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) => hir.clone(),
    }
}
