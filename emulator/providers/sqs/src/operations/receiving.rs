//! `ReceiveMessage`.

use std::collections::BTreeMap;
use std::time::Duration;

use standin_core::{Context, ServiceError};
use standin_shapes_sqs::{
    Message, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
    ReceiveMessageRequest, ReceiveMessageResult,
};

use crate::engine::{self, Receive};
use crate::message::{AttributeValue, Content, Delivered, Value, sequence_number};
use crate::place::Place;
use crate::queue::Queue;
use crate::receipt::Receipt;
use crate::tables::SqsTables;
use crate::{Sqs, digest, errors};

/// How many messages of a queue may be in flight.
const IN_FLIGHT_LIMIT: u64 = 120_000;

/// What was asked for, checked.
struct Ask {
    place: Place,
    limit: usize,
    visibility: Option<u32>,
    wait: Option<u32>,
    attempt: Option<String>,
    system_attributes: Vec<String>,
    attributes: Vec<String>,
}

/// Receives messages, waiting for the first one if asked to.
pub(crate) async fn receive_message(
    sqs: &Sqs,
    context: Context,
    input: ReceiveMessageRequest,
) -> Result<ReceiveMessageResult, ServiceError> {
    let ask = Ask::new(&context, input)?;
    let (messages, wait) = take(sqs, &context, &ask, Poll::Short)?;
    let messages = match wait {
        wait if messages.is_empty() && wait > 0 => wait_for(sqs, &context, &ask, wait).await?,
        _ => messages,
    };
    Ok(ReceiveMessageResult { messages: (!messages.is_empty()).then_some(messages) })
}

/// A long poll never fails because too much is in flight.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Poll {
    Short,
    Long,
}

async fn wait_for(
    sqs: &Sqs,
    context: &Context,
    ask: &Ask,
    seconds: u32,
) -> Result<Vec<Message>, ServiceError> {
    let until = context.now().saturating_add(Duration::from_secs(seconds.into()));
    sqs.store.schedule(context.clock());
    let mut waiter = sqs.store.waiter::<SqsTables>(&ask.place.scope, ask.place.name.as_str());
    loop {
        waiter.arm();
        let (messages, _) = take(sqs, context, ask, Poll::Long)?;
        if !messages.is_empty() || !waiter.woken_before(context.clock().hold_until(until)).await {
            return Ok(messages);
        }
    }
}

/// Takes what is there; says for how long the caller waits if that is nothing.
fn take(
    sqs: &Sqs,
    context: &Context,
    ask: &Ask,
    poll: Poll,
) -> Result<(Vec<Message>, u32), ServiceError> {
    sqs.change(context, &ask.place, |tx, queue, now| {
        let wait = ask.wait.unwrap_or(queue.settings.wait);
        let room = IN_FLIGHT_LIMIT.saturating_sub(tx.tables.counters_of(queue.id).in_flight);
        if room == 0 && wait == 0 && poll == Poll::Short && !queue.is_fifo() {
            return Err(errors::over_limit());
        }
        let receive = Receive {
            limit: ask.limit.min(usize::try_from(room).unwrap_or(usize::MAX)),
            visibility: ask.visibility.unwrap_or(queue.settings.visibility),
            attempt: ask.attempt.as_deref(),
        };
        let delivered = engine::receive(tx, queue, &receive, now);
        Ok((delivered.iter().map(|message| ask.shape(queue, message)).collect(), wait))
    })
}

impl Ask {
    fn new(context: &Context, input: ReceiveMessageRequest) -> Result<Self, ServiceError> {
        let place = Place::of_url(context, input.queue_url)?;
        let old = input.attribute_names.unwrap_or_default();
        let old = old.iter().map(QueueAttributeName::as_str);
        let new = input.message_system_attribute_names.unwrap_or_default();
        let new = new.iter().map(MessageSystemAttributeName::as_str);
        let max = input.max_number_of_messages;
        let one_to_ten = "Must be between 1 and 10, if provided.";
        Ok(Self {
            place,
            limit: between(max, "MaxNumberOfMessages", (1, 10), one_to_ten)?.unwrap_or(1) as usize,
            visibility: between(
                input.visibility_timeout,
                "VisibilityTimeout",
                (0, 43_200),
                "Must be >= 0 and <= 43200, if provided.",
            )?,
            wait: between(
                input.wait_time_seconds,
                "WaitTimeSeconds",
                (0, 20),
                "Must be >= 0 and <= 20, if provided.",
            )?,
            attempt: attempt(input.receive_request_attempt_id)?,
            system_attributes: old.chain(new).map(known).collect::<Result<_, _>>()?,
            attributes: input.message_attribute_names.unwrap_or_default(),
        })
    }

