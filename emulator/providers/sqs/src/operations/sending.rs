//! `SendMessage`, `SendMessageBatch`.

use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{
    SendMessageBatchRequest, SendMessageBatchRequestEntry, SendMessageBatchResult,
    SendMessageBatchResultEntry, SendMessageRequest, SendMessageResult,
};

use crate::draft::{Incoming, NO_DEDUPLICATION_ID, Sums, TOO_LONG, TOO_LONG_IN_BATCH};
use crate::message::sequence_number;
use crate::place::Place;
use crate::queue::Queue;
use crate::tables::{Millis, QueueId, Seq, Tx};
use crate::{Sqs, batch, digest, engine, errors};

/// How many bytes all messages of a batch have at most together.
const BATCH_LIMIT: usize = 1_048_576;

/// Sends a message.
pub(crate) async fn send_message(
    sqs: &Sqs,
    context: Context,
    input: SendMessageRequest,
) -> Result<SendMessageResult, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    let incoming = Incoming {
        body: input.message_body,
        delay: input.delay_seconds,
        attributes: input.message_attributes,
        system_attributes: input.message_system_attributes,
        deduplication_id: input.message_deduplication_id,
        group_id: input.message_group_id,
    };
    sqs.change(&context, &place, |tx, queue, now| {
        let (sent, sums) = accept(tx, queue, (&context, now), incoming, TOO_LONG)?;
        Ok(SendMessageResult {
            md5_of_message_body: Some(digest::hex(&sums.body)),
            md5_of_message_attributes: sums.attributes.map(|sum| digest::hex(&sum)),
            md5_of_message_system_attributes: sums.system_attributes.map(|sum| digest::hex(&sum)),
            message_id: Some(digest::uuid(&sent.id)),
            sequence_number: queue.is_fifo().then(|| sequence_number(sent.seq)),
        })
    })
}

/// Sends up to ten messages; each is taken or refused by itself.
pub(crate) async fn send_message_batch(
    sqs: &Sqs,
    context: Context,
    input: SendMessageBatchRequest,
) -> Result<SendMessageBatchResult, ServiceError> {
    let place = Place::of_url(&context, input.queue_url)?;
    let entries =
        batch::entries(input.entries, "SendMessageBatchRequestEntry", |entry| entry.id.as_deref())?;
    let entries: Vec<_> = entries.into_iter().map(incoming).collect();
    let size = entries.iter().map(|(_, incoming)| incoming.size()).sum();
    if size > BATCH_LIMIT {
        return Err(errors::batch_too_long(BATCH_LIMIT, size));
    }
    sqs.change(&context, &place, |tx, queue, now| {
        check_batch(queue, &entries)?;
        let results = entries.into_iter().map(|(id, incoming)| {
            match accept(tx, queue, (&context, now), incoming, TOO_LONG_IN_BATCH) {
                Ok(accepted) => Ok(shape_entry(id, queue, &accepted)),
                Err(error) => Err(batch::failed(id, error)),
            }
        });
        let (successful, failed) = batch::results(results.collect());
        Ok(SendMessageBatchResult { successful, failed })
    })
}

fn incoming(entry: SendMessageBatchRequestEntry) -> (Option<String>, Incoming) {
    let incoming = Incoming {
        body: entry.message_body,
        delay: entry.delay_seconds,
        attributes: entry.message_attributes,
        system_attributes: entry.message_system_attributes,
        deduplication_id: entry.message_deduplication_id,
        group_id: entry.message_group_id,
    };
    (entry.id, incoming)
}

/// What a FIFO queue needs of every message fails the whole batch.
fn check_batch(queue: &Queue, entries: &[(Option<String>, Incoming)]) -> Result<(), ServiceError> {
    let Some(fifo) = queue.settings.fifo else { return Ok(()) };
    if entries.iter().any(|(_, incoming)| incoming.group_id.is_none()) {
        return Err(errors::invalid_parameter(
            "The request must contain the parameter MessageGroupId.",
        ));
    }
    if !fifo.by_content && entries.iter().any(|(_, incoming)| incoming.deduplication_id.is_none()) {
        return Err(errors::invalid_parameter(NO_DEDUPLICATION_ID));
    }
    Ok(())
}

fn shape_entry(
    id: Option<String>,
    queue: &Queue,
    (sent, sums): &(engine::Sent, Sums),
) -> SendMessageBatchResultEntry {
    SendMessageBatchResultEntry {
        id,
        message_id: Some(digest::uuid(&sent.id)),
        md5_of_message_body: Some(digest::hex(&sums.body)),
        md5_of_message_attributes: sums.attributes.map(|sum| digest::hex(&sum)),
        md5_of_message_system_attributes: sums.system_attributes.map(|sum| digest::hex(&sum)),
        sequence_number: queue.is_fifo().then(|| sequence_number(sent.seq)),
    }
}

/// Checks a message and takes it.
fn accept(
    tx: &mut Tx,
    queue: &Queue,
    (context, now): (&Context, Millis),
    incoming: Incoming,
    too_long: &str,
) -> Result<(engine::Sent, Sums), ServiceError> {
    let (draft, sums) = incoming.check(queue, context.account, too_long)?;
    let sent = engine::send(tx, queue, draft, now, |id, seq| message_id(context, queue, (id, seq)));
    Ok((sent, sums))
}

/// The id of a message depends on its queue and on its number there.
fn message_id(context: &Context, queue: &Queue, (id, seq): (QueueId, Seq)) -> [u8; 16] {
    let bytes = context.id_at(&queue.name, (id << 40) ^ seq).bytes(16);
    let mut id: [u8; 16] = bytes.try_into().expect("as many as asked for");
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    id
}
