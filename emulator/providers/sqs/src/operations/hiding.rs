//! `ChangeMessageVisibility`, `ChangeMessageVisibilityBatch`.

use standin_core::shape::Empty;
use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{
    ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResult,
    ChangeMessageVisibilityBatchResultEntry, ChangeMessageVisibilityRequest,
};

use super::deleting::receipt;
use crate::engine::{self, Missing};
use crate::place::Place;
use crate::queue::Queue;
use crate::tables::{Millis, Tx};
use crate::{Sqs, batch, errors};

/// How long a message can be hidden in seconds, counted from when it was received.
const LIMIT: u32 = 43_200;

/// Hides a received message for another time.
pub(crate) async fn change_message_visibility(
    sqs: &Sqs,
    context: Context,
    input: ChangeMessageVisibilityRequest,
) -> Result<Empty, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    let hide = Hide { handle: input.receipt_handle, seconds: input.visibility_timeout };
    sqs.change(&context, &place, |tx, queue, now| hide.run(tx, queue, now))?;
    Ok(Empty)
}

/// Hides up to ten messages; each is hidden or refused by itself.
pub(crate) async fn change_message_visibility_batch(
    sqs: &Sqs,
    context: Context,
    input: ChangeMessageVisibilityBatchRequest,
) -> Result<ChangeMessageVisibilityBatchResult, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    let kind = "ChangeMessageVisibilityBatchRequestEntry";
    let entries = batch::entries(input.entries, kind, |entry| entry.id.as_deref())?;
    sqs.change(&context, &place, |tx, queue, now| {
        let results = entries.into_iter().map(|entry| {
            let hide = Hide { handle: entry.receipt_handle, seconds: entry.visibility_timeout };
            match hide.run(tx, queue, now) {
                Ok(()) => Ok(ChangeMessageVisibilityBatchResultEntry { id: entry.id }),
                Err(error) => Err(batch::failed(entry.id, error)),
            }
        });
        let (successful, failed) = batch::results(results.collect());
        Ok(ChangeMessageVisibilityBatchResult { successful, failed })
    })
}

struct Hide {
    handle: Option<String>,
    seconds: Option<i32>,
}

impl Hide {
    fn run(self, tx: &mut Tx, queue: &Queue, now: Millis) -> Result<(), ServiceError> {
        let handle = self.handle.ok_or_else(|| errors::missing_parameter("ReceiptHandle"))?;
        let seconds = self.seconds.ok_or_else(|| errors::missing_parameter("VisibilityTimeout"))?;
        let known = u32::try_from(seconds).ok().filter(|seconds| *seconds <= LIMIT);
        let invalid = |reason: &str| errors::invalid_value(seconds, "VisibilityTimeout", reason);
        let known = known.ok_or_else(|| invalid("Must be between 0 and 43200, if provided."))?;
        let receipt = receipt(&tx.tables, queue, &handle)?;
        let key = (receipt.seq, receipt.received);
        if engine::hidden_for(&tx.tables, queue, receipt.seq, now) + Millis::from(known) * 1000
            > Millis::from(LIMIT) * 1000
        {
            return Err(invalid(
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
            ));
        }
        match engine::change_visibility(tx, queue, key, known, now) {
            // Recorded from AWS: a standard queue takes the change of a message that is visible again.
            Err(Missing::NotInFlight) if !queue.is_fifo() => Ok(()),
            Ok(()) => Ok(()),
            Err(Missing::Gone | Missing::NotInFlight) => {
                let reason =
                    "Message does not exist or is not available for visibility timeout change.";
                Err(errors::invalid_value(handle, "ReceiptHandle", reason))
            }
        }
    }
}
