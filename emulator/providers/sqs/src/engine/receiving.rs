//! Receiving messages.

use std::sync::Arc;

use super::{attempts, flow};
use crate::message::{Delivered, Flight};
use crate::queue::Queue;
use crate::tables::{Millis, QueueId, Seq, SqsTables, Tx};

/// What a receiver asks for.
pub(crate) struct Receive<'a> {
    /// At most how many messages.
    pub(crate) limit: usize,
    /// For how many seconds they are hidden from others.
    pub(crate) visibility: u32,
    /// The name of the attempt, in FIFO queues.
    pub(crate) attempt: Option<&'a str>,
}

/// Takes messages out of line and hides them from others. What was received too often goes to the dead-letter queue.
pub(crate) fn receive(tx: &mut Tx, queue: &Queue, ask: &Receive, now: Millis) -> Vec<Delivered> {
    expire(&mut tx.tables, queue, now);
    let attempt = ask.attempt.filter(|_| queue.is_fifo());
    if let Some(again) =
        attempt.and_then(|name| attempts::repeat(tx, queue, (name, ask.visibility), now))
    {
        return again;
    }
    let mut delivered = Vec::new();
    while delivered.len() < ask.limit {
        let Some(seq) = first_ready(&tx.tables, queue.id) else { break };
        deliver_run(tx, queue, (seq, ask), now, &mut delivered);
        // Whatever became of it, it was looked at once.
        tx.tables.ready.remove(&(queue.id, seq));
    }
    if let Some(name) = attempt.filter(|_| !delivered.is_empty()) {
        attempts::remember(&mut tx.tables, (queue.id, name.into()), &delivered, now);
    }
    delivered
}

/// Whether a message is older than the queue keeps messages.
pub(crate) fn has_expired(tables: &SqsTables, queue: &Queue, now: Millis) -> bool {
    oldest(tables, queue.id).is_some_and(|(_, sent)| is_expired(queue, sent, now))
}

/// Drops what is older than the queue keeps messages.
pub(crate) fn expire(tables: &mut SqsTables, queue: &Queue, now: Millis) {
    while let Some(seq) = oldest(tables, queue.id).filter(|(_, sent)| is_expired(queue, *sent, now))
    {
        flow::forget(tables, (queue.id, seq.0));
    }
}

fn oldest(tables: &SqsTables, queue: QueueId) -> Option<(Seq, Millis)> {
    let ((_, seq), content) =
        tables.contents.range((queue, Seq::MIN)..=(queue, Seq::MAX)).next()?;
    Some((*seq, content.sent))
}

fn is_expired(queue: &Queue, sent: Millis, now: Millis) -> bool {
    sent + queue.retention_millis() <= now
}

pub(super) fn first_ready(tables: &SqsTables, queue: QueueId) -> Option<Seq> {
    tables.ready.range((queue, Seq::MIN)..=(queue, Seq::MAX)).next().map(|((_, seq), ())| *seq)
}

/// Delivers the message at `first` and, in a FIFO queue, those that follow it in its group.
fn deliver_run(
    tx: &mut Tx,
    queue: &Queue,
    (first, ask): (Seq, &Receive),
    now: Millis,
    delivered: &mut Vec<Delivered>,
) {
    for seq in run(&tx.tables, queue, first, ask.limit - delivered.len()) {
        if let Some(message) = deliver(tx, queue, (seq, ask.visibility), now) {
            delivered.push(message);
        }
    }
}

fn run(tables: &SqsTables, queue: &Queue, first: Seq, limit: usize) -> Vec<Seq> {
    let group = tables.contents.get(&(queue.id, first)).and_then(|content| content.group());
    match group.filter(|_| queue.is_fifo()) {
        None => vec![first],
        Some(group) => flow::in_group(tables, queue.id, group)
            .take_while(|seq| flow::is_visible(tables, (queue.id, *seq)))
            .take(limit)
            .collect(),
    }
}

/// Delivers one message, unless it has expired or goes to the dead-letter queue.
fn deliver(
    tx: &mut Tx,
    queue: &Queue,
    (seq, visibility): (Seq, u32),
    now: Millis,
) -> Option<Delivered> {
    let key = (queue.id, seq);
    let content = Arc::clone(tx.tables.contents.get(&key)?);
    let before = tx.tables.flights.get(&key).copied().unwrap_or_default();
    if is_expired(queue, content.sent, now) || bury(tx, queue, (seq, before), now) {
        flow::forget(&mut tx.tables, key);
        return None;
    }
    let flight = Flight {
        hidden_until: Some(now + Millis::from(visibility) * 1000),
        received: before.received + 1,
        first_received: if before.received == 0 { now } else { before.first_received },
        last_received: now,
    };
    flow::hide(&mut tx.tables, key, flight);
    Some(Delivered { seq, content, flight })
}

/// Copies a message that was received too often to the dead-letter queue, if there is one.
fn bury(tx: &mut Tx, queue: &Queue, (seq, flight): (Seq, Flight), now: Millis) -> bool {
    let Some(policy) = &queue.settings.redrive else { return false };
    let Some(target) = tx.tables.queue(&policy.target_name).map(Arc::clone) else { return false };
    // A queue that is its own dead-letter queue would bury a message for ever.
    if flight.received < policy.max_receive_count || target.id == queue.id {
        return false;
    }
    let Some(content) = tx.tables.contents.get(&(queue.id, seq)) else { return false };
    let mut content = content.as_ref().clone();
    content.extras.get_or_insert_default().dead_letter_source = Some(queue.arn.as_ref().into());
    if target.is_fifo() {
        content.sent = now;
    }
    flow::add(tx, &target, content, Flight { hidden_until: None, ..flight });
    true
}
