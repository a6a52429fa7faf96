//! The leaves of an exchange in the order of its file, and what is written in their place.

use bytes::Bytes;
use standin_model::{
    Answer, Catalog, Document, Fields, Number, Service, Shape, ShapeId, ShapeKind,
};
use standin_model::{Operation, Timestamp};
use standin_tape::{Exchange, Outcome, template};

/// Which part of an exchange a leaf belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// The host that the client named.
    Host,
    /// The input.
    Input,
    /// The output.
    Output,
    /// The error's message and members.
    Error,
    /// A response header.
    Header,
}

/// A value that stands alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'d> {
    /// A template of text.
    Text(&'d str),
    /// The key of a map.
    Key(&'d str),
    Time(Timestamp),
    Blob(&'d Bytes),
    Number(&'d Number),
    Boolean(bool),
}

/// A value with where it stands, and what stands there in the other run.
#[derive(Clone, Debug)]
pub(super) struct Leaf<'d> {
    pub(super) half: Half,
    /// The way from the root of its half: `Messages[0].Body`.
    pub(super) path: String,
    /// The last member on the way.
    pub(super) member: &'d str,
    pub(super) shape: Option<&'static Shape>,
    /// The client fills the member with a random value.
    pub(super) idempotency: bool,
    /// The structure requires the member.
    pub(super) required: bool,
    pub(super) value: Value<'d>,
    /// The value in the other run, if there is one.
    pub(super) other: Option<Value<'d>>,
}

/// Which elements of two runs' lists belong together: for each of the first, its place in the second.
pub(super) trait Pairing {
    fn pair(&self, path: &str, lists: (&[Document], &[Document])) -> Vec<Option<usize>>;
}

/// The model of an exchange.
#[derive(Clone, Copy)]
pub(super) struct Model {
    pub(super) service: Option<&'static Service>,
    pub(super) operation: Option<&'static Operation>,
}

impl Value<'_> {
    /// Whether two values can be those of one variable: of one type, and not empty.
    fn is_like(self, other: Self) -> bool {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) | (Self::Key(left), Self::Key(right)) => {
                left.is_empty() == right.is_empty()
            }
            _ => std::mem::discriminant(&self) == std::mem::discriminant(&other),
        }
    }
}

impl Model {
    pub(super) fn of(exchange: &Exchange) -> Self {
        let service = Catalog::embedded().service(&exchange.service);
        let operation = service.and_then(|service| service.operation(exchange.operation()));
        Self { service, operation }
    }

    fn shape(self, id: Option<ShapeId>) -> Option<&'static Shape> {
        Some(self.service?.shape(id?))
    }

    fn input(self) -> Option<ShapeId> {
        self.operation?.input
    }

    fn output(self) -> Option<ShapeId> {
        self.operation?.output
    }
}

impl Half {
    /// The first word of a place in the half, as variables are defined.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Host => "wire.host",
            Self::Input => "input",
            Self::Output => "output",
            Self::Error => "error",
            Self::Header => "output.header",
        }
    }

    /// Whether the client wrote it.
    pub(super) fn is_clients(self) -> bool {
        matches!(self, Self::Host | Self::Input)
    }
}

