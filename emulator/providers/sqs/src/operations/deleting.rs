//! `DeleteMessage`, `DeleteMessageBatch`.

use standin_core::shape::Empty;
use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{
    DeleteMessageBatchRequest, DeleteMessageBatchResult, DeleteMessageBatchResultEntry,
    DeleteMessageRequest,
};

use crate::engine::{self, Missing};
use crate::place::Place;
use crate::queue::Queue;
use crate::receipt::Receipt;
use crate::tables::{SqsTables, Tx};
use crate::{Sqs, batch, errors};

/// Deletes a message that was received.
pub(crate) async fn delete_message(
    sqs: &Sqs,
    context: Context,
    input: DeleteMessageRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    let handle = input.receipt_handle.ok_or_else(|| errors::missing_parameter("ReceiptHandle"))?;
    sqs.change(&context, &place, |tx, queue, _| delete(tx, queue, &handle))?;
    Ok(Empty)
}

/// Deletes up to ten messages; each is deleted or refused by itself.
pub(crate) async fn delete_message_batch(
    sqs: &Sqs,
    context: Context,
    input: DeleteMessageBatchRequest,
) -> Result<DeleteMessageBatchResult, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    let entries = batch::entries(input.entries, "DeleteMessageBatchRequestEntry", |entry| {
        entry.id.as_deref()
    })?;
    sqs.change(&context, &place, |tx, queue, _| {
        let results = entries.into_iter().map(|entry| {
            let handle =
                entry.receipt_handle.ok_or_else(|| errors::missing_parameter("ReceiptHandle"));
            match handle.and_then(|handle| delete(tx, queue, &handle)) {
                Ok(()) => Ok(DeleteMessageBatchResultEntry { id: entry.id }),
                Err(error) => Err(batch::failed(entry.id, error)),
            }
        });
        let (successful, failed) = batch::results(results.collect());
        Ok(DeleteMessageBatchResult { successful, failed })
    })
}

fn delete(tx: &mut Tx, queue: &Queue, handle: &str) -> Result<(), ServiceError> {
    let receipt = receipt(&tx.tables, queue, handle)?;
    match engine::delete_message(tx, queue, (receipt.seq, receipt.received)) {
        Ok(()) | Err(Missing::Gone) => Ok(()),
        Err(Missing::NotInFlight) => {
            Err(errors::invalid_value(handle, "ReceiptHandle", "The receipt handle has expired."))
        }
    }
}

/// What a handle says, if this queue gave it out.
pub(super) fn receipt(
    tables: &SqsTables,
    queue: &Queue,
    handle: &str,
) -> Result<Receipt, ServiceError> {
    let receipt = Receipt::from_handle(handle);
    let receipt = receipt.ok_or_else(|| errors::receipt_handle_is_invalid(handle))?;
    let content = tables.contents.get(&(queue.id, receipt.seq));
    if receipt.queue != queue.id || content.is_some_and(|content| content.id != receipt.id) {
        return Err(errors::receipt_handle_of_another_queue(handle));
    }
    Ok(receipt)
}
