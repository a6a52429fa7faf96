//! What the wire can carry: any value of a shape is made into one that comes back as it went.
//!
//! These are limits of the formats and of AWS's bindings, not of a codec:
//!
//! - all: a timestamp has milliseconds; a union has one member; streams of events travel apart; a `float` has single
//!   precision; nulls stand in sparse collections and JSON values only.
//! - XML: text has the characters of XML 1.0; what is flattened can't be empty; of members that share an
//!   element, one can be told from the other only by how often the element stands there.
//! - forms: an empty structure or map leaves no parameter, nor does an empty list in ec2.
//! - headers: text has no control characters and no space at its ends; a list has elements, and none is
//!   empty; names are in lower case, and a map's don't clash with a member's.
//! - query strings: a list has elements; a map's names don't clash with a member's or the template's.
//! - paths: a label has text. Host labels are parts of a host name.
//! - bodies that are one member: an empty blob or string is none, and an absent structure is an empty one
//!   in rest-json requests. The answer to HEAD has no body. A header's JSON is JSON.
//! - events: one that has a payload has it, though it be empty.
//! - status codes: those of a success that may have a body.

mod event;

use standin_model::{
    Document, Fields, Location, Member, Number, Protocol, Service, Shape, ShapeKind, Structure,
    Timestamp,
};
use standin_protocol::Call;
use standin_protocol::uri::UriTemplate;

use super::Part;

/// Makes a value of a part of a call into one that the wire can carry.
pub fn legalise(call: &Call, part: Part, value: Document) -> Document {
    let structure = part.shape(call).and_then(Shape::structure);
    let (Some(structure), Document::Object(fields)) = (structure, value) else {
        return Document::empty();
    };
    let rules = Rules { call, part, format: format(call.protocol, part) };
    if let Part::Event(_) = part {
        return event::legalise(&rules, structure, fields);
    }
    let bound = matches!(call.protocol, Protocol::RestJson | Protocol::RestXml);
    let fields = match bound {
        true => rules.bound(structure, fields),
        false => rules.fields(structure, fields),
    };
    Document::Object(rules.complete(structure, fields))
}

/// The format of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Cbor,
    Xml,
    Query,
    Ec2,
}

fn format(protocol: Protocol, part: Part) -> Format {
    match (protocol, part) {
        (Protocol::Query, Part::Input) => Format::Query,
        (Protocol::Ec2, Part::Input) => Format::Ec2,
        (Protocol::Query | Protocol::Ec2 | Protocol::RestXml, _) => Format::Xml,
        (Protocol::Json | Protocol::RestJson, _) => Format::Json,
        (Protocol::RpcV2Cbor, _) => Format::Cbor,
    }
}

struct Rules<'c> {
    call: &'c Call,
    part: Part,
    format: Format,
}

