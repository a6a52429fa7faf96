//! Endpoint rules against the cases that AWS publishes with them, and against hostile parameters.

use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::botocore::shared;

/// Cases that can't hold: `SUITE: CASE: REASON` a line.
const EXCLUDED: &str = include_str!("tests/excluded.txt");

/// The outcomes of all cases, and the ledger of those that are let off.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
    let_off: BTreeSet<String>,
    suites: BTreeSet<String>,
}

impl Tally {
    fn case(&mut self, suite: &str, rules: &RuleSet, partitions: &Partitions, case: &Json) {
        let name = case["documentation"].as_str().unwrap_or("unnamed");
        let fault = fault(rules, partitions, case);
        self.suites.insert(suite.to_owned());
        let line = format!("{suite}: {name}: ");
        let listed = excluded().any(|(of, case, _)| (of, case) == (suite, name));
        match fault {
            None if listed => self.failed.push(format!("{line}passes, take it out of the ledger")),
            None => self.passed += 1,
            Some(_) if listed => {
                self.let_off.insert(line);
            }
            Some(fault) => self.failed.push(format!("{line}{fault}")),
        }
    }

    #[expect(clippy::print_stderr, reason = "the figures are what one wants to see")]
    fn finish(mut self, what: &str, suites: usize) {
        let (passed, let_off, failed) = (self.passed, self.let_off.len(), self.failed.len());
        eprintln!("{what}: {suites} suites, {passed} passed, {let_off} excluded, {failed} failed");
        self.failed.extend(self.stale());
        assert!(self.failed.is_empty(), "{:#?}", &self.failed[..self.failed.len().min(20)]);
    }
}

impl Tally {
    /// Lines of the ledger for suites that were run, whose case is not there.
    fn stale(&self) -> Vec<String> {
        let lines = excluded().filter(|(suite, _, _)| self.suites.contains(*suite));
        let met = |suite: &str, case: &str| self.let_off.contains(&format!("{suite}: {case}: "));
        let stale = lines.filter(|(suite, case, _)| !met(suite, case));
        stale.map(|(suite, case, _)| format!("{suite}: {case}: not there, take it out")).collect()
    }
}

/// The ledger's lines: suite, case and reason.
fn excluded() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let lines = EXCLUDED.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let (suite, rest) = line.split_once(": ").expect("a line begins with its suite");
        let (case, reason) = rest.split_once(": ").expect("a line ends with a reason");
        (suite, case, reason)
    })
}

/// How a case's outcome differs from what it expects.
fn fault(rules: &RuleSet, partitions: &Partitions, case: &Json) -> Option<String> {
    let outcome = evaluate(rules, partitions, &params(&case["params"]));
    let expected = &case["expect"];
    match (outcome, expected["error"].as_str()) {
        (Err(EndpointError::Refused(said)), Some(wanted)) if said == wanted => None,
        // Where a required parameter is missing, each client has its own words.
        (Err(EndpointError::Required(_)), Some(wanted))
            if wanted.contains("require") || wanted.contains("Missing") =>
        {
            None
        }
        (Ok(outcome), None) => differences(&outcome, &expected["endpoint"]),
        (outcome, wanted) => Some(format!("{outcome:?}, expected {wanted:?}")),
    }
}

fn differences(outcome: &Outcome, expected: &Json) -> Option<String> {
    if Some(outcome.url.as_str()) != expected["url"].as_str() {
        return Some(format!("{}, expected {}", outcome.url, expected["url"]));
    }
    let headers = outcome.headers.iter();
    let headers = headers.map(|(name, values)| {
        (
            name.clone().into(),
            Value::List(values.iter().map(|value| value.as_str().into()).collect()),
        )
    });
    let properties = outcome.properties.iter();
    let properties = properties.map(|(name, value)| (name.clone().into(), value.clone()));
    for (what, found) in [
        ("headers", Value::Object(headers.collect())),
        ("properties", Value::Object(properties.collect())),
    ] {
        if let Some(expected) = expected.get(what)
            && !covers(&found, expected)
        {
            return Some(format!("{what} {found:?}, expected {expected}"));
        }
    }
    None
}

