//! Setting attributes, with AWS's checks.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use standin_core::ServiceError;

use super::redrive;
use crate::errors;
use crate::queue::{DeduplicationScope, Fifo, Queue, Settings, ThroughputLimit};
use crate::tables::SqsTables;

/// Whether attributes are set on a new queue or on one that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// By `CreateQueue`.
    Create,
    /// By `SetQueueAttributes`.
    Set,
}

/// Sets attributes of `queue`, or fails and leaves it to the caller to drop it.
pub(crate) fn apply(
    queue: &mut Queue,
    attributes: &BTreeMap<String, String>,
    change: Change,
    tables: &SqsTables,
) -> Result<(), ServiceError> {
    exclusive_encryption(attributes)?;
    for (name, value) in attributes {
        set(queue, (name, value), change, tables)?;
    }
    if let (Change::Create, Some(fifo)) = (change, &mut queue.settings.fifo) {
        fifo.effective_scope = fifo.scope;
    }
    consistent_throughput(&queue.settings)
}

fn set(
    queue: &mut Queue,
    (name, value): (&str, &str),
    change: Change,
    tables: &SqsTables,
) -> Result<(), ServiceError> {
    let settings = &mut queue.settings;
    match name {
        "DelaySeconds" => settings.delay = number(name, value, 0..=900)?,
        "MaximumMessageSize" => settings.maximum_size = number(name, value, 1024..=1_048_576)?,
        "MessageRetentionPeriod" => settings.retention = number(name, value, 60..=1_209_600)?,
        "ReceiveMessageWaitTimeSeconds" => settings.wait = number(name, value, 0..=20)?,
        "VisibilityTimeout" => settings.visibility = number(name, value, 0..=43_200)?,
        "KmsDataKeyReusePeriodSeconds" => {
            let seconds = number(name, value, 60..=86_400)?;
            settings.kms_reuse = (seconds != 300).then_some(seconds);
        }
        "KmsMasterKeyId" => set_kms_key(settings, value),
        "SqsManagedSseEnabled" => set_managed_encryption(settings, value)?,
        "Policy" => settings.policy = policy(value)?,
        "RedriveAllowPolicy" => settings.redrive_allow = redrive::allow_policy(value)?,
        "RedrivePolicy" => queue.settings.redrive = redrive::policy(value, queue, tables)?,
        "FifoQueue" => set_fifo_queue(settings, value, change)?,
        "ContentBasedDeduplication" => {
            let on = boolean(name, value)?;
            settings.fifo.as_mut().ok_or_else(|| errors::unknown_attribute(name))?.by_content = on;
        }
        "DeduplicationScope" => {
            fifo_only(settings, name)?.scope =
                named(name, value, DeduplicationScope::ALL, DeduplicationScope::name)?;
        }
        "FifoThroughputLimit" => {
            fifo_only(settings, name)?.throughput =
                named(name, value, ThroughputLimit::ALL, ThroughputLimit::name)?;
        }
        _ => return Err(errors::unknown_attribute(name)),
    }
    Ok(())
}

fn number(name: &str, value: &str, range: RangeInclusive<u32>) -> Result<u32, ServiceError> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| errors::invalid_attribute_value(name))
}

fn boolean(name: &str, value: &str) -> Result<bool, ServiceError> {
    match value {
        "true" | "True" => Ok(true),
        "false" | "False" => Ok(false),
        _ => Err(errors::invalid_attribute_value(name)),
    }
}

fn named<T: Copy>(
    name: &str,
    value: &str,
    all: [T; 2],
    of: fn(T) -> &'static str,
) -> Result<T, ServiceError> {
    let found = all.into_iter().find(|known| of(*known) == value);
    found.ok_or_else(|| errors::invalid_attribute_value(name))
}

fn policy(value: &str) -> Result<Option<String>, ServiceError> {
    if value.is_empty() {
        return Ok(None);
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(value) {
        Ok(_) => Ok(Some(value.to_owned())),
        Err(_) => Err(errors::invalid_attribute_value("Policy")),
    }
}

fn fifo_only<'a>(settings: &'a mut Settings, name: &str) -> Result<&'a mut Fifo, ServiceError> {
    let message = || format!("You can specify the {name} only when FifoQueue is set to true.");
    settings.fifo.as_mut().ok_or_else(|| errors::invalid_attribute_name(message()))
}

fn set_fifo_queue(settings: &Settings, value: &str, change: Change) -> Result<(), ServiceError> {
    match (settings.fifo, boolean("FifoQueue", value)?, change) {
        (Some(_), true, _) => Ok(()),
        (Some(_), false, Change::Set) => {
            let reason = "Modifying queue type is not supported.";
            Err(errors::invalid_attribute_value_because("FifoQueue", reason))
        }
        _ => Err(errors::unknown_attribute("FifoQueue")),
    }
}

fn set_kms_key(settings: &mut Settings, value: &str) {
    settings.kms_key = (!value.is_empty()).then(|| value.to_owned());
    if settings.kms_key.is_some() {
        settings.managed_encryption = false;
    }
}

fn set_managed_encryption(settings: &mut Settings, value: &str) -> Result<(), ServiceError> {
    settings.managed_encryption = boolean("SqsManagedSseEnabled", value)?;
    if settings.managed_encryption {
        settings.kms_key = None;
        settings.kms_reuse = None;
    }
    Ok(())
}

fn exclusive_encryption(attributes: &BTreeMap<String, String>) -> Result<(), ServiceError> {
    let has =
        |name: &str, test: fn(&str) -> bool| attributes.get(name).is_some_and(|value| test(value));
    if has("KmsMasterKeyId", |value| !value.is_empty())
        && has("SqsManagedSseEnabled", |value| value == "true")
    {
        return Err(errors::invalid_attribute_name(
            "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
        ));
    }
    Ok(())
}

fn consistent_throughput(settings: &Settings) -> Result<(), ServiceError> {
    let Some(fifo) = settings.fifo else { return Ok(()) };
    let per_group = fifo.throughput == ThroughputLimit::PerMessageGroupId;
    if per_group && fifo.scope == DeduplicationScope::Queue {
        let reason = "The value perMessageGroupId is allowed only when the value for DeduplicationScope is messageGroup.";
        return Err(errors::invalid_attribute_value_because("FifoThroughputLimit", reason));
    }
    Ok(())
}