impl Rules<'_> {
    fn service(&self) -> &'static Service {
        self.call.service
    }

    fn shape(&self, member: &Member) -> &'static Shape {
        self.service().shape(member.shape)
    }

    /// The members of a message with HTTP bindings, each by its place.
    fn bound(&self, structure: &'static Structure, fields: Fields) -> Fields {
        let payload = structure.payload_member().map(|member| member.name);
        let mut kept = Fields::default();
        for (name, value) in fields {
            let Some(member) = structure.member(&name) else { continue };
            let value = match (member.location, self.part) {
                (_, Part::Input) if member.host_label => Some(host_label(&value)),
                (Location::Header, _) => self.header(member, value),
                (Location::Headers, _) => headers(structure, member, value),
                (Location::QueryString, Part::Input) => self.query(structure, member, value),
                (Location::Uri, Part::Input) => Some(self.label(member, value)),
                (Location::StatusCode, Part::Output) => Some(status(&value)),
                (Location::StatusCode, Part::Error(_) | Part::Event(_)) => None,
                _ if !self.has_body() => None,
                _ if payload.is_some_and(|payload| payload != member.name) => None,
                _ if payload.is_some() => self.payload(member, value),
                _ if self.is_root_text() && value.as_str() == Some("") => None,
                _ => self.value(self.shape(member), Some(member), value),
            };
            if let Some(value) = value {
                kept.push(member.name, value);
            }
        }
        self.unshare(structure, kept)
    }

    /// Whether the answer's root holds the member's text, of which nothing is no member: S3 answers a bucket's location
    /// so, and none for us-east-1.
    fn is_root_text(&self) -> bool {
        let Call { service, operation, .. } = self.call;
        let s3 = service.metadata.service_id == "S3" && operation.name == "GetBucketLocation";
        s3 && self.part == Part::Output
    }

    fn has_body(&self) -> bool {
        self.part == Part::Input || self.call.operation.http.method != "HEAD"
    }

    /// The members of a structure in a body.
    fn fields(&self, structure: &'static Structure, fields: Fields) -> Fields {
        let mut kept = Fields::default();
        for (name, value) in fields {
            let Some(member) = structure.member(&name) else { continue };
            let value = match member.host_label && self.part == Part::Input {
                true => Some(host_label(&value)),
                false => self.value(self.shape(member), Some(member), value),
            };
            if let Some(value) = value.filter(|_| !structure.union || kept.is_empty()) {
                kept.push(member.name, value);
            }
        }
        self.unshare(structure, kept)
    }

    /// Adds what a message can't be written without.
    fn complete(&self, structure: &'static Structure, mut fields: Fields) -> Fields {
        for member in &structure.members {
            let label = member.location == Location::Uri && self.part == Part::Input;
            let must = label || (member.host_label && self.part == Part::Input);
            if must && fields.get(member.name).is_none() {
                let value = self.label(member, Document::from("a"));
                fields.push(member.name, value);
            }
        }
        let json = self.call.protocol == Protocol::RestJson && self.part == Part::Input;
        if let Some(member) = structure.payload_member().filter(|_| json) {
            let shape = self.shape(member);
            let payload = shape.structure().filter(|_| !shape.event_stream);
            let absent = fields.get(member.name).is_none();
            if payload.is_some_and(|payload| !payload.union) && absent {
                fields.push(member.name, Document::empty());
            }
        }
        let status = structure.members.iter().find(|m| m.location == Location::StatusCode);
        if let (Some(member), Part::Output) = (status, self.part)
            && matches!(self.call.protocol, Protocol::RestJson | Protocol::RestXml)
            && fields.get(member.name).is_none()
        {
            fields.push(member.name, i64::from(self.call.operation.http.status).into());
        }
        fields
    }

    /// Leaves one of those members that share an element: of S3's `Event` and `Events` the list where it has two
    /// elements, else the one that the model has first.
    fn unshare(&self, structure: &'static Structure, mut fields: Fields) -> Fields {
        if self.format != Format::Xml {
            return fields;
        }
        let members = || structure.members.iter().enumerate();
        let is_list = |member: &Member| matches!(self.shape(member).kind, ShapeKind::List(_));
        for (at, list) in members().filter(|(_, member)| is_list(member)) {
            let is_twin =
                |other: &Member| other.name != list.name && other.wire_name() == list.wire_name();
            let Some((place, twin)) = members().find(|(_, other)| is_twin(other)) else { continue };
            match (fields.remove(list.name), fields.remove(twin.name)) {
                (Some(Document::List(items)), _) if items.len() > 1 => {
                    fields.push(list.name, Document::List(items));
                }
                (Some(Document::List(mut items)), _) if place < at => {
                    fields.push(twin.name, items.pop().expect("an empty list is left out"));
                }
                (Some(items), _) => fields.push(list.name, items),
                (None, Some(one)) if at < place => {
                    fields.push(list.name, Document::list(vec![one]));
                }
                (None, Some(one)) => fields.push(twin.name, one),
                (None, None) => {}
            }
        }
        fields
    }

    fn value(
        &self,
        shape: &'static Shape,
        member: Option<&'static Member>,
        value: Document,
    ) -> Option<Document> {
        let flat = shape.flattened || member.is_some_and(|member| member.flattened);
        Some(match (&shape.kind, value) {
            _ if shape.event_stream => return None,
            (ShapeKind::Structure(structure), Document::Object(fields)) => {
                let fields = self.fields(structure, fields);
                let form = matches!(self.format, Format::Query | Format::Ec2);
                if fields.is_empty() && (structure.union || form) {
                    return None;
                }
                Document::Object(fields)
            }
            (ShapeKind::List(element), Document::List(items)) => {
                let items: Vec<_> = items
                    .into_iter()
                    .filter_map(|item| self.element(shape, element, item))
                    .collect();
                let vanishes = self.format == Format::Ec2 || (flat && self.format == Format::Xml);
                if items.is_empty() && vanishes {
                    return None;
                }
                Document::list(items)
            }
            (ShapeKind::Map(_, element), Document::Object(fields)) => {
                let mut kept = Fields::default();
                for (key, value) in fields {
                    if let Some(value) = self.element(shape, element, value) {
                        kept.insert(self.text(&key), value);
                    }
                }
                let form = matches!(self.format, Format::Query | Format::Ec2);
                if kept.is_empty() && (form || (flat && self.format == Format::Xml)) {
                    return None;
                }
                Document::Object(kept)
            }
            (ShapeKind::Document, value) => return self.json(value),
            (ShapeKind::String, Document::String(text)) => Document::String(self.text(&text)),
            (ShapeKind::Float, Document::Number(number)) => single(&number),
            (ShapeKind::Timestamp, Document::Timestamp(at)) => Document::Timestamp(millis(at)),
            (kind, value) if is_of(kind, &value) => value,
            _ => return None,
        })
    }

    fn element(
        &self,
        collection: &'static Shape,
        element: &'static Member,
        value: Document,
    ) -> Option<Document> {
        let shape = self.shape(element);
        let nulls = matches!(self.format, Format::Json | Format::Cbor);
        match (value, &shape.kind) {
            (Document::Null, ShapeKind::Document) if nulls => Some(Document::Null),
            (Document::Null, _) if nulls && collection.sparse => Some(Document::Null),
            (Document::Null, _) => None,
            (value, _) => self.value(shape, Some(element), value),
        }
    }

    /// A JSON value; CBOR leaves a null out where it is a member's.
    fn json(&self, value: Document) -> Option<Document> {
        match (value, self.format) {
            (Document::Null, Format::Json) => Some(Document::Null),
            (Document::Null, _) | (_, Format::Xml | Format::Query | Format::Ec2) => None,
            (value, _) => Some(finite(value)),
        }
    }

    fn text(&self, text: &str) -> String {
        match self.format {
            Format::Xml => text.chars().filter(|c| is_xml(*c)).collect(),
            _ => text.to_owned(),
        }
    }

    fn payload(&self, member: &'static Member, value: Document) -> Option<Document> {
        let shape = self.shape(member);
        if shape.event_stream {
            return None;
        }
        match (&shape.kind, value) {
            (ShapeKind::String, Document::String(text)) if text.is_empty() => None,
            // The body is the text itself, whatever format the others have.
            (ShapeKind::String, Document::String(text)) => Some(Document::String(text)),
            (ShapeKind::Blob, Document::Blob(bytes)) if bytes.is_empty() => None,
            (ShapeKind::Document, Document::Null) => None,
            (_, value) => self.value(shape, Some(member), value),
        }
    }

    fn header(&self, member: &'static Member, value: Document) -> Option<Document> {
        let shape = self.shape(member);
        match (&shape.kind, value) {
            (ShapeKind::List(element), Document::List(items)) => {
                let shape = self.shape(element);
                let items = items.into_iter().filter_map(|item| self.header_item(shape, item));
                let items: Vec<_> = items.collect();
                (!items.is_empty()).then_some(Document::list(items))
            }
            (ShapeKind::String, Document::String(text))
                if member.json_value || shape.json_value =>
            {
                let json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
                Some(if json { text.into() } else { Document::from("0") })
            }
            (ShapeKind::String, Document::String(text)) => Some(header_text(&text).into()),
            (_, value) => self.value(shape, Some(member), value),
        }
    }

    fn header_item(&self, shape: &'static Shape, item: Document) -> Option<Document> {
        match (&shape.kind, item) {
            (ShapeKind::String, Document::String(text)) => {
                let text = header_text(&text);
                (!text.is_empty()).then_some(Document::String(text))
            }
            (_, item) => self.value(shape, None, item),
        }
    }

    fn query(
        &self,
        structure: &'static Structure,
        member: &'static Member,
        value: Document,
    ) -> Option<Document> {
        let shape = self.shape(member);
        match (&shape.kind, value) {
            (ShapeKind::Map(_, element), Document::Object(fields)) => {
                let template = UriTemplate::parse(self.call.operation.http.uri);
                let claimed = |name: &str| {
                    let of_member = |other: &Member| {
                        other.location == Location::QueryString && other.wire_name() == name
                    };
                    structure.members.iter().any(of_member)
                        || template.query().iter().any(|literal| literal.name == name)
                        || name.starts_with("X-Amz-")
                };
                let mut kept = Fields::default();
                for (key, value) in fields.into_iter().filter(|(key, _)| !claimed(key)) {
                    if let Some(value) = self.parameter(self.shape(element), value) {
                        kept.insert(key, value);
                    }
                }
                (!kept.is_empty()).then_some(Document::Object(kept))
            }
            (_, value) => self.parameter(shape, value),
        }
    }

    fn parameter(&self, shape: &'static Shape, value: Document) -> Option<Document> {
        match (&shape.kind, value) {
            (ShapeKind::List(element), Document::List(items)) => {
                let shape = self.shape(element);
                let items = items.into_iter().filter_map(|item| self.parameter(shape, item));
                let items: Vec<_> = items.collect();
                (!items.is_empty()).then_some(Document::list(items))
            }
            // Percent-encoded, any text can stand there.
            (ShapeKind::String, Document::String(text)) => Some(Document::String(text)),
            (_, value) => self.value(shape, None, value),
        }
    }

    fn label(&self, member: &'static Member, value: Document) -> Document {
        let shape = self.shape(member);
        match (&shape.kind, value) {
            _ if member.host_label => Document::from("a"),
            (ShapeKind::String, Document::String(text)) if !text.is_empty() => text.into(),
            (ShapeKind::String, _) => Document::from("a"),
            (ShapeKind::Timestamp, Document::Timestamp(at)) => Document::Timestamp(millis(at)),
            (ShapeKind::Timestamp, _) => Document::Timestamp(millis(Timestamp::MAX)),
            (ShapeKind::Boolean, Document::Boolean(value)) => value.into(),
            (ShapeKind::Boolean, _) => true.into(),
            (ShapeKind::Float, Document::Number(number)) => single(&number),
            (_, Document::Number(number)) => Document::Number(number),
            (_, _) => Document::from(1),
        }
    }
}

