//! Walks a document along its shape and makes a template of it.

use std::cell::RefCell;

use standin_model::{Document, Fields, Member, Service, Shape, ShapeId, ShapeKind, Structure};

use super::rules::{Class, Place, Rules};
use super::supplied::Supplied;
use super::{Exceptions, Redacted};
use crate::{EventKind, Events, Sweep, template};

/// Which half of an exchange a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

/// One walk through one document.
pub(super) struct Walk<'w> {
    pub(super) service: &'w Service,
    pub(super) rules: &'w Rules,
    pub(super) exceptions: &'w Exceptions,
    pub(super) supplied: &'w Supplied,
    pub(super) redacted: &'w RefCell<Redacted>,
    pub(super) side: Side,
}

/// What the way to a value said of it.
#[derive(Clone, Copy)]
struct Way<'w> {
    class: Class,
    member: &'w str,
}

impl<'w> Walk<'w> {
    /// The template of an operation's input or output. Without a shape nothing is modelled.
    pub(super) fn root(&self, shape: Option<ShapeId>, value: Document) -> Document {
        match (shape, value) {
            (Some(id), value) => self.value(id, Way { class: Class::Plain, member: "" }, value),
            (None, Document::Object(fields)) => Document::Object(unmodelled_fields(fields)),
            (None, other) => unmodelled(&other),
        }
    }

    /// The template of an error's members.
    pub(super) fn error_members(&self, shape: Option<&'w Shape>, members: Fields) -> Fields {
        let way = Way { class: Class::Plain, member: "" };
        match shape.and_then(|shape| Some((shape, shape.structure()?))) {
            Some((shape, structure)) => self.members(shape, structure, way, members),
            None => unmodelled_fields(members),
        }
    }

    fn value(&self, id: ShapeId, way: Way<'w>, value: Document) -> Document {
        let shape = self.service.shape(id);
        let way = if shape.sensitive { self.secret(way) } else { way };
        if shape.event_stream {
            return self.events(shape, way, &value);
        }
        match (&shape.kind, value) {
            (ShapeKind::Structure(structure), Document::Object(fields)) => {
                Document::Object(self.members(shape, structure, way, fields))
            }
            (ShapeKind::List(element), Document::List(items)) => {
                let way = if element.sensitive { self.secret(way) } else { way };
                Document::List(
                    items.into_iter().map(|item| self.value(element.shape, way, item)).collect(),
                )
            }
            (ShapeKind::Map(key, element), Document::Object(fields)) => {
                self.map(key, element, way, fields)
            }
            (ShapeKind::Document, value) if way.class != Class::Secret => {
                template::escape_document(value)
            }
            (_, Document::Null) => Document::Null,
            (ShapeKind::Structure(_) | ShapeKind::List(_) | ShapeKind::Map(..), value)
            | (_, value @ (Document::Object(_) | Document::List(_))) => unmodelled(&value),
            (_, value) => self.leaf(way, value),
        }
    }

    /// The events of a stream; one that the union hasn't got keeps its name alone.
    fn events(&self, stream: &'w Shape, way: Way<'w>, value: &Document) -> Document {
        let Some(Ok(mut events)) = Events::in_document(value) else { return unmodelled(value) };
        for event in &mut events.0 {
            let payload = std::mem::replace(&mut event.payload, Document::Null);
            let member = stream.structure().and_then(|union| union.member(event.kind.name()));
            event.payload = match member {
                Some(member) => self.value(member.shape, way, payload),
                None => self.unknown_event(&event.kind, payload),
            };
            let keeps = |(name, _): &(String, String)| self.rules.keeps_event_header(name);
            event.headers.retain(keeps);
            for (_, value) in &mut event.headers {
                *value = template::escape(value).into_owned();
            }
        }
        events.into_document()
    }

    /// An exception by another name than the union's is an error of the operation, or one that nobody models.
    fn unknown_event(&self, kind: &EventKind, payload: Document) -> Document {
        let shape = match kind {
            EventKind::Event(_) => None,
            EventKind::Exception(code) => self.service.error(code).map(|found| found.shape),
        };
        match payload {
            Document::Object(fields) => Document::Object(self.error_members(shape, fields)),
            other => unmodelled(&other),
        }
    }

    fn members(
        &self,
        shape: &'w Shape,
        structure: &'w Structure,
        way: Way<'w>,
        fields: Fields,
    ) -> Fields {
        let mut template = Fields::with_capacity(fields.len());
        for (key, value) in fields {
            let Some(member) = structure.member(&key) else {
                template.push(escaped(&key), unmodelled(&value));
                continue;
            };
            let place = Place {
                service: self.service.metadata.name,
                structure: shape.name,
                member: member.name,
                sensitive: member.sensitive || self.service.shape(member.shape).sensitive,
                holds_text: holds_text(&self.service.shape(member.shape).kind),
            };
            let class = match self.rules.class(&place, self.exceptions) {
                Class::Plain => way.class,
                class => class,
            };
            let way = Way { class, member: member.name };
            template.push(key, self.member_value(member, way, value));
        }
        template
    }

