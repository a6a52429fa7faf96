//! Every operation of every service, and runs with oracles that lie.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Request;
use proptest::strategy::ValueTree;
use standin_model::{Catalog, Document, Protocol, Service, Shape};
use standin_protocol::Call;
use standin_protocol::eventstream::Direction;

use crate::run::value_of;
use crate::*;

/// What failed once: service, protocol, operation, part, round and seed.
const REGRESSIONS: &str = include_str!("../data/regressions.txt");
/// How many values a line of the ledger is tried with before it is called stale.
const ROUNDS: u64 = 64;

fn services() -> impl Iterator<Item = &'static Service> {
    let entries = Catalog::embedded().services().iter();
    entries.map(|entry| Catalog::embedded().service(entry.name).unwrap())
}

fn cases(service: &'static Service, round: u64, seed: u64) -> impl Iterator<Item = Case> {
    service.operations.iter().flat_map(move |operation| {
        service.metadata.protocols.iter().flat_map(move |&protocol| {
            let call = Call { service, operation, protocol };
            let errors = operation.errors.iter().map(|id| Part::Error(*id));
            let parts = [Part::Input, Part::Output].into_iter().chain(errors);
            let parts = parts.chain(Part::events(&call));
            parts.map(move |part| Case { call, part, round, seed })
        })
    })
}

fn outcome(case: &Case, patterns: &Patterns) -> Outcome {
    round_trip(&case.call, case.part, &value_of(case, patterns).current())
}

