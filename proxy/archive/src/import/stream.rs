//! Answers that are streams of events: their bytes become `$events`.

use bytes::Bytes;
use standin_model::{Answer, Document, Member, ServiceError};
use standin_protocol::Call;
use standin_protocol::eventstream::{Direction, Event, FrameDecoder, MAX_FRAME};
use standin_tape::{EventKind, Events};

/// The answer with the events that its body holds.
pub(super) fn with_events(
    mut answer: Answer,
    call: Call,
    member: &'static Member,
    body: &Bytes,
) -> Result<Answer, String> {
    let Answer::Output(Document::Object(output)) = &mut answer else { return Ok(answer) };
    let mut events = Events::default();
    for event in read(call, body)? {
        match event {
            // What RPC protocols send before the events are members of the output.
            Event::Initial(Document::Object(initial)) => {
                for (name, value) in initial {
                    output.insert(name, value);
                }
            }
            Event::Initial(_) => {}
            Event::Event(union) => {
                let set = union.as_object().and_then(|fields| fields.iter().next());
                let (name, payload) = set.ok_or("an event without a member")?;
                events.0.push(standin_tape::Event::new(name.to_string(), payload.clone()));
            }
            Event::Error(error) => events.0.push(exception(error)),
        }
    }
    output.insert(member.name, events.into_document());
    Ok(answer)
}

fn read(call: Call, body: &Bytes) -> Result<Vec<Event>, String> {
    let mut decoder = FrameDecoder::new(MAX_FRAME);
    let mut input = &body[..];
    let mut events = Vec::new();
    while let Some(message) = decoder.next(&mut input).map_err(failed)? {
        events.push(call.decode_event(Direction::Output, &message).map_err(failed)?);
    }
    decoder.finish().map_err(failed)?;
    Ok(events)
}

fn failed(error: impl std::fmt::Display) -> String {
    format!("the answer's events: {error}")
}

fn exception(error: ServiceError) -> standin_tape::Event {
    let mut payload = error.members;
    if let Some(message) = error.message {
        payload.insert("message", message.into());
    }
    standin_tape::Event {
        kind: EventKind::Exception(error.code.into_owned()),
        headers: Vec::new(),
        payload: Document::Object(payload),
    }
}