/// All leaves of an exchange, beside those of the same exchange in another run.
pub(super) fn leaves<'d>(
    exchange: &'d Exchange,
    other: Option<&'d Exchange>,
    pairing: &dyn Pairing,
) -> Vec<Leaf<'d>> {
    let model = Model::of(exchange);
    let mut gather =
        Gather { model, pairing, half: Half::Host, path: String::new(), found: Vec::new() };
    if let Some(host) = &exchange.wire.host {
        let other = other.and_then(|other| other.wire.host.as_deref());
        gather.text("host", host, other);
    }
    gather.half = Half::Input;
    let way = Way { member: "", shape: model.input(), idempotency: false, required: false };
    gather.document(&exchange.input, other.map(|other| &other.input), way);
    let answers = (exchange.answer(), other.and_then(Exchange::answer));
    match answers {
        (Some(Answer::Output(output)), other) => {
            gather.half = Half::Output;
            let other = other.and_then(|other| match other {
                Answer::Output(output) => Some(output),
                Answer::Error(_) => None,
            });
            let way = Way { shape: model.output(), ..way };
            gather.document(output, other, way);
        }
        (Some(Answer::Error(error)), other) => {
            gather.half = Half::Error;
            let other = other.and_then(|other| match other {
                Answer::Error(error) => Some(error),
                Answer::Output(_) => None,
            });
            if let Some(message) = &error.message {
                let other = other.and_then(|other| other.message.as_deref());
                gather.within("message", |gather| gather.text("message", message, other));
            }
            let way = Way { shape: None, ..way };
            gather.fields(&error.members, other.map(|other| &other.members), (way, Keys::Members));
        }
        (None, _) => {}
    }
    gather.half = Half::Header;
    for (name, value) in &exchange.wire.response_headers {
        let others = other.into_iter().flat_map(|other| &other.wire.response_headers);
        let other =
            others.filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).next();
        gather.within(name, |gather| gather.text(name, value, other));
    }
    gather.found
}

/// Writes edits in the place of the leaves; they come in the order of [`leaves`].
pub(super) fn apply(exchange: &mut Exchange, edits: Vec<Option<Document>>) {
    let model = Model::of(exchange);
    let mut write = Write { model, edits: edits.into_iter() };
    if let Some(host) = &mut exchange.wire.host {
        write.text(host);
    }
    write.document(&mut exchange.input, model.input());
    if let Outcome::Answered { answer, .. } = &mut exchange.outcome {
        match answer {
            Answer::Output(output) => write.document(output, model.output()),
            Answer::Error(error) => {
                if let Some(message) = &mut error.message {
                    write.text(message);
                }
                write.fields(&mut error.members, None, Keys::Members);
            }
        }
    }
    for (_, value) in &mut exchange.wire.response_headers {
        write.text(value);
    }
}

/// Whether the keys of an object are names of the model or data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    Members,
    Data,
}

/// What is known of a value by the way to it.
#[derive(Clone, Copy)]
struct Way<'d> {
    member: &'d str,
    shape: Option<ShapeId>,
    idempotency: bool,
    required: bool,
}

struct Gather<'d, 'p> {
    model: Model,
    pairing: &'p dyn Pairing,
    half: Half,
    path: String,
    found: Vec<Leaf<'d>>,
}

impl<'d> Gather<'d, '_> {
    fn document(&mut self, document: &'d Document, other: Option<&'d Document>, way: Way<'d>) {
        if let Some(events) = events(document) {
            let other = other.and_then(events_of);
            return self.within("$events", |gather| {
                gather.list(events, other, Way { shape: None, ..way });
            });
        }
        if is_kept(document) {
            return;
        }
        match document {
            Document::Null => {}
            Document::List(items) => {
                let element = element(self.model.shape(way.shape));
                self.list(items, other.and_then(Document::as_list), Way { shape: element, ..way });
            }
            Document::Object(fields) => {
                let keys = keys(self.model.shape(way.shape));
                self.fields(fields, other.and_then(Document::as_object), (way, keys));
            }
            scalar => {
                let other = other.and_then(value);
                if let Some(value) = value(scalar) {
                    self.leaf(way, value, other);
                }
            }
        }
    }

    fn list(&mut self, items: &'d [Document], other: Option<&'d [Document]>, way: Way<'d>) {
        let pairs = other.map(|other| self.pairing.pair(&self.path, (items, other)));
        for (index, item) in items.iter().enumerate() {
            let at = pairs.as_ref().and_then(|pairs| pairs.get(index).copied().flatten());
            let other = other.zip(at).and_then(|(other, at)| other.get(at));
            let length = self.path.len();
            self.path.push_str(&format!("[{index}]"));
            self.document(item, other, way);
            self.path.truncate(length);
        }
    }

    fn fields(
        &mut self,
        fields: &'d Fields,
        other: Option<&'d Fields>,
        (way, keys): (Way<'d>, Keys),
    ) {
        let shape = self.model.shape(way.shape);
        let renamed = if keys == Keys::Data { renamed(fields, other) } else { Vec::new() };
        let mut sorted: Vec<_> = fields.iter().collect();
        sorted.sort_by_key(|(key, _)| *key);
        for (key, item) in sorted {
            let twin = renamed.iter().find(|(ours, _)| *ours == &**key).map(|(_, theirs)| *theirs);
            let beside = other.and_then(|other| other.get(twin.unwrap_or(key)));
            let inner = inner(shape, key);
            self.within(key, |gather| {
                if keys == Keys::Data {
                    let other = beside.is_some().then(|| Value::Key(twin.unwrap_or(key)));
                    gather.leaf(way, Value::Key(key), other);
                }
                gather.document(item, beside, inner);
            });
        }
    }

    fn text(&mut self, member: &'d str, text: &'d str, other: Option<&'d str>) {
        let way = Way { member, shape: None, idempotency: false, required: false };
        self.leaf(way, Value::Text(text), other.map(Value::Text));
    }

    fn leaf(&mut self, way: Way<'d>, value: Value<'d>, other: Option<Value<'d>>) {
        self.found.push(Leaf {
            half: self.half,
            path: self.path.clone(),
            member: way.member,
            shape: self.model.shape(way.shape),
            idempotency: way.idempotency,
            required: way.required,
            value,
            other: other.filter(|other| value.is_like(*other)),
        });
    }

    fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        inside(self);
        self.path.truncate(length);
    }
}

