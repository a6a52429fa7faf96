//! What receivers do with messages, and the ends of messages and queues.

use std::sync::Arc;

use super::flow;
use crate::message::Flight;
use crate::queue::Queue;
use crate::tables::{Counters, Millis, QueueId, Seq, SqsTables, Tx};

/// How long a name can't be used again after its queue was deleted.
pub(crate) const NAME_REST: Millis = 60_000;

/// Why a message could not be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It was deleted, or never was.
    Gone,
    /// It became visible again, or was received by another.
    NotInFlight,
}

/// Deletes a message that was received for the `received`th time.
///
/// A standard queue lets go of a message whatever became of it since; a FIFO queue only while it is in flight.
pub(crate) fn delete_message(
    tx: &mut Tx,
    queue: &Queue,
    (seq, received): (Seq, u32),
) -> Result<(), Missing> {
    let key = (queue.id, seq);
    if !tx.tables.contents.contains(&key) {
        return Err(Missing::Gone);
    }
    let flight = tx.tables.flights.get(&key).copied().unwrap_or_default();
    if queue.is_fifo() && (flight.received != received || flight.hidden_until.is_none()) {
        return Err(Missing::NotInFlight);
    }
    flow::forget(&mut tx.tables, key);
    wake_if_ready(tx, queue);
    Ok(())
}

/// Hides a received message until another time; no time at all makes it visible.
pub(crate) fn change_visibility(
    tx: &mut Tx,
    queue: &Queue,
    (seq, received): (Seq, u32),
    seconds: u32,
    now: Millis,
) -> Result<(), Missing> {
    let key = (queue.id, seq);
    if !tx.tables.contents.contains(&key) {
        return Err(Missing::Gone);
    }
    let flight = tx.tables.flights.get(&key).copied().unwrap_or_default();
    if flight.hidden_until.is_none() || (queue.is_fifo() && flight.received != received) {
        return Err(Missing::NotInFlight);
    }
    if seconds == 0 {
        show_now(tx, key, flight);
    } else {
        flow::postpone(&mut tx.tables, key, now + Millis::from(seconds) * 1000);
    }
    Ok(())
}

/// For how long a message in flight has been hidden since it was received last.
pub(crate) fn hidden_for(tables: &SqsTables, queue: &Queue, seq: Seq, now: Millis) -> Millis {
    let flight =
        tables.flights.get(&(queue.id, seq)).filter(|flight| flight.hidden_until.is_some());
    flight.map_or(0, |flight| now - flight.last_received)
}

/// Takes all messages of a queue out.
pub(crate) fn purge(tables: &mut SqsTables, queue: QueueId, now: Millis) {
    let counters = Counters { purged: Some(now), ..tables.counters_of(queue) };
    clear(tables, queue);
    let emptied = Counters { visible: 0, in_flight: 0, delayed: 0, ..counters };
    tables.counters.insert(queue, emptied);
}

/// Puts another definition of a queue in its place. A FIFO queue's delay counts for the messages that it has, too.
pub(crate) fn redefine(tx: &mut Tx, before: &Queue, after: Queue, now: Millis) {
    if after.is_fifo() && after.settings.delay != before.settings.delay {
        delay_again(tx, &after, now);
    }
    tx.tables.queues.insert(Arc::clone(&after.name), Arc::new(after));
}

/// Takes a queue out with all that belongs to it.
pub(crate) fn remove_queue(tx: &mut Tx, queue: &Queue, now: Millis) {
    let tables = &mut tx.tables;
    clear(tables, queue.id);
    tables.counters.remove(&queue.id);
    tables.queue_names.remove(&queue.id);
    tables.queues.remove(&queue.name);
    forget_deleted(tables, now);
    tables.deleted.insert(queue.name.clone(), now);
    let moves: Vec<u64> =
        super::moving::of_source(tables, &queue.name).map(|(number, _)| number).collect();
    for number in moves {
        tables.moves.remove(&(queue.name.clone(), number));
    }
    // A long poll that waits for the queue finds that it is gone.
    tx.wake(queue.name.clone());
}

/// Names that may be used again need not be kept.
fn forget_deleted(tables: &mut SqsTables, now: Millis) {
    let past: Vec<Arc<str>> = tables
        .deleted
        .iter()
        .filter(|(_, at)| **at + NAME_REST <= now)
        .map(|(name, _)| Arc::clone(name))
        .collect();
    for name in past {
        tables.deleted.remove(&name);
    }
}

fn delay_again(tx: &mut Tx, queue: &Queue, now: Millis) {
    let delay = Millis::from(queue.settings.delay) * 1000;
    let all = tx.tables.flights.range((queue.id, Seq::MIN)..=(queue.id, Seq::MAX));
    let delayed: Vec<_> = all
        .filter(|(_, flight)| flight.is_delayed())
        .map(|(key, flight)| (*key, *flight))
        .collect();
    for (key, flight) in delayed {
        let until = tx.tables.contents.get(&key).map_or(now, |content| content.sent + delay);
        if until <= now {
            show_now(tx, key, flight);
        } else {
            flow::postpone(&mut tx.tables, key, until);
        }
    }
}

fn show_now(tx: &mut Tx, key: (QueueId, Seq), flight: Flight) {
    if let Some(due) = flight.hidden_until {
        tx.tables.timed.remove(&(due, key.0, key.1));
    }
    flow::show(tx, key, flight);
}

/// A deletion can free the next message of a group.
fn wake_if_ready(tx: &mut Tx, queue: &Queue) {
    if queue.is_fifo() {
        tx.wake(queue.name.clone());
    }
}

fn clear(tables: &mut SqsTables, queue: QueueId) {
    let keys: Vec<Seq> = tables
        .contents
        .range((queue, Seq::MIN)..=(queue, Seq::MAX))
        .map(|((_, seq), _)| *seq)
        .collect();
    for seq in keys {
        flow::forget(tables, (queue, seq));
    }
}
