//! A value of any shape, with text that formats must escape.

use bytes::Bytes;
use standin_model::{
    Document, Fields, Location, Member, Service, Shape, ShapeId, ShapeKind, Structure, Timestamp,
};

use crate::bindings::Side;

/// Makes values of a service's shapes.
pub(super) struct Sampler {
    pub(super) service: &'static Service,
    pub(super) side: Side,
    open: Vec<ShapeId>,
}

const TEXT: &str = "a&b <c> \"d\" + %20 é \u{1F600} = ; /";

impl Sampler {
    pub(super) fn new(service: &'static Service, side: Side) -> Self {
        Self { service, side, open: Vec::new() }
    }

    /// A structure with as many members as can be set, streams left out.
    pub(super) fn structure(&mut self, structure: &'static Structure) -> Document {
        let members = structure.members.iter().filter(|member| self.can_set(structure, member));
        let members: Vec<_> = members.collect();
        let mut fields = Fields::default();
        for member in members {
            let value = self.member(member);
            if structure.union && !fields.is_empty() {
                break;
            }
            if let Some(value) = value {
                fields.push(member.name, value);
            }
        }
        Document::Object(fields)
    }

    /// Members that the wire carries and that come back as they went.
    fn can_set(&self, structure: &Structure, member: &Member) -> bool {
        let shape = self.service.shape(member.shape);
        let stream = member.streaming || shape.streaming || shape.event_stream;
        let others = structure.members.iter().filter(|m| m.location == member.location).count();
        let top = self.open.is_empty();
        !stream
            && match member.location {
                // A map of the query string is read with the parameters of named members in it.
                Location::QueryString if top => {
                    others == 1 || !matches!(shape.kind, ShapeKind::Map(..))
                }
                // All headers of a message, or those of ours that share the prefix.
                Location::Headers if top => !member.location_name.unwrap_or_default().is_empty(),
                _ => true,
            }
    }

    fn member(&mut self, member: &'static Member) -> Option<Document> {
        let top = self.open.is_empty();
        let shape = self.service.shape(member.shape);
        match (member.location, &shape.kind) {
            (Location::StatusCode, _) if top && self.side == Side::Response => {
                Some(Document::from(200))
            }
            (Location::Headers, ShapeKind::Map(..)) if top => {
                Some(one("name", Document::from("value")))
            }
            (Location::Header | Location::Headers, ShapeKind::String) if top => {
                Some(Document::from(if member.json_value { "{\"a\":1}" } else { "plain" }))
            }
            (_, ShapeKind::String) if member.host_label => Some(Document::from("host")),
            _ => self.value(member.shape),
        }
    }

    fn value(&mut self, id: ShapeId) -> Option<Document> {
        if self.open.iter().filter(|open| **open == id).count() > 1 || self.open.len() > 12 {
            return None;
        }
        self.open.push(id);
        let value = self.open_value(self.service.shape(id));
        self.open.pop();
        value
    }

    fn open_value(&mut self, shape: &'static Shape) -> Option<Document> {
        Some(match &shape.kind {
            ShapeKind::Structure(structure) => {
                let value = self.structure(structure);
                if structure.union && value == Document::empty() {
                    return None;
                }
                value
            }
            ShapeKind::List(element) => {
                let item = self.value(element.shape)?;
                Document::list(vec![item.clone(), item])
            }
            ShapeKind::Map(_, element) => one(TEXT, self.value(element.shape)?),
            ShapeKind::String => Document::from(TEXT),
            ShapeKind::Integer => Document::from(i64::from(i32::MIN)),
            ShapeKind::Long | ShapeKind::BigInteger => Document::from(i64::MAX),
            ShapeKind::Float | ShapeKind::Double | ShapeKind::BigDecimal => Document::from(-1.5e-7),
            ShapeKind::Boolean => Document::from(false),
            ShapeKind::Blob => Document::blob(Bytes::from_static(&[0, 255, 62, 63, 13, 10, 34])),
            ShapeKind::Timestamp => {
                Document::Timestamp(Timestamp::from_millis(1_576_540_098_123).expect("in range"))
            }
            ShapeKind::Document => one("a", Document::list(vec![Document::Null, TEXT.into()])),
        })
    }
}

fn one(key: &str, value: Document) -> Document {
    Document::Object([(key.to_owned().into(), value)].into_iter().collect())
}