    /// A member's value; that the shape is sensitive was weighed with the rules, which may know better.
    fn member_value(&self, member: &'w Member, way: Way<'w>, value: Document) -> Document {
        match (&self.service.shape(member.shape).kind, value) {
            (
                ShapeKind::Structure(_)
                | ShapeKind::List(_)
                | ShapeKind::Map(..)
                | ShapeKind::Document,
                value,
            ) => self.value(member.shape, way, value),
            (_, value @ (Document::Object(_) | Document::List(_))) => unmodelled(&value),
            (_, value) => self.leaf(way, value),
        }
    }

    fn map(&self, key: &'w Member, element: &'w Member, way: Way<'w>, fields: Fields) -> Document {
        if key.sensitive || self.service.shape(key.shape).sensitive {
            return redacted(way.member, None);
        }
        let way = if element.sensitive { self.secret(way) } else { way };
        let entries = fields.into_iter();
        let entry = |(name, value): (standin_model::Key, Document)| {
            (escaped(&name), self.value(element.shape, way, value))
        };
        Document::Object(entries.map(entry).collect())
    }

    /// The same way, through something that the model calls sensitive. Payloads stay payloads.
    fn secret(&self, way: Way<'w>) -> Way<'w> {
        let service = self.service.metadata.name;
        let is_excepted = self.exceptions.members.iter().any(|name| {
            name.split_once('.').is_some_and(|(of, member)| of == service && member == way.member)
        });
        match way.class {
            Class::Plain if !is_excepted => Way { class: Class::Secret, ..way },
            _ => way,
        }
    }

    fn leaf(&self, way: Way<'w>, value: Document) -> Document {
        let length = match &value {
            Document::String(text) => Some(text.len()),
            Document::Blob(bytes) => Some(bytes.len()),
            _ => None,
        };
        let is_kept = match way.class {
            Class::Plain => !self.redacted.borrow().has(&value) && !self.is_trace(&value),
            Class::Secret => is_documented(&value),
            Class::Payload => self.side == Side::Input || self.was_supplied(&value),
        };
        let is_signed = matches!(&value, Document::String(text) if is_signed_url(text));
        if is_kept && !is_signed {
            return template::escape_document(value);
        }
        if way.class == Class::Secret {
            self.redacted.borrow_mut().add(&value);
        }
        redacted(way.member, length)
    }

    /// Whether an answer tells of a person or a place that the run had not named.
    fn is_trace(&self, value: &Document) -> bool {
        let is_trace = |text: &str| Sweep::patterns().check_text(text).is_err();
        self.side == Side::Output
            && value
                .as_str()
                .is_some_and(|text| is_trace(text) && !self.supplied.has(text.as_bytes()))
    }

    fn was_supplied(&self, value: &Document) -> bool {
        match value {
            Document::String(text) => self.supplied.has(text.as_bytes()),
            Document::Blob(bytes) => self.supplied.has(bytes),
            _ => true,
        }
    }
}

/// Numbers, times and switches are no secrets, whatever they are called.
fn holds_text(kind: &ShapeKind) -> bool {
    use ShapeKind::{Blob, Document, List, Map, String, Structure};
    matches!(kind, String | Blob | List(_) | Map(..) | Structure(_) | Document)
}

/// An access key id of AWS's documentation, which clients use where any will do.
fn is_documented(value: &Document) -> bool {
    let is_example = |id: &str| {
        id.len() == 20
            && (id.starts_with("AKIA") || id.starts_with("ASIA"))
            && id.ends_with("EXAMPLE")
            && id.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    value.as_str().is_some_and(is_example)
}

/// A URL that grants access to whoever has it.
pub(super) fn is_signed_url(text: &str) -> bool {
    const MARKS: [&str; 5] = [
        "x-amz-signature=",
        "x-amz-security-token=",
        "x-amz-credential=",
        "&signature=",
        "?signature=",
    ];
    if !text.contains("http") || !text.contains('=') {
        return false;
    }
    let text = text.to_ascii_lowercase();
    MARKS.iter().any(|mark| text.contains(mark))
}

fn redacted(member: &str, length: Option<usize>) -> Document {
    let mut form = Fields::with_capacity(2);
    form.push("$redacted", template::escape(member).into_owned().into());
    if let Some(length) = length.and_then(|length| i64::try_from(length).ok()) {
        form.push("len", length.into());
    }
    Document::Object(form)
}

fn unmodelled(value: &Document) -> Document {
    let mut form = Fields::with_capacity(1);
    form.push("$unmodelled", value.kind().into());
    Document::Object(form)
}

fn unmodelled_fields(fields: Fields) -> Fields {
    fields.into_iter().map(|(key, value)| (escaped(&key), unmodelled(&value))).collect()
}

fn escaped(key: &standin_model::Key) -> standin_model::Key {
    template::escape_key(key.clone())
}