struct Write {
    model: Model,
    edits: std::vec::IntoIter<Option<Document>>,
}

impl Write {
    fn document(&mut self, document: &mut Document, shape: Option<ShapeId>) {
        if let Some(events) = events_mut(document) {
            for item in events {
                self.document(item, None);
            }
            return;
        }
        if is_kept(document) {
            return;
        }
        match document {
            Document::Null => {}
            Document::List(items) => {
                let element = element(self.model.shape(shape));
                for item in items {
                    self.document(item, element);
                }
            }
            Document::Object(fields) => {
                let keys = keys(self.model.shape(shape));
                self.fields(fields, shape, keys);
            }
            scalar => {
                if let Some(edit) = self.next() {
                    *scalar = edit;
                }
            }
        }
    }

    fn fields(&mut self, fields: &mut Fields, shape: Option<ShapeId>, keys: Keys) {
        let shape = self.model.shape(shape);
        let mut names = Vec::new();
        let mut sorted: Vec<_> = fields.iter_mut().enumerate().collect();
        sorted.sort_by_key(|(_, (key, _))| *key);
        for (at, (key, item)) in sorted {
            let name = if keys == Keys::Data { self.next() } else { None };
            if let Some(Document::String(name)) = name {
                names.push((at, name));
            }
            let inner = inner(shape, key).shape;
            self.document(item, inner);
        }
        if !names.is_empty() {
            let old = std::mem::take(fields);
            let renamed = old.into_iter().enumerate().map(|(at, (key, value))| {
                let new = names.iter().find(|(place, _)| *place == at);
                (new.map_or(key, |(_, name)| name.clone().into()), value)
            });
            *fields = renamed.collect();
        }
    }

    fn text(&mut self, text: &mut String) {
        if let Some(Document::String(edit)) = self.next() {
            *text = edit;
        }
    }

    fn next(&mut self) -> Option<Document> {
        self.edits.next().flatten()
    }
}

fn value(document: &Document) -> Option<Value<'_>> {
    Some(match document {
        Document::String(text) => Value::Text(text),
        Document::Timestamp(time) => Value::Time(*time),
        Document::Blob(bytes) => Value::Blob(bytes),
        Document::Number(number) => Value::Number(number),
        Document::Boolean(value) => Value::Boolean(*value),
        _ => return None,
    })
}

/// A form without values of its own, or a blob that is a template already.
fn is_kept(document: &Document) -> bool {
    template::form(document).is_some() || template::blob(document).is_some()
}

fn events(document: &Document) -> Option<&[Document]> {
    (template::form(document) == Some("$events")).then(|| document.get("$events")?.as_list())?
}