    fn shape(&self, queue: &Queue, message: &Delivered) -> Message {
        let content = &message.content;
        let wanted = content.extras.iter().flat_map(|extras| &extras.attributes);
        let wanted: Vec<_> = wanted.filter(|(name, _)| self.wants(name)).collect();
        let sum = digest::attributes(wanted.iter().map(|(name, value)| (name.as_str(), value)));
        let system = self.system(queue, message);
        Message {
            message_id: Some(digest::uuid(&content.id)),
            receipt_handle: Some(Receipt::of(queue.id, message).to_handle()),
            md5_of_body: Some(digest::hex(&content.md5)),
            body: Some(content.body.as_ref().to_owned()),
            attributes: (!system.is_empty()).then_some(system),
            md5_of_message_attributes: (!wanted.is_empty()).then(|| digest::hex(&sum)),
            message_attributes: (!wanted.is_empty()).then(|| {
                wanted
                    .into_iter()
                    .map(|(name, value)| (name.clone(), shape_attribute(value)))
                    .collect()
            }),
        }
    }

    /// Whether a message attribute was asked for: by its name, a prefix, or all.
    fn wants(&self, name: &str) -> bool {
        self.attributes.iter().any(|wanted| match wanted.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => wanted == name || wanted == "All" || wanted == "*",
        })
    }

    fn system(&self, queue: &Queue, message: &Delivered) -> BTreeMap<String, String> {
        let all = self.system_attributes.iter().any(|name| name == "All");
        SYSTEM_ATTRIBUTES
            .iter()
            .filter(|(name, _)| all || self.system_attributes.iter().any(|wanted| wanted == name))
            .filter_map(|(name, read)| Some(((*name).to_owned(), read((queue, message))?)))
            .collect()
    }
}

type Read = fn((&Queue, &Delivered)) -> Option<String>;

const SYSTEM_ATTRIBUTES: [(&str, Read); 9] = [
    ("AWSTraceHeader", |(_, message)| {
        Some(extras(&message.content)?.trace_header.as_deref()?.to_owned())
    }),
    ("ApproximateFirstReceiveTimestamp", |(_, message)| {
        Some(message.flight.first_received.to_string())
    }),
    ("ApproximateReceiveCount", |(_, message)| Some(message.flight.received.to_string())),
    ("DeadLetterQueueSourceArn", |(_, message)| {
        Some(extras(&message.content)?.dead_letter_source.as_deref()?.to_owned())
    }),
    ("MessageDeduplicationId", |(_, message)| {
        Some(extras(&message.content)?.deduplication_id.as_deref()?.to_owned())
    }),
    ("MessageGroupId", |(_, message)| Some(message.content.group()?.as_ref().to_owned())),
    ("SenderId", |(_, message)| Some(message.content.sender.to_string())),
    ("SentTimestamp", |(_, message)| Some(message.content.sent.to_string())),
    ("SequenceNumber", |(queue, message)| queue.is_fifo().then(|| sequence_number(message.seq))),
];

fn extras(content: &Content) -> Option<&crate::message::Extras> {
    content.extras.as_deref()
}

fn shape_attribute(attribute: &AttributeValue) -> MessageAttributeValue {
    let data_type = Some(attribute.data_type.clone());
    match &attribute.value {
        Value::Text(text) => MessageAttributeValue {
            string_value: Some(text.clone()),
            data_type,
            ..Default::default()
        },
        Value::Binary(bytes) => MessageAttributeValue {
            binary_value: Some(bytes.clone()),
            data_type,
            ..Default::default()
        },
    }
}

/// A name that is asked for must be one of a message's, or of a queue's, which is passed over.
fn known(name: &str) -> Result<String, ServiceError> {
    let known = MessageSystemAttributeName::VALUES.contains(&name)
        || QueueAttributeName::VALUES.contains(&name);
    if known { Ok(name.to_owned()) } else { Err(errors::unknown_attribute(name)) }
}

fn attempt(id: Option<String>) -> Result<Option<String>, ServiceError> {
    let valid =
        |id: &str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    match id {
        Some(id) if !valid(&id) => {
            let reason = "ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. \
                          1 to 128 in length.";
            Err(errors::invalid_value(id, "ReceiveRequestAttemptId", reason))
        }
        id => Ok(id),
    }
}

fn between(
    value: Option<i32>,
    parameter: &str,
    (least, most): (u32, u32),
    reason: &str,
) -> Result<Option<u32>, ServiceError> {
    let Some(value) = value else { return Ok(None) };
    let known = u32::try_from(value).ok().filter(|value| (least..=most).contains(value));
    known.map(Some).ok_or_else(|| errors::invalid_value(value, parameter, reason))
}
