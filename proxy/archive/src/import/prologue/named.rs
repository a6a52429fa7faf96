//! Resources that requests only name: queues by their URLs, roles by their ARNs.

use std::collections::BTreeSet;

use standin_model::{Answer, Document};

use super::super::decode::Decoded;
use super::Step;
use super::fields::{object, text};

/// What lets AWS's functions take a role on; a role must have some such policy.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Queues that are sent to, read or described, and were not created before.
pub(super) fn queues(exchanges: &[Decoded]) -> Vec<Step> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut steps = Vec::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.is_of("sqs")) {
        let url = text(&exchange.input, "QueueUrl");
        let name = match exchange.call.operation.name {
            "CreateQueue" => {
                known.extend(text(&exchange.input, "QueueName"));
                continue;
            }
            "GetQueueUrl" => text(&exchange.input, "QueueName"),
            _ => url.and_then(|url| Some(url.split_once("://")?.1.rsplit_once('/')?.1)),
        };
        let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
        if is_absent(exchange, &["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"]) {
            continue;
        }
        if known.insert(name) {
            let mut input = vec![("QueueName", Document::from(name))];
            if name.strip_suffix(".fifo").is_some() {
                input.push(("Attributes", object([("FifoQueue", "true".into())])));
            }
            steps.extend(exchange.step("CreateQueue", object(input)));
        }
    }
    steps
}

/// Roles that IAM is asked about, and were not created before.
pub(super) fn roles(exchanges: &[Decoded]) -> Vec<Step> {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut steps = Vec::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.is_of("iam")) {
        let Some(name) = text(&exchange.input, "RoleName") else { continue };
        let is_made = exchange.call.operation.name == "CreateRole";
        if is_made {
            known.insert(name);
            continue;
        }
        let is_absent = is_absent(exchange, &["NoSuchEntity", "NoSuchEntityException"]);
        if is_absent || !known.insert(name) {
            continue;
        }
        let input = [("RoleName", name.into()), ("AssumeRolePolicyDocument", TRUST.into())];
        let mut fields = input.to_vec();
        let role = exchange.output_of("iam").and_then(|output| output.get("Role"));
        if let Some(path) = role.and_then(|role| text(role, "Path")).filter(|path| *path != "/") {
            fields.push(("Path", path.into()));
        }
        steps.extend(exchange.step("CreateRole", object(fields)));
    }
    steps
}

/// Whether the answer says that there is no such thing.
fn is_absent(exchange: &Decoded, codes: &[&str]) -> bool {
    matches!(&exchange.answer, Answer::Error(error) if codes.contains(&&*error.code))
}
