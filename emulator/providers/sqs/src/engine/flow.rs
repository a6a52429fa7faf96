//! How messages come in line, are hidden, and become visible again.

use std::sync::Arc;

use super::moving;
use crate::message::{Content, Flight};
use crate::queue::Queue;
use crate::tables::{Millis, QueueId, Seq, SqsTables, Tx};

/// Does all that is due: messages become visible, move tasks go on. Every operation begins with it.
pub(crate) fn settle(tx: &mut Tx, now: Millis) {
    while let Some((due, queue, seq)) = first_due(&tx.tables, now) {
        tx.tables.timed.remove(&(due, queue, seq));
        let flight = tx.tables.flights.get(&(queue, seq)).copied();
        if let Some(flight) = flight.filter(|flight| flight.hidden_until == Some(due)) {
            show(tx, (queue, seq), flight);
        }
    }
    moving::tick(tx, now);
}

/// Adds a message, visible at once or hidden until a time.
pub(super) fn add(tx: &mut Tx, queue: &Queue, content: Content, flight: Flight) -> Seq {
    let tables = &mut tx.tables;
    let mut seq = 0;
    tables.count(queue.id, |counters| {
        counters.last += 1;
        seq = counters.last;
        let delayed = flight.hidden_until.is_some();
        *(if delayed { &mut counters.delayed } else { &mut counters.visible }) += 1;
    });
    let key = (queue.id, seq);
    let group = content.group().filter(|_| queue.is_fifo()).cloned();
    tables.contents.insert(key, Arc::new(content));
    if flight != Flight::default() {
        tables.flights.insert(key, flight);
    }
    if let Some(group) = &group {
        tables.groups.insert((queue.id, Arc::clone(group), seq), ());
    }
    if let Some(due) = flight.hidden_until {
        tables.timed.insert((due, queue.id, seq), ());
    } else {
        line_up(tables, key, group.as_ref());
        tx.wake(Arc::clone(&queue.name));
    }
    seq
}

/// Takes a visible message out of line until a time; it counts as in flight.
pub(super) fn hide(tables: &mut SqsTables, key: (QueueId, Seq), flight: Flight) {
    tables.ready.remove(&key);
    tables.flights.insert(key, flight);
    if let Some(due) = flight.hidden_until {
        tables.timed.insert((due, key.0, key.1), ());
    }
    tables.count(key.0, |counters| {
        counters.visible -= 1;
        counters.in_flight += 1;
    });
}

/// Hides a hidden message until another time.
pub(super) fn postpone(
    tables: &mut SqsTables,
    key: (QueueId, Seq),
    until: Millis,
) -> Option<Flight> {
    let flight = tables.flights.get_mut(&key)?;
    let before = flight.hidden_until.replace(until)?;
    let flight = *flight;
    tables.timed.remove(&(before, key.0, key.1));
    tables.timed.insert((until, key.0, key.1), ());
    Some(flight)
}

/// Makes a hidden message visible.
pub(super) fn show(tx: &mut Tx, key: (QueueId, Seq), flight: Flight) {
    let tables = &mut tx.tables;
    tables.count(key.0, |counters| {
        *(if flight.is_delayed() { &mut counters.delayed } else { &mut counters.in_flight }) -= 1;
        counters.visible += 1;
    });
    if flight.received == 0 {
        tables.flights.remove(&key);
    } else {
        tables.flights.insert(key, Flight { hidden_until: None, ..flight });
    }
    let group = group_of(tables, key);
    line_up(tables, key, group.as_ref());
    if let Some(name) = name_of(tables, key.0) {
        tx.wake(name);
    }
}

/// Takes a message out of everything.
pub(super) fn forget(
    tables: &mut SqsTables,
    key: (QueueId, Seq),
) -> Option<(Arc<Content>, Flight)> {
    let group = group_of(tables, key);
    let content = tables.contents.remove(&key)?;
    let flight = tables.flights.remove(&key).unwrap_or_default();
    tables.ready.remove(&key);
    if let Some(due) = flight.hidden_until {
        tables.timed.remove(&(due, key.0, key.1));
    }
    tables.count(key.0, |counters| {
        *(match flight.hidden_until {
            None => &mut counters.visible,
            Some(_) if flight.received == 0 => &mut counters.delayed,
            Some(_) => &mut counters.in_flight,
        }) -= 1;
    });
    if let Some(group) = group {
        tables.groups.remove(&(key.0, Arc::clone(&group), key.1));
        line_up_group(tables, key.0, &group);
    }
    Some((content, flight))
}

/// Whether a message could be received.
pub(super) fn is_visible(tables: &SqsTables, key: (QueueId, Seq)) -> bool {
    tables.flights.get(&key).is_none_or(|flight| flight.hidden_until.is_none())
}

/// The messages of a group, in order.
pub(super) fn in_group<'a>(
    tables: &'a SqsTables,
    queue: QueueId,
    group: &Arc<str>,
) -> impl Iterator<Item = Seq> + 'a {
    let bound = |seq| (queue, Arc::clone(group), seq);
    tables.groups.range(bound(Seq::MIN)..=bound(Seq::MAX)).map(|((.., seq), ())| *seq)
}

fn first_due(tables: &SqsTables, now: Millis) -> Option<(Millis, QueueId, Seq)> {
    tables.timed.first().map(|(key, ())| *key).filter(|(due, ..)| *due <= now)
}

/// The group of a message, if its queue keeps groups in order.
fn group_of(tables: &SqsTables, key: (QueueId, Seq)) -> Option<Arc<str>> {
    let group = tables.contents.get(&key)?.group()?;
    tables.groups.contains(&(key.0, Arc::clone(group), key.1)).then(|| Arc::clone(group))
}

fn line_up(tables: &mut SqsTables, key: (QueueId, Seq), group: Option<&Arc<str>>) {
    match group {
        None => drop(tables.ready.insert(key, ())),
        Some(group) => line_up_group(tables, key.0, group),
    }
}

/// A group is in line with its first message, unless that one is hidden.
fn line_up_group(tables: &mut SqsTables, queue: QueueId, group: &Arc<str>) {
    let head = in_group(tables, queue, group).next().map(|seq| (queue, seq));
    if let Some(head) = head.filter(|head| is_visible(tables, *head)) {
        tables.ready.insert(head, ());
    }
}

fn name_of(tables: &SqsTables, queue: QueueId) -> Option<Arc<str>> {
    tables.queue_names.get(&queue).cloned()
}
