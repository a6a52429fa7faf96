//! Event streams in inputs and outputs.
//!
//! In a recording the member that is a stream of events holds the form
//! `{"$events": [{"type": "Records", "payload": {...}}, ...]}`. An event that ends the stream as an error has
//! `exception` in the place of `type`.

use standin_model::{Document, Fields};

/// The key of the form.
pub(crate) const FORM: &str = "$events";

/// An event of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What it is called.
    pub kind: EventKind,
    /// Headers of its message that no member carries, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The event's structure, members of its headers among the others.
    pub payload: Document,
}

/// What an event is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// An event, by the name of its member in the stream's union.
    Event(String),
    /// An error, by its code; nothing comes after it. Its `message` is in the payload.
    Exception(String),
}

/// The events of a stream, in order. One message of the stream is one event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events(pub Vec<Event>);

/// A document that should hold events does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`$events` at {index}: {reason}")]
pub struct BadEvents {
    /// The event's place in the list, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Event {
    /// An event without other headers.
    pub fn new(name: impl Into<String>, payload: Document) -> Self {
        Self { kind: EventKind::Event(name.into()), headers: Vec::new(), payload }
    }
}

impl EventKind {
    /// The name, of an event or an exception.
    pub fn name(&self) -> &str {
        match self {
            Self::Event(name) | Self::Exception(name) => name,
        }
    }
}

impl Events {
    /// The form that holds them.
    pub fn into_document(self) -> Document {
        let events = self.0.into_iter().map(into_document).collect();
        Document::Object([(FORM.into(), Document::List(events))].into_iter().collect())
    }

    /// The events of a form; `None` if the document is not one.
    pub fn in_document(document: &Document) -> Option<Result<Self, BadEvents>> {
        let form = document.as_object().filter(|fields| fields.len() == 1)?.get(FORM)?;
        let Some(items) = form.as_list() else {
            return Some(Err(BadEvents { index: 0, reason: "not a list" }));
        };
        let read = |(index, item)| event(item).map_err(|reason| BadEvents { index, reason });
        Some(items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Self))
    }
}

fn into_document(event: Event) -> Document {
    let mut fields = Fields::with_capacity(3);
    match event.kind {
        EventKind::Event(name) => fields.push("type", name.into()),
        EventKind::Exception(name) => fields.push("exception", name.into()),
    }
    if !event.headers.is_empty() {
        let headers = event.headers.into_iter().map(|(name, value)| (name.into(), value.into()));
        fields.push("headers", Document::Object(headers.collect()));
    }
    fields.push("payload", event.payload);
    Document::Object(fields)
}

fn event(item: &Document) -> Result<Event, &'static str> {
    let fields = item.as_object().ok_or("not an object")?;
    let text = |name: &str| match fields.get(name) {
        None => Ok(None),
        Some(Document::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err("a name that is not a string"),
    };
    let kind = match (text("type")?, text("exception")?) {
        (Some(name), None) => EventKind::Event(name),
        (None, Some(name)) => EventKind::Exception(name),
        _ => return Err("neither or both of `type` and `exception`"),
    };
    let headers = match fields.get("headers") {
        None => Vec::new(),
        Some(Document::Object(headers)) => {
            let header = |(name, value): (&standin_model::Key, &Document)| {
                let value = value.as_str().ok_or("a header that is not a string")?;
                Ok::<_, &'static str>((name.to_string(), value.to_owned()))
            };
            headers.iter().map(header).collect::<Result<_, _>>()?
        }
        Some(_) => return Err("`headers` is not an object"),
    };
    let known = ["type", "exception", "headers", "payload"];
    if fields.iter().any(|(key, _)| !known.contains(&&**key)) {
        return Err("an unknown member");
    }
    let payload = fields.get("payload").ok_or("`payload` is missing")?.clone();
    Ok(Event { kind, headers, payload })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_round_trip_in_documents() {
        let events = Events(vec![
            Event {
                headers: vec![("x-mood".to_owned(), "good".to_owned())],
                ..Event::new("Records", Document::blob("a,b"))
            },
            Event {
                kind: EventKind::Exception("InternalError".to_owned()),
                headers: Vec::new(),
                payload: Document::empty(),
            },
        ]);
        let document = events.clone().into_document();
        assert_eq!(Events::in_document(&document), Some(Ok(events)));
        assert_eq!(Events::in_document(&Document::empty()), None);
    }

    #[test]
    fn bad_events_say_why() {
        let of = |item: Document| {
            let form = [(FORM.into(), Document::list(vec![item]))].into_iter().collect();
            let read = Events::in_document(&Document::Object(form)).expect("the form");
            read.expect_err("bad").reason
        };
        let object = |pairs: &[(&'static str, &str)]| {
            Document::Object(
                pairs.iter().map(|(key, text)| ((*key).into(), (*text).into())).collect(),
            )
        };
        assert_eq!(of("x".into()), "not an object");
        assert_eq!(of(object(&[])), "neither or both of `type` and `exception`");
        assert_eq!(of(object(&[("type", "A")])), "`payload` is missing");
        assert_eq!(of(object(&[("type", "A"), ("payload", ""), ("x", "")])), "an unknown member");
        assert_eq!(
            of(object(&[("type", "A"), ("payload", ""), ("headers", "")])),
            "`headers` is not an object"
        );
    }
}
