//! `SendMessage`, `SendMessageBatch`.

use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{SendMessageRequest, SendMessageResult};

use crate::draft::{Incoming, Sums, TOO_LONG};
use crate::message::sequence_number;
use crate::place::Place;
use crate::queue::Queue;
use crate::tables::{Millis, QueueId, Seq, Tx};
use crate::{Sqs, digest, engine};

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
