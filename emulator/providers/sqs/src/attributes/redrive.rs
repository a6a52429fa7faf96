//! `RedrivePolicy` and `RedriveAllowPolicy`.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use standin_core::{Arn, ServiceError};

use crate::errors;
use crate::queue::{AllowedSources, Queue, RedriveAllowPolicy, RedrivePolicy};
use crate::tables::SqsTables;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedriveText {
    dead_letter_target_arn: Option<String>,
    max_receive_count: Option<Count>,
}

/// A number, or a number as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Count {
    Number(i64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AllowText {
    redrive_permission: Option<String>,
    source_queue_arns: Option<Vec<String>>,
}

/// Reads the policy of a queue; none if the text takes it away.
pub(super) fn policy(
    text: &str,
    queue: &Queue,
    tables: &SqsTables,
) -> Result<Option<RedrivePolicy>, ServiceError> {
    if text.is_empty() {
        return Ok(None);
    }
    let invalid = |reason: &str| errors::invalid_value(text, "RedrivePolicy", reason);
    let read: RedriveText = serde_json::from_str(text)
        .map_err(|_| invalid("Redrive policy is not a valid JSON map."))?;
    let missing = |name: &str| {
        invalid(&format!("Redrive policy does not contain mandatory attribute: {name}."))
    };
    let target = read.dead_letter_target_arn.ok_or_else(|| missing("deadLetterTargetArn"))?;
    let count = read.max_receive_count.ok_or_else(|| missing("maxReceiveCount"))?;
    let max_receive_count = count.number().ok_or_else(|| {
        invalid(&format!(
            "Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive."
        ))
    })?;
    let target_name = dead_letter_queue(&target, queue, tables).map_err(invalid)?;
    Ok(Some(RedrivePolicy { text: text.to_owned(), target, target_name, max_receive_count }))
}

/// Reads which queues may name this one; none if the text takes the policy away.
pub(super) fn allow_policy(text: &str) -> Result<Option<RedriveAllowPolicy>, ServiceError> {
    if text.is_empty() {
        return Ok(None);
    }
    let invalid = |reason: &str| errors::invalid_value(text, "RedriveAllowPolicy", reason);
    let not_a_map = "Redrive allow policy is not a valid JSON map.";
    let read: AllowText = serde_json::from_str(text).map_err(|_| invalid(not_a_map))?;
    let arns = read.source_queue_arns;
    let allowed = match (read.redrive_permission.as_deref(), arns) {
        (Some("allowAll"), None) => AllowedSources::All,
        (Some("denyAll"), None) => AllowedSources::None,
        (Some("byQueue"), Some(arns)) if (1..=10).contains(&arns.len()) => {
            AllowedSources::Queues(arns)
        }
        (Some("byQueue"), _) => return Err(invalid("sourceQueueArns must name 1 to 10 queues.")),
        (Some("allowAll" | "denyAll"), Some(_)) => {
            return Err(invalid("sourceQueueArns is only allowed with the permission byQueue."));
        }
        _ => return Err(invalid("redrivePermission must be allowAll, denyAll or byQueue.")),
    };
    Ok(Some(RedriveAllowPolicy { text: text.to_owned(), allowed }))
}

/// The name of the dead-letter queue, if it is there and may be named by `queue`.
fn dead_letter_queue(
    target: &str,
    queue: &Queue,
    tables: &SqsTables,
) -> Result<Arc<str>, &'static str> {
    let arn: Arn = target.parse().map_err(|_| "Invalid value for deadLetterTargetArn.")?;
    let own: Arn = queue.arn.parse().expect("a queue's ARN is one");
    if (&arn.account, &arn.region) != (&own.account, &own.region) {
        return Err("Dead-letter target owner should be same as the source.");
    }
    let found = tables.queue(&arn.resource).filter(|found| found.arn.as_ref() == target);
    let found = found.ok_or("Dead letter target does not exist.")?;
    if found.is_fifo() != queue.is_fifo() {
        return Err("Dead-letter queue must be same type of queue as the source.");
    }
    let allowed =
        found.settings.redrive_allow.as_ref().is_none_or(|policy| match &policy.allowed {
            AllowedSources::All => true,
            AllowedSources::None => false,
            AllowedSources::Queues(arns) => arns.iter().any(|arn| **arn == *queue.arn),
        });
    if allowed {
        Ok(Arc::clone(&found.name))
    } else {
        Err("Dead letter queue does not allow the source queue to use it.")
    }
}

impl Count {
    fn number(&self) -> Option<u32> {
        let number = match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.parse().ok()?,
        };
        u32::try_from(number).ok().filter(|number| (1..=1000).contains(number))
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
