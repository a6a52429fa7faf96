//! What a fuzz run prints.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use standin_fuzz::{Difference, Fault, Finding, Rule, Summary, rules, show};
use standin_model::Catalog;

use super::protocol::{Oracle, Protocol};
use crate::stdout::outln;

/// Each difference, a table of the services that have any, what is known of the oracle, and the sum.
pub(super) fn people(arguments: &Protocol, summary: &Summary, stale: &[Rule]) {
    for finding in &summary.findings {
        print_finding(arguments, finding);
    }
    print_services(summary);
    if !summary.rules.is_empty() {
        outln!("differences of botocore's own, of how many values in their places:");
        for (rule, count) in &summary.rules {
            outln!("  {count:6} of {:7}  {rule}", place(summary, rule));
        }
    }
    for rule in stale {
        outln!(
            "stale: {}: of {} values none differed so; take the line out of harness/fuzz/data/botocore.txt",
            rule.name,
            place(summary, rule.name)
        );
    }
    outln!("{}", sum(arguments, summary, stale.len()));
}

/// The same as JSON.
pub(super) fn json(arguments: &Protocol, summary: &Summary, stale: &[Rule]) {
    let differing = differing(summary);
    let services: Vec<_> = summary
        .values
        .iter()
        .map(|(service, values)| {
            let differences = differing.get(service).copied().unwrap_or_default();
            json!({ "service": service, "values": values, "differences": differences })
        })
        .collect();
    let known = rules().into_iter().filter_map(|rule| {
        let count = summary.rules.get(rule.name)?;
        let of = place(summary, rule.name);
        Some(json!({ "rule": rule.name, "reason": rule.reason, "count": count, "of": of }))
    });
    let findings = summary.findings.iter().map(|finding| finding_json(arguments, finding));
    let whole = json!({
        "seed": arguments.seed,
        "values": total(summary),
        "operations": summary.operations,
        "protocols": summary.protocols,
        "asked": summary.asked,
        "left_out": summary.left_out,
        "services": services,
        "known": known.collect::<Vec<_>>(),
        "stale": stale.iter().map(|rule| rule.name).collect::<Vec<_>>(),
        "differences": findings.collect::<Vec<_>>(),
    });
    outln!("{whole:#}");
}

fn print_finding(arguments: &Protocol, finding: &Finding) {
    let (case, call) = (&finding.case, finding.case.call);
    let (service, protocol) = (call.service.metadata.name, call.protocol.name());
    outln!("{service} {} {protocol} {}", call.operation.name, case.part_name());
    match &finding.fault {
        Fault::Refused(said) => outln!("  {said}"),
        Fault::Differs(differences) => {
            for Difference { path, found, expected } in differences {
                outln!("  {path}: {}, expected {}", show(found.as_ref()), show(expected.as_ref()));
            }
        }
    }
    outln!("  of {}", show(Some(&finding.value)));
    outln!("  again: {}\n", reproduce(arguments, finding));
}

fn finding_json(arguments: &Protocol, finding: &Finding) -> Value {
    let call = finding.case.call;
    let (said, differences) = match &finding.fault {
        Fault::Refused(said) => (Some(said), Vec::new()),
        Fault::Differs(differences) => (None, differences.iter().map(difference_json).collect()),
    };
    json!({
        "service": call.service.metadata.name,
        "operation": call.operation.name,
        "protocol": call.protocol.name(),
        "part": finding.case.part_name(),
        "refused": said,
        "at": differences,
        "value": show(Some(&finding.value)),
        "again": reproduce(arguments, finding),
    })
}

fn difference_json(difference: &Difference) -> Value {
    let Difference { path, found, expected } = difference;
    json!({ "path": path, "found": show(found.as_ref()), "expected": show(expected.as_ref()) })
}

/// An operation's values don't depend on how many others are tried.
fn reproduce(arguments: &Protocol, finding: &Finding) -> String {
    let call = finding.case.call;
    let oracle = match arguments.oracle {
        Oracle::Botocore => " --oracle botocore",
        Oracle::None => "",
    };
    format!(
        "standin fuzz protocol{oracle} --service {} --operation {} --cases {} --seed {}",
        call.service.metadata.name,
        call.operation.name,
        finding.case.round + 1,
        arguments.seed
    )
}

fn print_services(summary: &Summary) {
    let differing = differing(summary);
    if differing.is_empty() {
        return;
    }
    outln!("{:30}  {:>8}  {:>11}", "service", "values", "differences");
    for (service, differences) in &differing {
        let values = summary.values.get(service).copied().unwrap_or_default();
        outln!("{service:30}  {values:8}  {differences:11}");
    }
    outln!("{} other services without a difference\n", summary.values.len() - differing.len());
}

fn differing(summary: &Summary) -> BTreeMap<&'static str, u64> {
    let mut services = BTreeMap::new();
    for finding in &summary.findings {
        *services.entry(finding.case.call.service.metadata.name).or_default() += 1;
    }
    services
}

/// About how many values of a rule's place botocore was asked.
fn place(summary: &Summary, rule: &str) -> u64 {
    summary.places.get(rule).copied().unwrap_or_default()
}

fn total(summary: &Summary) -> u64 {
    summary.values.values().sum()
}

fn sum(arguments: &Protocol, summary: &Summary, stale: usize) -> String {
    let second = match arguments.oracle {
        Oracle::None => String::new(),
        Oracle::Botocore => {
            let known: u64 = summary.rules.values().sum();
            let version = Catalog::embedded().version();
            format!(", {} put to botocore {version} ({known} known differences)", summary.asked)
        }
    };
    let stale = match stale {
        0 => String::new(),
        count => format!(", {count} stale rules"),
    };
    format!(
        "{} values of {} operations of {} services in {} protocols{second}, {} left out: {} differences{stale}",
        total(summary),
        summary.operations,
        summary.values.len(),
        summary.protocols.len(),
        summary.left_out,
        summary.findings.len()
    )
}
