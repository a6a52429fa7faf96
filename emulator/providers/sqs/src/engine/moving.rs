//! Message move tasks: they take messages back from a dead-letter queue.

use std::sync::Arc;

use md5::{Digest, Md5};

use super::{flow, receiving};
use crate::message::{Content, Flight};
use crate::queue::Queue;
use crate::tables::{Millis, MoveStatus, MoveTask, Seq, SqsTables, Tx};

/// Why a task fails whose destination is gone.
const NO_QUEUE: &str = "AWS.SimpleQueueService.NonExistentQueue";

/// Why a task fails that can't tell where a message came from.
const NO_SOURCE: &str = "CouldNotDetermineMessageSource";

/// How many tasks of a queue are kept: as many as can be listed.
const KEPT: usize = 10;

/// A running task: its source's name and its number.
type Running = (Arc<str>, u64);

/// Starts a task; its first messages are moved when the queues are next looked at.
pub(crate) fn start_move(tx: &mut Tx, source: &Queue, task: MoveTask) {
    let number = of_source(&tx.tables, &source.name).last().map_or(1, |(number, _)| number + 1);
    while of_source(&tx.tables, &source.name).count() >= KEPT {
        let Some((oldest, _)) = of_source(&tx.tables, &source.name).next() else { break };
        tx.tables.moves.remove(&(Arc::clone(&source.name), oldest));
    }
    let key = (Arc::clone(&source.name), number);
    tx.tables.move_ticks.insert((task.started, Arc::clone(&source.name), number), ());
    tx.tables.moves.insert(key, Arc::new(task));
}

/// The tasks of a source, oldest first.
pub(crate) fn of_source<'a>(
    tables: &'a SqsTables,
    source: &Arc<str>,
) -> impl DoubleEndedIterator<Item = (u64, &'a Arc<MoveTask>)> {
    let bound = |number| (Arc::clone(source), number);
    tables.moves.range(bound(0)..=bound(u64::MAX)).map(|((_, number), task)| (*number, task))
}

/// Lets each task go on whose time has come.
pub(super) fn tick(tx: &mut Tx, now: Millis) {
    while let Some((due, source, number)) = first_due(&tx.tables, now) {
        let key = (source, number);
        tx.tables.move_ticks.remove(&(due, Arc::clone(&key.0), number));
        let Some(task) = tx.tables.moves.get(&key).map(Arc::clone) else { continue };
        if task.status == MoveStatus::Running {
            go_on(tx, key, &task, due);
        }
    }
}

fn first_due(tables: &SqsTables, now: Millis) -> Option<(Millis, Arc<str>, u64)> {
    let ((due, source, number), ()) = tables.move_ticks.first()?;
    (*due <= now).then(|| (*due, Arc::clone(source), *number))
}

/// Moves one message, or without a rate all of them.
fn go_on(tx: &mut Tx, key: Running, task: &MoveTask, due: Millis) {
    let mut task = task.clone();
    loop {
        if task.moved >= task.to_move {
            task.status = MoveStatus::Completed;
            break;
        }
        match move_next(tx, &key.0, &task, due) {
            Ok(()) => task.moved += 1,
            Err(status) => break task.status = status,
        }
        if let Some(rate) = task.rate {
            let next = due + 1000 / Millis::from(rate.max(1));
            tx.tables.move_ticks.insert((next, Arc::clone(&key.0), key.1), ());
            break;
        }
    }
    tx.tables.moves.insert(key, Arc::new(task));
}

/// Moves the first message, or says how the task ends.
fn move_next(
    tx: &mut Tx,
    source: &Arc<str>,
    task: &MoveTask,
    now: Millis,
) -> Result<(), MoveStatus> {
    let source = tx.tables.queue(source).map(Arc::clone).ok_or(MoveStatus::Failed(NO_QUEUE))?;
    let seq = receiving::first_ready(&tx.tables, source.id).ok_or(MoveStatus::Completed)?;
    let content =
        tx.tables.contents.get(&(source.id, seq)).map(Arc::clone).ok_or(MoveStatus::Completed)?;
    let target = match &task.destination {
        Some(name) => Arc::clone(name),
        None => origin(&content).ok_or(MoveStatus::Failed(NO_SOURCE))?,
    };
    let target = tx.tables.queue(&target).map(Arc::clone).ok_or(MoveStatus::Failed(NO_QUEUE))?;
    flow::forget(&mut tx.tables, (source.id, seq));
    let content = renewed(&content, (task, seq), now);
    flow::add(tx, &target, content, Flight::default());
    Ok(())
}

/// The name of the queue that a message failed in.
fn origin(content: &Content) -> Option<Arc<str>> {
    let arn = content.extras.as_ref()?.dead_letter_source.as_deref()?;
    arn.rsplit(':').next().map(Arc::from)
}

/// AWS takes a message that is moved back for a new one, with an id and a time of its own.
fn renewed(content: &Content, (task, seq): (&MoveTask, Seq), now: Millis) -> Content {
    let mut digest = Md5::new();
    digest.update(content.id);
    digest.update(&task.id);
    digest.update(seq.to_le_bytes());
    let mut id: [u8; 16] = digest.finalize().into();
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    let mut extras = content.extras.clone();
    if let Some(extras) = &mut extras {
        extras.dead_letter_source = None;
    }
    Content { id, sent: now, extras, ..content.clone() }
}
