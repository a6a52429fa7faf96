//! A run: every case of a plan, service by service, on as many threads as there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;
use http::Response;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use standin_model::{Catalog, Document};

use crate::ledger::{self, Line};
use crate::oracle::{self, Given, Oracle, OracleError, Question, Reply, Rule, judge};
use crate::plan::Share;
use crate::round_trip::{service_error, write_answer};
use crate::values::Tree;
use crate::{Case, Fault, Part, Patterns, Plan, PlanError, Taste, Values, round_trip, streams};

/// How many questions an oracle gets at once.
const BATCH: usize = 64;
/// How many smaller values are tried of one that fails.
const SHRINKS: usize = 400;

/// A run can't go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The plan can't be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The oracle can't be asked.
    #[error(transparent)]
    Oracle(#[from] OracleError),
}

/// Nobody to ask.
#[derive(Debug)]
pub struct NoOracle;

impl Oracle for NoOracle {
    fn ask(&mut self, questions: &[Question<'_>]) -> Result<Vec<Reply>, OracleError> {
        Ok(questions.iter().map(|_| Reply::Failed("nobody is asked".to_owned())).collect())
    }
}

/// A value that fails, as small as it was made.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The case that it came from.
    pub case: Case,
    /// The smallest value found that fails.
    pub value: Document,
    /// How it fails.
    pub fault: Fault,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// How many values were tried, by service.
    pub values: BTreeMap<&'static str, u64>,
    /// How many operations they covered.
    pub operations: u64,
    /// The protocols that they covered.
    pub protocols: BTreeSet<&'static str>,
    /// How many values the oracle was asked about.
    pub asked: u64,
    /// The values that the ledger leaves out.
    pub left_out: u64,
    /// How often each rule about the oracle took a difference, by its name.
    pub rules: BTreeMap<&'static str, u64>,
    /// How many values the oracle was asked about in each rule's place, by the rule's name.
    pub places: BTreeMap<&'static str, u64>,
    /// What failed, in the order of the cases.
    pub findings: Vec<Finding>,
}

/// Runs a plan. `start` makes an oracle for each of `jobs` threads, and none for a run without; `progress` hears
/// how many values are done.
pub fn run<O: Oracle>(
    catalog: &'static Catalog,
    plan: &Plan,
    jobs: usize,
    start: &(dyn Fn() -> Result<Option<O>, OracleError> + Sync),
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Summary, RunError> {
    let mut shares = plan.shares(catalog)?;
    shares.retain(|share| share.count() > 0);
    let mut order: Vec<usize> = (0..shares.len()).collect();
    // The longest come first, so that no thread is left alone with one at the end.
    order.sort_by_key(|place| std::cmp::Reverse(shares[*place].count()));
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let done: Mutex<BTreeMap<usize, Summary>> = Mutex::default();
    let work = || -> Result<(), OracleError> {
        let mut worker = Worker::new(start()?);
        while let Some(place) = order.get(next.fetch_add(1, Ordering::Relaxed))
            && !failed.load(Ordering::Relaxed)
        {
            let summary = worker.share(&shares[*place], progress)?;
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(*place, summary);
        }
        Ok(())
    };
    let marked = || work().inspect_err(|_| failed.store(true, Ordering::Relaxed));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(marked)).collect();
        let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        let mut ends = joined.map(|end| end.unwrap_or_else(|p| std::panic::resume_unwind(p)));
        ends.try_for_each(|end| end)
    })?;
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(done.into_values().fold(Summary::default(), Summary::and))
}

impl Summary {
    fn and(mut self, other: Self) -> Self {
        self.values.extend(other.values);
        self.operations += other.operations;
        self.protocols.extend(other.protocols);
        self.asked += other.asked;
        self.left_out += other.left_out;
        add(&mut self.rules, other.rules);
        add(&mut self.places, other.places);
        self.findings.extend(other.findings);
        self
    }

    /// The rules that took nothing, although the oracle was asked about enough values of their places, and of all of
    /// them: a plan of some services or operations tells nothing of a rule that is for others too.
    pub fn stale(&self, plan: &Plan) -> Vec<Rule> {
        let mut rules = oracle::rules();
        let count = |counts: &BTreeMap<_, u64>, name| counts.get(name).copied().unwrap_or_default();
        rules.retain(|rule| {
            rule.is_judged(plan)
                && count(&self.rules, rule.name) == 0
                && count(&self.places, rule.name) >= rule.within
        });
        rules
    }
}

fn add(sums: &mut BTreeMap<&'static str, u64>, counts: BTreeMap<&'static str, u64>) {
    for (name, count) in counts {
        *sums.entry(name).or_default() += count;
    }
}

struct Worker<O> {
    oracle: Option<O>,
    rules: Vec<Rule>,
    ledger: Vec<Line>,
    patterns: Patterns,
}

impl<O: Oracle> Worker<O> {
    fn new(oracle: Option<O>) -> Self {
        Self {
            oracle,
            rules: oracle::rules(),
            ledger: ledger::lines(),
            patterns: Patterns::default(),
        }
    }

