//! Sending a message.

use standin_core::AccountId;

use super::{deduplication, flow};
use crate::message::{Content, Extras, Flight};
use crate::queue::Queue;
use crate::tables::{Millis, QueueId, Seq, Tx};

/// A message that was found valid.
pub(crate) struct Draft {
    /// The body.
    pub(crate) body: Box<str>,
    /// The MD5 of the body.
    pub(crate) md5: [u8; 16],
    /// Who sends it.
    pub(crate) sender: AccountId,
    /// How long it is delayed in seconds, if the sender said so.
    pub(crate) delay: Option<u32>,
    /// What few messages have.
    pub(crate) extras: Option<Box<Extras>>,
}

/// A message that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Its number.
    pub(crate) seq: Seq,
    /// Its id.
    pub(crate) id: [u8; 16],
}

/// Accepts a message; one that repeats a deduplication id is taken for the earlier one.
pub(crate) fn send(
    tx: &mut Tx,
    queue: &Queue,
    draft: Draft,
    now: Millis,
    new_id: impl FnOnce(QueueId, Seq) -> [u8; 16],
) -> Sent {
    let scope = deduplication::key(queue, draft.extras.as_deref());
    if let Some(earlier) =
        scope.as_ref().and_then(|key| deduplication::find(&mut tx.tables, queue.id, key, now))
    {
        return earlier;
    }
    let id = new_id(queue.id, tx.tables.counters_of(queue.id).last + 1);
    let Draft { body, md5, sender, delay, extras } = draft;
    let content = Content { id, body, md5, sent: now, sender, extras };
    let sent = Sent { seq: flow::add(tx, queue, content, delayed(queue, delay, now)), id };
    if let Some(key) = scope {
        deduplication::remember(&mut tx.tables, (queue.id, key), sent, now);
    }
    sent
}

/// Delays a message that was sent by its own delay, else the queue's; in FIFO queues always by the queue's.
fn delayed(queue: &Queue, delay: Option<u32>, now: Millis) -> Flight {
    let own = delay.filter(|_| !queue.is_fifo());
    let delay = own.unwrap_or(queue.settings.delay);
    let hidden_until = (delay > 0).then(|| now + Millis::from(delay) * 1000);
    Flight { hidden_until, ..Flight::default() }
}
