//! Sums that clients check, of what an answer says now: the recorded ones were of the recorded run's values.

use standin_model::{Answer, Document, Fields};
use standin_protocol::Call;
use standin_protocol::checksum::{Algorithm, Checksum};
use standin_tape::Exchange;

/// Computes anew what follows from the values of this run in the answer of an exchange, which they are filled in.
pub(super) fn recompute(
    call: Call,
    input: &Document,
    (exchange, filled): (&Exchange, &mut Document),
) {
    match (call.service.metadata.name, exchange.answer()) {
        ("sqs", _) => messages(call.operation.name, input, filled),
        ("s3", Some(Answer::Output(recorded))) => {
            received(call, (recorded, filled));
            if let Some(member) = call.streaming_input() {
                let sent = (exchange.input.get(member.name), input.get(member.name));
                set_sums(sent, (recorded, filled));
            }
        }
        _ => {}
    }
}

/// SQS's MD5 of message bodies; the SDKs for Java and JavaScript compare it.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html>
fn messages(operation: &str, input: &Document, output: &mut Document) {
    match operation {
        "SendMessage" => set_md5(output, "MD5OfMessageBody", text(input, "MessageBody")),
        "SendMessageBatch" => {
            let entries = input.get("Entries").and_then(Document::as_list).unwrap_or_default();
            each(output, "Successful", |sent| {
                let id = sent.get("Id").and_then(Document::as_str);
                let entry = entries.iter().find(|entry| text(entry, "Id") == id);
                let body = entry.and_then(|entry| text(entry, "MessageBody")).map(str::to_owned);
                set_md5(sent, "MD5OfMessageBody", body.as_deref());
            });
        }
        "ReceiveMessage" => each(output, "Messages", |message| {
            let body = text(message, "Body").map(str::to_owned);
            set_md5(message, "MD5OfBody", body.as_deref());
        }),
        _ => {}
    }
}

fn each(output: &mut Document, list: &str, change: impl FnMut(&mut Document)) {
    let list = output.as_object_mut().and_then(|fields| fields.get_mut(list));
    if let Some(Document::List(items)) = list {
        items.iter_mut().for_each(change);
    }
}

fn text<'d>(document: &'d Document, member: &str) -> Option<&'d str> {
    document.get(member)?.as_str()
}

fn set_md5(document: &mut Document, member: &str, body: Option<&str>) {
    if let (Some(sum), Some(body)) =
        (document.as_object_mut().and_then(|fields| fields.get_mut(member)), body)
    {
        *sum = Document::String(md5(body.as_bytes()));
    }
}

/// The sums of an object whose content has values of this run in it. Those of the parts of an object are of
/// something that isn't here, and can't follow.
fn received(call: Call, (recorded, filled): (&Document, &mut Document)) {
    let Some(member) = call.streaming_output() else { return };
    let content = filled.get(member.name).cloned();
    set_sums((recorded.get(member.name), content.as_ref()), (recorded, filled));
}

/// Sets the sums that an answer has of a content, if that isn't the recorded one.
fn set_sums(
    (before, now): (Option<&Document>, Option<&Document>),
    (recorded, filled): (&Document, &mut Document),
) {
    let (Some(Document::Blob(content)), Document::Object(fields)) = (now, filled) else { return };
    if before == now {
        return;
    }
    for algorithm in Algorithm::ALL {
        let name = format!("Checksum{}", algorithm.name());
        if is_whole(fields, &name) {
            fields.insert(name, Document::String(Checksum::of(algorithm, content)));
        }
    }
    let is_md5 = |tag: &str| {
        let tag = tag.trim_matches('"');
        tag.len() == 32 && tag.bytes().all(|b| b.is_ascii_hexdigit())
    };
    if text(recorded, "ETag").is_some_and(is_md5) {
        fields.insert("ETag", Document::String(format!("\"{}\"", md5(content))));
    }
}

/// Whether a checksum is there, and of the whole object: those of its parts end in `-` and their number.
fn is_whole(fields: &Fields, name: &str) -> bool {
    let sum = fields.get(name).and_then(Document::as_str);
    sum.is_some_and(|sum| !sum.contains('-'))
}

fn md5(bytes: &[u8]) -> String {
    let mut sum = Checksum::new(Algorithm::Md5);
    sum.update(bytes);
    sum.finish().iter().map(|byte| format!("{byte:02x}")).collect()
}
