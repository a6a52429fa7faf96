//! The life of a queue: one message with attributes, a batch, and errors by their types.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::SdkError;
use aws_sdk_sqs::operation::get_queue_url::GetQueueUrlError;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchError;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, QueueAttributeName,
    SendMessageBatchRequestEntry,
};

use crate::{Outcome, same, say};

/// Of `hello`.
const MD5_OF_BODY: &str = "5d41402abc4b2a76b9719d911017c592";
/// Of the three attributes below.
const MD5_OF_ATTRIBUTES: &str = "590784b95df5daf2aced6af129edff2a";
/// Identifiers, bodies and their MD5s.
const BATCH: [(&str, &str, &str); 2] = [
    ("first", "one", "f97c5d29941bfb1b2fdab0874906ab82"),
    ("second", "two ✓", "0acf9f9a2871af0c11a0a92ad00140e5"),
];

/// Makes a queue, uses and deletes it.
pub(crate) async fn live(sqs: &Client, name: &str) -> Outcome {
    let created = sqs.create_queue().queue_name(name);
    let created = created.attributes(QueueAttributeName::VisibilityTimeout, "45").send().await?;
    let url = created.queue_url().ok_or("no URL")?;
    single(sqs, url).await?;
    batch(sqs, url).await?;
    sqs.delete_queue().queue_url(url).send().await?;
    absent(sqs, name).await
}

/// Sends, receives and deletes a message with an attribute of each kind.
async fn single(sqs: &Client, url: &str) -> Outcome {
    let mut send = sqs.send_message().queue_url(url).message_body("hello");
    for (name, value) in attributes()? {
        send = send.message_attributes(name, value);
    }
    let sent = send.send().await?;
    same("the MD5 sent", sent.md5_of_message_body(), Some(MD5_OF_BODY))?;
    same("the attributes' MD5 sent", sent.md5_of_message_attributes(), Some(MD5_OF_ATTRIBUTES))?;
    let message = receive(sqs, url, 1).await?.pop().ok_or("no message")?;
    same("the identifier", message.message_id(), sent.message_id())?;
    same("the body", message.body(), Some("hello"))?;
    same("the MD5", message.md5_of_body(), Some(MD5_OF_BODY))?;
    same("the attributes' MD5", message.md5_of_message_attributes(), Some(MD5_OF_ATTRIBUTES))?;
    let received = message.message_attributes().ok_or("no attributes")?;
    same("the number of attributes", received.len(), 3)?;
    for (name, value) in attributes()? {
        same(name, received.get(name), Some(&value))?;
    }
    let handle = message.receipt_handle().ok_or("no handle")?;
    sqs.delete_message().queue_url(url).receipt_handle(handle).send().await?;
    say("received hello")
}

/// Sends, receives and deletes two messages at once, and sees a batch without entries refused.
async fn batch(sqs: &Client, url: &str) -> Outcome {
    let mut send = sqs.send_message_batch().queue_url(url);
    for (id, body, _) in BATCH {
        let entry = SendMessageBatchRequestEntry::builder().id(id).message_body(body).build()?;
        send = send.entries(entry);
    }
    let sent = send.send().await?;
    same("the number of failures", sent.failed().len(), 0)?;
    let mut found: Vec<_> =
        sent.successful().iter().map(|it| (it.id(), it.md5_of_message_body())).collect();
    found.sort_unstable();
    same("the batch", found, BATCH.map(|(id, _, md5)| (id, md5)).to_vec())?;
    let messages = receive(sqs, url, 10).await?;
    let mut bodies: Vec<_> =
        messages.iter().filter_map(|it| Some((it.body()?, it.md5_of_body()?))).collect();
    bodies.sort_unstable();
    same("the messages", bodies, BATCH.map(|(_, body, md5)| (body, md5)).to_vec())?;
    delete(sqs, url, &messages).await?;
    let empty = sqs.send_message_batch().queue_url(url).set_entries(Some(Vec::new())).send().await;
    match empty.map_err(SdkError::into_service_error) {
        Err(SendMessageBatchError::EmptyBatchRequest(_)) => say("received the batch"),
        other => Err(format!("expected an empty batch, got {other:?}").into()),
    }
}

async fn delete(sqs: &Client, url: &str, messages: &[Message]) -> Outcome {
    let mut delete = sqs.delete_message_batch().queue_url(url);
    for (index, message) in messages.iter().enumerate() {
        let entry = DeleteMessageBatchRequestEntry::builder().id(format!("message-{index}"));
        let handle = message.receipt_handle().ok_or("no handle")?;
        delete = delete.entries(entry.receipt_handle(handle).build()?);
    }
    let deleted = delete.send().await?;
    same("the number of failures", deleted.failed().len(), 0)?;
    same("the number of deletions", deleted.successful().len(), messages.len())
}

/// Sees that the queue is gone, by the error's type.
async fn absent(sqs: &Client, name: &str) -> Outcome {
    let gone = sqs.get_queue_url().queue_name(name).send().await;
    match gone.map_err(SdkError::into_service_error) {
        Err(GetQueueUrlError::QueueDoesNotExist(_)) => say("absent"),
        other => Err(format!("expected a missing queue, got {other:?}").into()),
    }
}

async fn receive(sqs: &Client, url: &str, most: i32) -> Outcome<Vec<Message>> {
    let receive = sqs.receive_message().queue_url(url).max_number_of_messages(most);
    let received = receive.wait_time_seconds(1).message_attribute_names("All").send().await?;
    Ok(received.messages.unwrap_or_default())
}

/// A text, a number and bytes that are not text.
fn attributes() -> Outcome<[(&'static str, MessageAttributeValue); 3]> {
    let of = |kind| MessageAttributeValue::builder().data_type(kind);
    Ok([
        ("Count", of("Number").string_value("42").build()?),
        ("Raw", of("Binary").binary_value(Blob::new([0, 1, 255])).build()?),
        ("Tenant", of("String").string_value("Zürich").build()?),
    ])
}
