//! The attributes of queues: which there are, what they may be, what they are.

mod redrive;
mod write;

use crate::queue::{DeduplicationScope, Queue, ThroughputLimit};
use crate::tables::Counters;

pub(crate) use write::{Change, apply};

/// All attributes in AWS's order of the names, with how they are read.
const ATTRIBUTES: [(&str, Read); 22] = [
    ("ApproximateNumberOfMessages", |queue| Some(queue.1.visible.to_string())),
    ("ApproximateNumberOfMessagesDelayed", |queue| Some(queue.1.delayed.to_string())),
    ("ApproximateNumberOfMessagesNotVisible", |queue| Some(queue.1.in_flight.to_string())),
    ("ContentBasedDeduplication", |queue| Some(queue.0.settings.fifo?.by_content.to_string())),
    ("CreatedTimestamp", |queue| Some((queue.0.created / 1000).to_string())),
    ("DeduplicationScope", |queue| Some(queue.0.settings.fifo?.scope.name().to_owned())),
    ("DelaySeconds", |queue| Some(queue.0.settings.delay.to_string())),
    ("FifoQueue", |queue| queue.0.settings.fifo.map(|_| "true".to_owned())),
    ("FifoThroughputLimit", |queue| Some(queue.0.settings.fifo?.throughput.name().to_owned())),
    ("KmsDataKeyReusePeriodSeconds", |queue| reuse_period(queue.0)),
    ("KmsMasterKeyId", |queue| queue.0.settings.kms_key.clone()),
    ("LastModifiedTimestamp", |queue| Some((queue.0.modified / 1000).to_string())),
    ("MaximumMessageSize", |queue| Some(queue.0.settings.maximum_size.to_string())),
    ("MessageRetentionPeriod", |queue| Some(queue.0.settings.retention.to_string())),
    ("Policy", |queue| queue.0.settings.policy.clone()),
    ("QueueArn", |queue| Some(queue.0.arn.as_ref().to_owned())),
    ("ReceiveMessageWaitTimeSeconds", |queue| Some(queue.0.settings.wait.to_string())),
    ("RedriveAllowPolicy", |queue| Some(queue.0.settings.redrive_allow.as_ref()?.text.clone())),
    ("RedrivePolicy", |queue| Some(queue.0.settings.redrive.as_ref()?.text.clone())),
    ("SqsManagedSseEnabled", |queue| Some(queue.0.settings.managed_encryption.to_string())),
    ("VisibilityTimeout", |queue| Some(queue.0.settings.visibility.to_string())),
    ("All", |_| None),
];

type Read = fn((&Queue, &Counters)) -> Option<String>;

/// Whether there is an attribute of the name.
pub(crate) fn is_known(name: &str) -> bool {
    ATTRIBUTES.iter().any(|(known, _)| *known == name)
}

/// The value of an attribute, if the queue has it.
pub(crate) fn read(queue: &Queue, counters: &Counters, name: &str) -> Option<String> {
    let (_, read) = ATTRIBUTES.iter().find(|(known, _)| *known == name)?;
    read((queue, counters))
}

/// All attributes that the queue has.
pub(crate) fn read_all(queue: &Queue, counters: &Counters) -> Vec<(&'static str, String)> {
    ATTRIBUTES.iter().filter_map(|(name, read)| Some((*name, read((queue, counters))?))).collect()
}

impl DeduplicationScope {
    pub(crate) const ALL: [Self; 2] = [Self::Queue, Self::MessageGroup];

    /// AWS's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::MessageGroup => "messageGroup",
        }
    }
}

impl ThroughputLimit {
    pub(crate) const ALL: [Self; 2] = [Self::PerQueue, Self::PerMessageGroupId];

    /// AWS's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PerQueue => "perQueue",
            Self::PerMessageGroupId => "perMessageGroupId",
        }
    }
}

fn reuse_period(queue: &Queue) -> Option<String> {
    let settings = &queue.settings;
    let default = settings.kms_key.as_ref().map(|_| 300);
    settings.kms_reuse.or(default).map(|seconds| seconds.to_string())
}
