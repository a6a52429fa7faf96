//! `DeleteQueue`, `PurgeQueue`.

use standin_core::shape::Empty;
use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{DeleteQueueRequest, PurgeQueueRequest};

use crate::place::Place;
use crate::tables::Millis;
use crate::{Sqs, engine, errors};

/// How long after a purge the next one is refused.
const REST: Millis = 60_000;

/// Deletes a queue with its messages.
pub(crate) async fn delete_queue(
    sqs: &Sqs,
    context: Context,
    input: DeleteQueueRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_own_url(&context, input.queue_url)?;
    sqs.change(&context, &place, |tx, queue, now| {
        engine::remove_queue(tx, queue, now);
        Ok(Empty)
    })
}

/// Deletes all messages of a queue.
pub(crate) async fn purge_queue(
    sqs: &Sqs,
    context: Context,
    input: PurgeQueueRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    sqs.change(&context, &place, |tx, queue, now| {
        let purged = tx.tables.counters_of(queue.id).purged;
        if purged.is_some_and(|purged| purged + REST > now) {
            return Err(errors::purge_in_progress(&queue.name));
        }
        engine::purge(&mut tx.tables, queue.id, now);
        Ok(Empty)
    })
}