/// One value for each operation, protocol, direction and error.
#[test]
fn every_operation_is_read_as_written() {
    let patterns = Patterns::default();
    let listed: BTreeSet<_> = ledger::lines().into_iter().map(|line| line.case).collect();
    let (mut tried, mut failures) = (0, Vec::new());
    for service in services() {
        for case in cases(service, 0, 1) {
            let name = ledger::name(&case);
            if listed.contains(name.as_str()) {
                continue;
            }
            tried += 1;
            if let Err(fault) = outcome(&case, &patterns) {
                failures.push(format!("{name}: {fault:?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert!(tried > 140_000, "{tried} values");
}

/// How many rounds it takes until each member of each stream was sent.
const TURNS: u64 = 200;

#[expect(clippy::print_stdout, reason = "the count is what the test is for")]
/// Of each stream of events every event and exception is sent, and of each stream of bytes some.
#[test]
fn all_that_streams_carry_is_sent() {
    let patterns = Patterns::default();
    let (mut events, mut exceptions, mut bytes) = (0, 0, 0);
    let all = services().flat_map(|service| cases(service, 0, 1));
    for case in all {
        let turns = || (0..TURNS).map(|round| Case { round, ..case });
        let sent = |case: &Case| value_of(case, &patterns).current();
        let stream = match case.part {
            Part::Input => case.call.streaming_input(),
            Part::Output => case.call.streaming_output(),
            Part::Error(_) => None,
            Part::Event(_) => {
                let structure = case.part.shape(&case.call).and_then(Shape::structure).unwrap();
                let mut missing: BTreeSet<_> = structure.members.iter().map(|m| m.name).collect();
                let errors = structure.members.iter();
                let errors = errors.filter(|m| case.call.service.shape(m.shape).error().is_some());
                exceptions += errors.count();
                events += missing.len();
                for case in turns() {
                    let value = sent(&case);
                    let (name, _) = value.as_object().unwrap().iter().next().unwrap();
                    missing.remove(&**name);
                    assert_eq!(round_trip(&case.call, case.part, &value), Ok(()), "{value:?}");
                }
                assert!(missing.is_empty(), "{}: {missing:?}", ledger::name(&case));
                None
            }
        };
        if let Some(member) = stream {
            bytes += 1;
            let name = ledger::name(&case);
            assert!(turns().any(|case| sent(&case).get(member.name).is_some()), "{name}");
        }
    }
    println!("{events} events, {exceptions} of them exceptions, and {bytes} streams of bytes");
    assert!(events > 150 && exceptions > 60 && bytes > 40, "{events} {exceptions} {bytes}");
}

/// A reader that changes what it reads, and a frame, are found out.
#[test]
fn an_event_that_changes_on_its_way_is_found_out() {
    let service = Catalog::embedded().service("s3").unwrap();
    let operation = service.operation("SelectObjectContent").unwrap();
    let call = Call { service, operation, protocol: Protocol::RestXml };
    let bytes = Document::blob(Bytes::from_static(b"text"));
    // A blob is not what the member takes as text: it is written as it is, and comes back as bytes.
    let payload = |value: Document| {
        let event = Document::Object([("Payload".into(), value)].into_iter().collect());
        Document::Object([("Records".into(), event)].into_iter().collect())
    };
    let part = Part::Event(Direction::Output);
    assert_eq!(round_trip(&call, part, &payload(bytes)), Ok(()));
    let text = round_trip(&call, part, &payload("text".into()));
    assert!(matches!(text, Err(Fault::Differs(_))), "{text:?}");
}

#[test]
fn no_line_of_the_ledger_is_stale() {
    let patterns = Patterns::default();
    for line in ledger::lines() {
        let service = line.case.split(' ').next().unwrap();
        let service = Catalog::embedded().service(service).unwrap();
        let fails = (0..ROUNDS).any(|round| {
            let mut cases = cases(service, round, 1).filter(|case| ledger::name(case) == line.case);
            cases.next().is_some_and(|case| outcome(&case, &patterns).is_err())
        });
        assert!(fails, "stale: {}", line.case);
    }
}

#[test]
fn what_failed_once_does_not_again() {
    let patterns = Patterns::default();
    for line in REGRESSIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, rest) = line.split_once(", round ").unwrap();
        let (round, seed) = rest.split_once(" of seed ").unwrap();
        let service = name.split(' ').next().unwrap();
        let service = Catalog::embedded().service(service).unwrap();
        let (round, seed) = (round.parse().unwrap(), seed.parse().unwrap());
        let case = cases(service, round, seed).find(|case| ledger::name(case) == name);
        assert_eq!(outcome(&case.unwrap_or_else(|| panic!("{name}")), &patterns), Ok(()), "{line}");
    }
}

fn plan(cases: u64, service: Option<&str>) -> Plan {
    Plan { cases, seed: 5, service: service.map(str::to_owned), operation: None }
}

/// An oracle with one answer to everything.
struct Says(fn() -> Reply);

impl Oracle for Says {
    fn ask(&mut self, questions: &[Question<'_>]) -> Result<Vec<Reply>, OracleError> {
        Ok(questions.iter().map(|_| (self.0)()).collect())
    }
}

fn findings(says: fn() -> Reply) -> Summary {
    let start = || Ok(Some(Says(says)));
    run(Catalog::embedded(), &plan(60, Some("sts")), 2, &start, &|_| {}).unwrap()
}

#[test]
fn an_oracle_that_fails_or_differs_is_found_out() {
    let failed = findings(|| Reply::Failed("no idea".to_owned()));
    assert_eq!(failed.findings.len() as u64, failed.asked);
    assert_eq!(failed.findings[0].fault, Fault::Refused("botocore: no idea".to_owned()));
    let empty = findings(|| Reply::Request(Request::new(Bytes::new())));
    assert!(!empty.findings.is_empty());
    let other = findings(|| Reply::Error {
        code: "Other".to_owned(),
        message: String::new(),
        members: Document::empty(),
    });
    assert!(other.findings.iter().all(|finding| matches!(finding.fault, Fault::Differs(_))));
}

#[test]
fn values_are_spread_over_all_operations() {
    let nobody = || Ok(None::<NoOracle>);
    let summary = run(Catalog::embedded(), &plan(19_800, None), 2, &nobody, &|_| {}).unwrap();
    assert_eq!((summary.operations, summary.values.len()), (19_796, 439));
    assert_eq!(summary.values.values().sum::<u64>(), 19_800);
    assert_eq!(summary.protocols.len(), 6);
}

#[test]
fn an_oracle_that_can_not_be_started_ends_the_run() {
    let start = || Err::<Option<NoOracle>, _>(OracleError::Ended("it said nothing".to_owned()));
    let ended = run(Catalog::embedded(), &plan(60, Some("sts")), 2, &start, &|_| {});
    assert!(matches!(ended, Err(RunError::Oracle(_))));
}

#[test]
fn botocore_is_the_one_that_the_models_come_from() {
    let package = standin_packages::package("botocore").unwrap();
    assert_eq!(package.version, Catalog::embedded().version());
}

/// A rule that took nothing of enough values is stale, where the plan has all that the rule is for.
#[test]
fn rules_that_take_nothing_are_stale() {
    let all = rules();
    let names = |summary: &Summary, plan: &Plan| -> Vec<_> {
        summary.stale(plan).into_iter().map(|rule| rule.name).collect()
    };
    let everything = plan(1, None);
    let mut summary = Summary::default();
    for rule in &all {
        summary.places.insert(rule.name, rule.within - 1);
    }
    assert_eq!(names(&summary, &everything), Vec::<&str>::new(), "too few");
    for rule in &all {
        summary.places.insert(rule.name, rule.within);
    }
    assert_eq!(names(&summary, &everything).len(), all.len());
    let of = |text: &str| -> Vec<_> {
        all.iter().map(|rule| rule.name).filter(|name| name.contains(text)).collect()
    };
    assert_eq!(names(&summary, &plan(1, Some("s3"))), of(" service="));
    let operation = Some("GetBucketLocation".to_owned());
    let one = Plan { operation, ..plan(1, Some("s3")) };
    assert_eq!(names(&summary, &one), of(" operation="));
    for rule in &all {
        summary.rules.insert(rule.name, 1);
    }
    assert_eq!(names(&summary, &everything), Vec::<&str>::new(), "each took one");
}

#[test]
fn each_rule_has_a_reason() {
    assert!(rules().iter().all(|rule| rule.reason.len() > 20));
}
