//! Receive attempts of FIFO queues that name themselves, so that they can be repeated when an answer was lost.

use std::sync::Arc;

use super::flow;
use crate::message::Delivered;
use crate::queue::Queue;
use crate::tables::{Attempt, Millis, QueueId, SqsTables, Tx};

/// How long an attempt may be repeated.
const INTERVAL: Millis = 5 * 60 * 1000;

/// What the same attempt was answered before, if nobody has touched those messages since. They are hidden anew.
pub(super) fn repeat(
    tx: &mut Tx,
    queue: &Queue,
    (name, visibility): (&str, u32),
    now: Millis,
) -> Option<Vec<Delivered>> {
    forget_ended(&mut tx.tables, now);
    let attempt = tx.tables.attempts.get(&(queue.id, name.into()))?.clone();
    let untouched = attempt.messages.iter().all(|(seq, received)| {
        let flight = tx.tables.flights.get(&(queue.id, *seq));
        flight.is_some_and(|flight| flight.hidden_until.is_some() && flight.received == *received)
    });
    if !untouched {
        return None;
    }
    let until = now + Millis::from(visibility) * 1000;
    let again = attempt.messages.iter().filter_map(|(seq, _)| {
        let key = (queue.id, *seq);
        let flight = flow::postpone(&mut tx.tables, key, until)?;
        let content = Arc::clone(tx.tables.contents.get(&key)?);
        Some(Delivered { seq: *seq, content, flight })
    });
    Some(again.collect())
}

/// Keeps what an attempt was answered.
pub(super) fn remember(
    tables: &mut SqsTables,
    key: (QueueId, Arc<str>),
    delivered: &[Delivered],
    now: Millis,
) {
    let messages = delivered.iter().map(|message| (message.seq, message.flight.received)).collect();
    tables.attempt_ends.insert((now + INTERVAL, key.0, Arc::clone(&key.1)), ());
    tables.attempts.insert(key, Attempt { messages });
}

fn forget_ended(tables: &mut SqsTables, now: Millis) {
    while let Some((end, queue, name)) = first_end(tables, now) {
        tables.attempts.remove(&(queue, Arc::clone(&name)));
        tables.attempt_ends.remove(&(end, queue, name));
    }
}

fn first_end(tables: &SqsTables, now: Millis) -> Option<(Millis, QueueId, Arc<str>)> {
    let ((end, queue, name), ()) = tables.attempt_ends.first()?;
    (*end <= now).then(|| (*end, *queue, Arc::clone(name)))
}
