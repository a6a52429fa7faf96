//! Messages of FIFO queues that are sent twice within five minutes.

use std::sync::Arc;

use super::Sent;
use crate::message::Extras;
use crate::queue::{DeduplicationScope, Queue};
use crate::tables::{Duplicate, Millis, QueueId, SqsTables};

/// How long a deduplication id stands for the first message that used it.
const INTERVAL: Millis = 5 * 60 * 1000;

/// The deduplication id within its scope, for messages of FIFO queues.
pub(super) fn key(queue: &Queue, extras: Option<&Extras>) -> Option<Arc<str>> {
    let fifo = queue.settings.fifo?;
    let extras = extras?;
    let id = extras.deduplication_id.as_deref()?;
    let group = match fifo.effective_scope {
        DeduplicationScope::Queue => "",
        DeduplicationScope::MessageGroup => extras.group.as_deref()?,
    };
    // No id or group contains a space, so the two can't run into each other.
    Some(format!("{group} {id}").into())
}

/// The message that used the id, if it still stands for it.
pub(super) fn find(
    tables: &mut SqsTables,
    queue: QueueId,
    key: &Arc<str>,
    now: Millis,
) -> Option<Sent> {
    while let Some((end, queue, key)) = first_end(tables, now) {
        tables.duplicates.remove(&(queue, Arc::clone(&key)));
        tables.duplicate_ends.remove(&(end, queue, key));
    }
    let Duplicate { seq, id } = *tables.duplicates.get(&(queue, Arc::clone(key)))?;
    Some(Sent { seq, id })
}

/// Makes the id stand for a message.
pub(super) fn remember(tables: &mut SqsTables, key: (QueueId, Arc<str>), sent: Sent, now: Millis) {
    let until = now + INTERVAL;
    let Sent { seq, id } = sent;
    tables.duplicate_ends.insert((until, key.0, Arc::clone(&key.1)), ());
    tables.duplicates.insert(key, Duplicate { seq, id });
}

fn first_end(tables: &SqsTables, now: Millis) -> Option<(Millis, QueueId, Arc<str>)> {
    let ((end, queue, key), ()) = tables.duplicate_ends.first()?;
    (*end <= now).then(|| (*end, *queue, Arc::clone(key)))
}
