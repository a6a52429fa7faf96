//! The tables of SQS and their rows.

use std::sync::Arc;

use standin_store::{Timestamp, Transaction};

use crate::engine;
use crate::message::{Content, Flight};
use crate::queue::Queue;

/// Milliseconds since 1970, the precision of SQS.
pub(crate) type Millis = i64;

/// A queue's number within its account and region; a queue that is made again gets another one.
pub(crate) type QueueId = u64;

/// A message's number within its queue, in the order of sending.
pub(crate) type Seq = u64;

/// A change of the state of SQS in one account and region.
pub(crate) type Tx = Transaction<SqsTables>;

standin_store::tables! {
    /// The state of SQS in one account and region.
    pub(crate) struct SqsTables: "sqs" {
        /// Queues by name.
        queues: Arc<str> => Arc<Queue>,
        /// The names of queues by number.
        queue_names: QueueId => Arc<str>,
        /// How many messages a queue has in which state.
        counters: QueueId => Counters,
        /// What was sent. A message is here as long as it exists.
        contents: (QueueId, Seq) => Arc<Content>,
        /// Messages that were received, or are delayed.
        flights: (QueueId, Seq) => Flight,
        /// What may be delivered: messages, and in FIFO queues the first message of each message group.
        ready: (QueueId, Seq) => (),
        /// When messages in flight and delayed messages become visible. Rows of what is gone are passed over.
        timed: (Millis, QueueId, Seq) => (),
        /// The messages of each message group of FIFO queues.
        groups: (QueueId, Arc<str>, Seq) => (),
        /// The messages that are not taken twice, by deduplication scope and id.
        duplicates: (QueueId, Arc<str>) => Duplicate,
        /// When deduplication ids may be used again.
        duplicate_ends: (Millis, QueueId, Arc<str>) => (),
        /// What was answered to receive attempts that named themselves.
        attempts: (QueueId, Arc<str>) => Attempt,
        /// When attempts are no longer answered the same.
        attempt_ends: (Millis, QueueId, Arc<str>) => (),
        /// Message move tasks by their source, in the order of starting.
        moves: (Arc<str>, u64) => Arc<MoveTask>,
        /// When running move tasks move their next messages.
        move_ticks: (Millis, Arc<str>, u64) => (),
        /// When queues were deleted, for a minute.
        deleted: Arc<str> => Millis,
        /// The number of the last queue, under 0.
        last_queue: u8 => QueueId,
    }
    due(next_due, fall_due)
}

/// How many messages a queue has in which state, and its own numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// The number of the last message.
    pub(crate) last: Seq,
    /// Messages that could be received.
    pub(crate) visible: u64,
    /// Messages that were received and neither deleted nor visible again.
    pub(crate) in_flight: u64,
    /// Messages that wait for their delay to end.
    pub(crate) delayed: u64,
    /// When the queue was last purged.
    pub(crate) purged: Option<Millis>,
}

/// A message that was accepted under a deduplication id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// The message's number.
    pub(crate) seq: Seq,
    /// The message's id.
    pub(crate) id: [u8; 16],
}

/// What a receive attempt of a FIFO queue was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// The messages, with how often each had been received by then.
    pub(crate) messages: Arc<[(Seq, u32)]>,
}

/// A message move task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MoveTask {
    /// The task's id.
    pub(crate) id: String,
    /// The queue that messages are moved to; none for where each came from.
    pub(crate) destination: Option<Arc<str>>,
    /// How many messages a second are moved, if the caller said so.
    pub(crate) rate: Option<u32>,
    /// When it started.
    pub(crate) started: Millis,
    /// How many messages there were to move when it started.
    pub(crate) to_move: u64,
    /// How many were moved.
    pub(crate) moved: u64,
    /// How it stands.
    pub(crate) status: MoveStatus,
}

/// How a message move task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MoveStatus {
    /// It moves messages.
    Running,
    /// It has moved all.
    Completed,
    /// It was cancelled.
    Cancelled,
    /// It could not go on, for a reason.
    Failed(&'static str),
}

impl SqsTables {
    /// The counters of a queue.
    pub(crate) fn counters_of(&self, queue: QueueId) -> Counters {
        self.counters.get(&queue).copied().unwrap_or_default()
    }

    /// Changes the counters of a queue.
    pub(crate) fn count(&mut self, queue: QueueId, change: impl FnOnce(&mut Counters)) {
        if let Some(counters) = self.counters.get_mut(&queue) {
            change(counters);
        }
    }

    /// The queue of a name.
    pub(crate) fn queue(&self, name: &str) -> Option<&Arc<Queue>> {
        self.queues.get(name)
    }
}

fn next_due(tables: &SqsTables) -> Option<Timestamp> {
    let message = tables.timed.first().map(|((due, ..), ())| *due);
    let tick = tables.move_ticks.first().map(|((due, ..), ())| *due);
    let due = [message, tick].into_iter().flatten().min()?;
    Some(Timestamp::from_millis(due).unwrap_or(Timestamp::MAX))
}

fn fall_due(tx: &mut Tx, now: Timestamp) {
    engine::settle(tx, now.millis());
}
