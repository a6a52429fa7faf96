//! Whether an operation changes anything, as far as its model tells.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::{Operation, Protocol, Service};

/// What a call of an operation does to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It answers, and leaves everything as it was.
    Reads,
    /// It changes something, or nobody knows that it doesn't.
    Changes,
}

/// Verbs of operations that only answer.
const READING: [&str; 16] = [
    "BatchDescribe",
    "BatchGet",
    "Count",
    "Describe",
    "Discover",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
];

/// What the rules get wrong, by service and operation.
static EXCEPTIONS: LazyLock<BTreeMap<(&str, &str), Effect>> =
    LazyLock::new(|| lines().filter_map(exception).collect());

impl Effect {
    /// The effect of an operation: as listed by hand, as the model's trait says, by the method of REST
    /// protocols, else by the verb of its name. What is unknown counts as a change.
    pub fn of(service: &Service, operation: &Operation) -> Self {
        let listed = EXCEPTIONS.get(&(service.metadata.name, operation.name));
        listed.copied().unwrap_or_else(|| by_rule(service, operation))
    }
}

fn by_rule(service: &Service, operation: &Operation) -> Effect {
    let protocols = &service.metadata.protocols;
    let rest = protocols.iter().any(|it| matches!(it, Protocol::RestJson | Protocol::RestXml));
    let gets = rest && matches!(operation.http.method, "GET" | "HEAD");
    if operation.read_only || gets || reads_by_name(operation.name) {
        Effect::Reads
    } else {
        Effect::Changes
    }
}

/// Whether a name begins with a verb of reading that ends there (`GetQueue`, not `Getaway`).
fn reads_by_name(name: &str) -> bool {
    READING.iter().any(|verb| {
        let rest = name.strip_prefix(verb);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
    })
}

fn lines() -> impl Iterator<Item = &'static str> {
    let text = include_str!("../data/effects.txt");
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn exception(line: &'static str) -> Option<((&'static str, &'static str), Effect)> {
    let mut words = line.split(':').next()?.split(' ');
    let (service, operation) = (words.next()?, words.next()?);
    let effect = match words.next()? {
        "reads" => Effect::Reads,
        "changes" => Effect::Changes,
        _ => return None,
    };
    Some(((service, operation), effect))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    fn effect(service: &str, operation: &str) -> Effect {
        let service = Catalog::embedded().service(service).expect("a service");
        Effect::of(service, service.operation(operation).expect("an operation"))
    }

    #[test]
    fn every_exception_is_one_and_has_a_reason() {
        for line in lines() {
            let (key, effect) = exception(line).unwrap_or_else(|| panic!("malformed: {line}"));
            let service = Catalog::embedded().service(key.0).unwrap_or_else(|| panic!("{line}"));
            let operation = service.operation(key.1).unwrap_or_else(|| panic!("{line}"));
            assert_ne!(by_rule(service, operation), effect, "needless: {line}");
            assert!(line.split_once(": ").is_some_and(|(_, reason)| !reason.is_empty()), "{line}");
        }
        assert_eq!(lines().count(), EXCEPTIONS.len(), "listed twice");
    }

    #[test]
    fn reads_are_told_from_changes() {
        let reads = [
            ("sqs", "ListQueues"),
            ("dynamodb", "BatchGetItem"),
            ("dynamodb", "Query"),
            ("s3", "HeadObject"),
            ("lambda", "GetFunction"),
            ("route53", "TestDNSAnswer"),
            ("ec2", "DescribeVpcs"),
            ("sts", "GetCallerIdentity"),
        ];
        for (service, operation) in reads {
            assert_eq!(effect(service, operation), Effect::Reads, "{service} {operation}");
        }
        let changes = [
            ("sqs", "CreateQueue"),
            // It hides the message from others.
            ("sqs", "ReceiveMessage"),
            ("dynamodb", "ExecuteStatement"),
            ("s3", "PutObject"),
            ("lambda", "Invoke"),
            ("sts", "AssumeRole"),
            ("license-manager", "CheckInLicense"),
            ("ec2", "TerminateInstances"),
        ];
        for (service, operation) in changes {
            assert_eq!(effect(service, operation), Effect::Changes, "{service} {operation}");
        }
    }

    #[test]
    fn nothing_that_is_named_as_a_change_counts_as_a_read() {
        let verbs = ["Create", "Delete", "Put", "Update", "Terminate", "Modify", "Send", "Tag"];
        for entry in Catalog::embedded().services() {
            let service = Catalog::embedded().service(entry.name).expect("listed");
            for operation in &service.operations {
                if verbs.iter().any(|verb| operation.name.starts_with(verb)) {
                    let effect = Effect::of(service, operation);
                    assert_eq!(effect, Effect::Changes, "{} {}", entry.name, operation.name);
                }
            }
        }
    }
}