fn events_of(document: &Document) -> Option<&[Document]> {
    events(document)
}

fn events_mut(document: &mut Document) -> Option<&mut [Document]> {
    if template::form(document) != Some("$events") {
        return None;
    }
    match document.as_object_mut()?.get_mut("$events")? {
        Document::List(items) => Some(items.as_mut_slice()),
        _ => None,
    }
}

fn element(shape: Option<&'static Shape>) -> Option<ShapeId> {
    match &shape?.kind {
        ShapeKind::List(member) => Some(member.shape),
        _ => None,
    }
}

/// Structures have members; the keys of maps are data, and so are those of values without a shape.
fn keys(shape: Option<&'static Shape>) -> Keys {
    match shape.map(|shape| &shape.kind) {
        Some(ShapeKind::Structure(_)) => Keys::Members,
        _ => Keys::Data,
    }
}

fn inner<'d>(shape: Option<&'static Shape>, key: &'d str) -> Way<'d> {
    let none = Way { member: key, shape: None, idempotency: false, required: false };
    match shape.map(|shape| &shape.kind) {
        Some(ShapeKind::Structure(structure)) => match structure.member(key) {
            Some(member) => Way {
                member: key,
                shape: Some(member.shape),
                idempotency: member.idempotency_token,
                required: member.required,
            },
            None => none,
        },
        Some(ShapeKind::Map(_, value)) => Way { shape: Some(value.shape), ..none },
        _ => none,
    }
}

/// Keys that only one of two runs has, in pairs, as they stand in order.
fn renamed<'d>(fields: &'d Fields, other: Option<&'d Fields>) -> Vec<(&'d str, &'d str)> {
    let Some(other) = other else { return Vec::new() };
    let only = |fields: &'d Fields, not: &Fields| {
        let mut keys: Vec<&'d str> =
            fields.iter().map(|(key, _)| &**key).filter(|key| not.get(key).is_none()).collect();
        keys.sort_unstable();
        keys
    };
    let (ours, theirs) = (only(fields, other), only(other, fields));
    if ours.len() == theirs.len() { ours.into_iter().zip(theirs).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlate::tests::{exchange, object};

    struct ByPlace;

    impl Pairing for ByPlace {
        fn pair(&self, _: &str, (items, _): (&[Document], &[Document])) -> Vec<Option<usize>> {
            (0..items.len()).map(Some).collect()
        }
    }

    #[test]
    fn edits_stand_where_their_leaves_stood() {
        let attributes = object(&[("Policy", "p"), ("DelaySeconds", "0")]);
        let mut input = object(&[("QueueName", "jobs")]);
        if let Some(fields) = input.as_object_mut() {
            fields.push("Attributes", attributes);
            fields.push("Numbers", Document::list(vec![1_i64.into(), true.into(), Document::Null]));
        }
        let mut one = exchange("CreateQueue#1", input, object(&[("QueueUrl", "u")]));
        one.wire.response_headers.push(("x-a".to_owned(), "v".to_owned()));
        let found = leaves(&one, None, &ByPlace);
        let paths: Vec<String> =
            found.iter().map(|leaf| format!("{}:{}", leaf.half.name(), leaf.path)).collect();
        let edits: Vec<_> = paths.iter().map(|path| Some(path.as_str().into())).collect();
        apply(&mut one, edits);
        for place in ["QueueName", "Numbers"] {
            assert!(one.input.get(place).is_some());
        }
        assert_eq!(one.input.get("QueueName"), Some(&"input:QueueName".into()));
        let map = one.input.get("Attributes").expect("still there");
        assert_eq!(map.get("input:Attributes.Policy"), Some(&"input:Attributes.Policy".into()));
        assert_eq!(one.wire.host.as_deref(), Some("wire.host:"));
        assert_eq!(one.wire.response_headers[0].1, "output.header:x-a");
        let numbers = one.input.get("Numbers").and_then(Document::as_list).expect("a list");
        assert_eq!(numbers[1], "input:Numbers[1]".into());
        assert_eq!(numbers[2], Document::Null);
    }
}
