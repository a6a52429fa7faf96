//! Queues: what they are and how they are set.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::tables::{Millis, QueueId};

/// A queue without its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queue {
    /// Its number.
    pub(crate) id: QueueId,
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Its ARN.
    pub(crate) arn: Arc<str>,
    /// When it was made.
    pub(crate) created: Millis,
    /// When its attributes were last set.
    pub(crate) modified: Millis,
    /// Its attributes.
    pub(crate) settings: Settings,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// The two kinds of queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Delivers at least once, in about the order of sending.
    Standard,
    /// Delivers once, in order within a message group.
    Fifo,
}

/// The attributes of a queue that a caller may set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `DelaySeconds`.
    pub(crate) delay: u32,
    /// `MaximumMessageSize` in bytes.
    pub(crate) maximum_size: u32,
    /// `MessageRetentionPeriod` in seconds.
    pub(crate) retention: u32,
    /// `ReceiveMessageWaitTimeSeconds`.
    pub(crate) wait: u32,
    /// `VisibilityTimeout` in seconds.
    pub(crate) visibility: u32,
    /// `Policy`, as it was set.
    pub(crate) policy: Option<String>,
    /// `RedrivePolicy`.
    pub(crate) redrive: Option<RedrivePolicy>,
    /// `RedriveAllowPolicy`.
    pub(crate) redrive_allow: Option<RedriveAllowPolicy>,
    /// `KmsMasterKeyId`.
    pub(crate) kms_key: Option<String>,
    /// `KmsDataKeyReusePeriodSeconds`.
    pub(crate) kms_reuse: Option<u32>,
    /// `SqsManagedSseEnabled`.
    pub(crate) managed_encryption: bool,
    /// What only FIFO queues have.
    pub(crate) fifo: Option<Fifo>,
}

/// The attributes of a FIFO queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fifo {
    /// `ContentBasedDeduplication`.
    pub(crate) by_content: bool,
    /// `DeduplicationScope` is `messageGroup`.
    pub(crate) scope: DeduplicationScope,
    /// The scope that the queue was made with, which AWS goes on to use after a change.
    pub(crate) effective_scope: DeduplicationScope,
    /// `FifoThroughputLimit`.
    pub(crate) throughput: ThroughputLimit,
}

/// Within what a deduplication id is unique.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DeduplicationScope {
    /// The queue.
    #[default]
    Queue,
    /// Each message group.
    MessageGroup,
}

/// To what the throughput quota applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ThroughputLimit {
    /// The queue.
    #[default]
    PerQueue,
    /// Each message group.
    PerMessageGroupId,
}

/// Where messages go that were received too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RedrivePolicy {
    /// The policy as it was set.
    pub(crate) text: String,
    /// The dead-letter queue's ARN.
    pub(crate) target: String,
    /// The dead-letter queue's name.
    pub(crate) target_name: Arc<str>,
    /// How often a message may be received.
    pub(crate) max_receive_count: u32,
}

/// Which queues may name this one as their dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RedriveAllowPolicy {
    /// The policy as it was set.
    pub(crate) text: String,
    /// Who may.
    pub(crate) allowed: AllowedSources,
}

/// Which queues may name a queue as their dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllowedSources {
    /// All.
    All,
    /// None.
    None,
    /// Those with these ARNs.
    Queues(Vec<String>),
}

impl Queue {
    /// Whether messages are delivered in order, once.
    pub(crate) fn is_fifo(&self) -> bool {
        self.settings.fifo.is_some()
    }

    /// How long messages are kept.
    pub(crate) fn retention_millis(&self) -> Millis {
        Millis::from(self.settings.retention) * 1000
    }
}

impl Settings {
    /// The attributes of a queue for which none was given.
    pub(crate) fn new(kind: Kind) -> Self {
        let scope = DeduplicationScope::Queue;
        let throughput = ThroughputLimit::PerQueue;
        let fifo = Fifo { by_content: false, scope, effective_scope: scope, throughput };
        Self {
            delay: 0,
            maximum_size: 1_048_576,
            retention: 345_600,
            wait: 0,
            visibility: 30,
            policy: None,
            redrive: None,
            redrive_allow: None,
            kms_key: None,
            kms_reuse: None,
            managed_encryption: true,
            fifo: (kind == Kind::Fifo).then_some(fifo),
        }
    }
}