/// Whether a value has all that is expected.
fn covers(found: &Value, expected: &Json) -> bool {
    match (found, expected) {
        (Value::Object(_), Json::Object(fields)) => fields
            .iter()
            .all(|(name, json)| found.get(name).is_some_and(|found| covers(found, json))),
        (Value::List(items), Json::Array(wanted)) => {
            items.len() == wanted.len() && items.iter().zip(wanted).all(|(a, b)| covers(a, b))
        }
        _ => read::value(expected).as_ref() == Some(found),
    }
}

fn params(json: &Json) -> Params {
    let fields = json.as_object().into_iter().flatten();
    fields.fold(Params::default(), |params, (name, json)| match read::value(json) {
        Some(value) => params.with(name.clone(), value),
        None => params,
    })
}

fn json(path: &PathBuf) -> Json {
    let text = std::fs::read(path).expect("readable");
    serde_json::from_slice(&text).expect("JSON")
}

fn sorted(folder: PathBuf) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

#[test]
fn the_rules_engine_passes_its_cases() {
    let Some(folder) = shared("conformance/endpoints/rules-engine") else { return };
    let partitions = Catalog::embedded().partitions().expect("in the pack");
    let mut tally = Tally::default();
    let suites = sorted(folder.join("test-cases"));
    for path in &suites {
        let name = path.file_name().expect("a file").to_string_lossy();
        let text =
            std::fs::read(folder.join("valid-rules").join(&*name)).expect("rules of the cases");
        let rules = RuleSet::from_json(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for case in json(path)["testCases"].as_array().expect("a list") {
            tally.case(&name, &rules, partitions, case);
        }
    }
    tally.finish("rules engine", suites.len());
}

#[test]
fn all_valid_rules_are_read() {
    let Some(folder) = shared("conformance/endpoints/rules-engine/valid-rules") else { return };
    for path in sorted(folder) {
        let text = std::fs::read(&path).expect("readable");
        RuleSet::from_json(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

#[test]
fn services_resolve_as_their_cases_say() {
    let Some(folder) = shared("conformance/endpoints/services") else { return };
    let catalog = Catalog::embedded();
    let partitions = catalog.partitions().expect("in the pack");
    let mut tally = Tally::default();
    let suites = sorted(folder);
    for path in &suites {
        let name = path.file_name().expect("a folder").to_string_lossy();
        let rules = catalog.endpoint_rules(&name).expect("sound").expect("each has rules");
        let cases = json(&path.join("endpoint-tests-1.json"));
        for case in cases["testCases"].as_array().expect("a list") {
            tally.case(&name, rules, partitions, case);
        }
    }
    tally.finish("services", suites.len());
}

#[test]
fn hosts_of_all_partitions() {
    for (service, region, url, signing) in [
        ("sqs", "eu-west-1", "https://sqs.eu-west-1.amazonaws.com", "sqs eu-west-1"),
        ("sqs", "cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn", "sqs cn-north-1"),
        ("sqs", "us-iso-east-1", "https://sqs.us-iso-east-1.c2s.ic.gov", "sqs us-iso-east-1"),
        ("sqs", "eusc-de-east-1", "https://sqs.eusc-de-east-1.amazonaws.eu", "sqs eusc-de-east-1"),
        ("iam", "eu-west-1", "https://iam.amazonaws.com", "iam us-east-1"),
        ("iam", "cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn", "iam cn-north-1"),
        ("iam", "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "iam us-gov-west-1"),
        ("s3", "us-west-2", "https://s3.us-west-2.amazonaws.com", "s3 us-west-2"),
        ("sts", "us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com", "sts us-gov-west-1"),
        ("ses", "eu-west-1", "https://email.eu-west-1.amazonaws.com", "ses eu-west-1"),
        (
            "cloudwatch",
            "ap-east-2",
            "https://monitoring.ap-east-2.amazonaws.com",
            "monitoring ap-east-2",
        ),
        // A region that isn't known yet is taken by its form.
        ("sqs", "eu-north-9", "https://sqs.eu-north-9.amazonaws.com", "sqs eu-north-9"),
    ] {
        let endpoint = resolve_host(service, region).expect(service);
        assert_eq!(endpoint.url, url);
        assert_eq!(format!("{} {}", endpoint.signing_name, endpoint.signing_region), signing);
        assert_eq!(format!("https://{}", endpoint.authority()), url);
    }
}

#[test]
fn every_service_has_a_host() {
    let without: Vec<_> = Catalog::embedded()
        .services()
        .iter()
        .filter_map(|entry| {
            resolve_host(entry.name, "us-east-1").err().map(|error| (entry.name, error))
        })
        .collect();
    // Its rules need the ARN of a store.
    assert_eq!(
        without.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["cloudfront-keyvaluestore"]
    );
}

#[test]
fn in_every_partition_a_service_has_a_host_or_is_refused() {
    let catalog = Catalog::embedded();
    let mut hosts = 0;
    for partition in catalog.partitions().expect("in the pack").all() {
        for entry in catalog.services() {
            match resolve_host(entry.name, partition.global_region) {
                Ok(endpoint) => {
                    let authority = endpoint.authority();
                    assert!(authority.contains('.') && !authority.contains('{'), "{authority}");
                    assert!(!endpoint.signing_region.is_empty(), "{}", entry.name);
                    hosts += 1;
                }
                Err(EndpointError::Refused(_)) => {}
                Err(error) => panic!("{} in {}: {error}", entry.name, partition.id),
            }
        }
    }
    assert!(hosts >= 8 * 430, "{hosts}");
}

#[test]
fn options_and_operations_count() {
    let fips = Params::region("us-east-1").fips().dual_stack();
    let endpoint = resolve("sqs", &fips).expect("resolves");
    assert_eq!(endpoint.url, "https://sqs-fips.us-east-1.api.aws");
    let own = Params::region("us-east-1").endpoint("http://127.0.0.1:4566/base");
    let endpoint = resolve("sqs", &own).expect("resolves");
    assert_eq!(
        (endpoint.url.as_str(), endpoint.authority()),
        ("http://127.0.0.1:4566/base", "127.0.0.1:4566")
    );
    let bucket = Params::region("eu-west-1").with("Bucket", "books");
    let endpoint = resolve("s3", &bucket).expect("resolves");
    assert_eq!(endpoint.url, "https://books.s3.eu-west-1.amazonaws.com");
    assert!(endpoint.single_encoding);
    let none = resolve("nothing", &own);
    assert_eq!(none, Err(EndpointError::NoService("nothing".to_owned())));
    assert_eq!(
        resolve("sqs", &Params::default()),
        Err(EndpointError::Refused("Invalid Configuration: Missing Region".to_owned()))
    );
}

fn hostile() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        ".{0,40}",
        "[a-z0-9:/.\\[\\]{}#-]{0,60}",
        "arn:aws[a-z-]{0,4}:s3[a-z-]{0,16}:[a-z0-9-]{0,10}:[0-9]{0,12}:[a-z]{0,12}[:/][a-z0-9:/-]{0,20}",
        "https?://[a-z0-9.:\\[\\]-]{0,20}/?[a-z/?#]{0,8}",
    ];
    prop_oneof![
        4 => text.prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::Integer),
        1 => prop::collection::vec("[a-z:]{0,9}".prop_map(Value::from), 0..3).prop_map(Value::List),
    ]
}

proptest! {
    #[test]
    fn hostile_parameters_never_panic(values in prop::collection::vec(hostile(), 24), place in any::<prop::sample::Index>()) {
        let catalog = Catalog::embedded();
        for name in ["s3", "s3control", "dynamodb", "kinesis", "events", catalog.services()[place.index(catalog.services().len())].name] {
            let rules = catalog.endpoint_rules(name).expect("sound").expect("there");
            let given = rules.parameters.iter().zip(&values);
            let params = given.fold(Params::default(), |params, (parameter, value)| params.with(parameter.name, value.clone()));
            let _outcome = evaluate(rules, catalog.partitions().expect("sound"), &params);
        }
    }

    #[test]
    fn hostile_rules_never_panic(text in "\\{\"parameters\":\\{\\},\"rules\":\\[\\{\"conditions\":\\[\\],\"endpoint\":\\{\"url\":\"[a-z{}#.\\[\\]0-9-]{0,20}\"\\},\"type\":\"endpoint\"\\}\\]\\}") {
        if let Ok(rules) = RuleSet::from_json(text.as_bytes()) {
            let _outcome = evaluate(&rules, &Partitions::default(), &Params::region("x"));
        }
    }
}