/// A map of headers; the names of its entries begin with what no header of a member does.
fn headers(structure: &'static Structure, member: &Member, value: Document) -> Option<Document> {
    let Document::Object(fields) = value else { return None };
    let prefix = member.location_name.unwrap_or_default().to_ascii_lowercase();
    let mut kept = Fields::default();
    for (key, value) in fields {
        let legal = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let key: String = key.to_ascii_lowercase().chars().filter(legal).collect();
        let name = format!("{prefix}x-{}", key.strip_prefix("x-").unwrap_or(&key));
        let taken = structure.members.iter().any(|other| {
            other.location == Location::Header && other.wire_name().eq_ignore_ascii_case(&name)
        });
        if let Document::String(text) = value
            && !taken
        {
            kept.insert(name[prefix.len()..].to_owned(), header_text(&text).into());
        }
    }
    (!kept.is_empty()).then_some(Document::Object(kept))
}

/// Whether a scalar is of a kind.
fn is_of(kind: &ShapeKind, value: &Document) -> bool {
    match value {
        Document::Boolean(_) => matches!(kind, ShapeKind::Boolean),
        Document::Blob(_) => matches!(kind, ShapeKind::Blob),
        Document::Number(Number::Float(_)) => {
            matches!(kind, ShapeKind::Double | ShapeKind::BigDecimal)
        }
        Document::Number(Number::Integer(_)) => matches!(
            kind,
            ShapeKind::Integer | ShapeKind::Long | ShapeKind::BigInteger | ShapeKind::BigDecimal
        ),
        Document::Number(Number::Text(_)) => {
            matches!(kind, ShapeKind::BigInteger | ShapeKind::BigDecimal)
        }
        _ => false,
    }
}