    fn share(
        &mut self,
        share: &Share,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Summary, OracleError> {
        let mut summary = Summary::default();
        let mut operations = BTreeSet::new();
        let cases: Vec<Case> = share.cases().collect();
        summary.values.insert(share.service.metadata.name, cases.len() as u64);
        for batch in cases.chunks(BATCH) {
            for case in batch {
                operations.insert(case.call.operation.name);
                summary.protocols.insert(case.call.protocol.name());
            }
            self.batch(batch, &mut summary)?;
            progress(batch.len() as u64);
        }
        summary.operations = operations.len() as u64;
        Ok(summary)
    }

    fn batch(&mut self, cases: &[Case], summary: &mut Summary) -> Result<(), OracleError> {
        let mut asked = Vec::new();
        for case in cases {
            let mut tree = self.tree(case);
            let name = ledger::name(case);
            if self.ledger.iter().any(|line| line.case == name) {
                summary.left_out += 1;
                continue;
            }
            let check = |value: &Document| Ok(round_trip(&case.call, case.part, value).err());
            match check(&tree.current())? {
                Some(fault) => summary.findings.push(shrink(case, &mut tree, fault, check)?),
                None if self.oracle.is_some() && oracle::is_asked(case) => asked.push((case, tree)),
                None => {}
            }
        }
        self.second_opinion(asked, summary)
    }

    fn second_opinion(
        &mut self,
        cases: Vec<(&Case, Tree)>,
        summary: &mut Summary,
    ) -> Result<(), OracleError> {
        let Some(oracle) = &mut self.oracle else { return Ok(()) };
        let values: Vec<_> = cases.iter().map(|(case, tree)| (*case, tree.current())).collect();
        let replies = ask(oracle, &values)?;
        for (((case, mut tree), (_, value)), reply) in cases.into_iter().zip(&values).zip(replies) {
            let Some(reply) = reply else { continue };
            summary.asked += 1;
            for rule in self.rules.iter().filter(|rule| rule.is_for(case)) {
                *summary.places.entry(rule.name).or_default() += 1;
            }
            let (fault, taken) = judge(&self.rules, case, value, &reply);
            for name in taken {
                *summary.rules.entry(name).or_default() += 1;
            }
            let Some(fault) = fault else { continue };
            let rules = &self.rules;
            let check = |value: &Document| {
                let reply = ask(oracle, &[(case, value.clone())])?.pop().flatten();
                Ok(reply.and_then(|reply| judge(rules, case, value, &reply).0))
            };
            summary.findings.push(shrink(case, &mut tree, fault, check)?);
        }
        Ok(())
    }

    fn tree(&self, case: &Case) -> Tree {
        value_of(case, &self.patterns)
    }
}

/// The value of a case, decided by the case alone.
pub(crate) fn value_of(case: &Case, patterns: &Patterns) -> Tree {
    let entropy = case.entropy();
    let taste = if entropy[0].is_multiple_of(2) { Taste::Fitting } else { Taste::Hostile };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &entropy);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let values = Values { call: case.call, part: case.part, taste, patterns };
    values.new_tree(&mut runner).expect("a value of every shape can be made")
}

/// Asks about values; no reply where there is nothing to ask, or we can't write what is to be read.
fn ask<O: Oracle>(
    oracle: &mut O,
    values: &[(&Case, Document)],
) -> Result<Vec<Option<Reply>>, OracleError> {
    let responses: Vec<Option<Response<Bytes>>> =
        values.iter().map(|(case, value)| response(case, value)).collect();
    let questions = values.iter().zip(&responses).filter_map(|((case, value), response)| {
        let given = match (case.part, response) {
            (Part::Input, _) => Given::Input(value),
            (_, Some(response)) => Given::Response(response),
            (_, None) => return None,
        };
        Some(Question { case, given })
    });
    let questions: Vec<_> = questions.collect();
    if questions.is_empty() {
        return Ok(values.iter().map(|_| None).collect());
    }
    let mut replies = oracle.ask(&questions)?.into_iter();
    let asked = |(case, response): (&(&Case, Document), &Option<_>)| {
        case.0.part == Part::Input || response.is_some()
    };
    Ok(values
        .iter()
        .zip(&responses)
        .map(|pair| if asked(pair) { replies.next() } else { None })
        .collect())
}

fn response(case: &Case, value: &Document) -> Option<Response<Bytes>> {
    match case.part {
        Part::Input => None,
        Part::Output => write_answer(&case.call, value).ok(),
        Part::Error(id) => {
            let error = service_error(&case.call, id, value)?;
            Some(case.call.serialize_error(&error, crate::round_trip::REQUEST_ID))
        }
        Part::Event(direction) => streams::stream(&case.call, direction, value),
    }
}

/// Makes a failing value smaller as long as it fails.
fn shrink(
    case: &Case,
    tree: &mut Tree,
    fault: Fault,
    mut check: impl FnMut(&Document) -> Result<Option<Fault>, OracleError>,
) -> Result<Finding, OracleError> {
    let (mut value, mut fault) = (tree.current(), fault);
    let mut more = tree.simplify();
    for _ in 0..SHRINKS {
        if !more {
            break;
        }
        let smaller = tree.current();
        more = match check(&smaller)? {
            Some(found) => {
                (value, fault) = (smaller, found);
                tree.simplify()
            }
            None => tree.complicate(),
        };
    }
    Ok(Finding { case: *case, value, fault })
}