/// Whether XML 1.0 has a character.
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}')
        || character > '\u{FFFF}'
}

/// Text as HTTP has it in a header: no control character but the tab, and no space at the ends.
fn header_text(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    text.trim().to_owned()
}

/// Text as a label of a host name has it.
fn host_label(value: &Document) -> Document {
    let text = value.as_str().unwrap_or_default();
    let text: String = text.chars().filter(char::is_ascii_alphanumeric).take(63).collect();
    if text.is_empty() { "a".into() } else { text.into() }
}

/// One of the statuses of a success that has a body, by any number.
fn status(value: &Document) -> Document {
    const STATUSES: [i64; 4] = [200, 201, 202, 206];
    let number = value.as_integer().unwrap_or_default().rem_euclid(4);
    let place = usize::try_from(number).expect("below four");
    Document::from(STATUSES[place])
}

fn single(number: &Number) -> Document {
    #[expect(clippy::cast_possible_truncation, reason = "the shape has single precision")]
    match number {
        Number::Float(value) => Document::from(f64::from(*value as f32)),
        Number::Integer(_) | Number::Text(_) => Document::from(0.5),
    }
}

fn millis(at: Timestamp) -> Timestamp {
    Timestamp::from_unix(at.seconds(), at.nanos() / 1_000_000 * 1_000_000)
        .expect("no later than it was")
}

/// A JSON value without the floats that JSON has no number for.
fn finite(value: Document) -> Document {
    match value {
        Document::Number(Number::Float(number)) if !number.is_finite() => Document::Null,
        Document::List(items) => Document::List(items.into_iter().map(finite).collect()),
        Document::Object(fields) => {
            Document::Object(fields.into_iter().map(|(key, value)| (key, finite(value))).collect())
        }
        value => value,
    }
}
