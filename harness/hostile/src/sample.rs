//! Values to begin with: of every shape one that is small and valid.

use bytes::Bytes;
use standin_model::{
    Document, Fields, Location, Service, ShapeId, ShapeKind, Structure, Timestamp,
};

/// How deep a sample goes.
const DEPTH: usize = 4;

/// The members of a structure, streams left out, down to a depth.
pub(crate) fn structure(service: &'static Service, structure: &'static Structure) -> Document {
    Document::Object(fields(service, structure, DEPTH))
}

fn fields(service: &'static Service, structure: &'static Structure, depth: usize) -> Fields {
    let carried = structure.members.iter().filter(|member| {
        let shape = service.shape(member.shape);
        !(member.streaming || shape.streaming || shape.event_stream)
    });
    let values = carried.filter_map(|member| {
        let in_head = member.location == Location::Header || member.host_label;
        let text = if in_head { "text" } else { "a&b <c> é" };
        Some((member.name.into(), value(service, member.shape, depth, text)?))
    });
    values.take(if structure.union { 1 } else { usize::MAX }).collect()
}

fn value(service: &'static Service, id: ShapeId, depth: usize, text: &str) -> Option<Document> {
    let depth = depth.checked_sub(1)?;
    Some(match &service.shape(id).kind {
        ShapeKind::Structure(structure) => {
            let fields = fields(service, structure, depth);
            if structure.union && fields.is_empty() {
                return None;
            }
            Document::Object(fields)
        }
        ShapeKind::List(element) => {
            Document::list(vec![value(service, element.shape, depth, text)?])
        }
        ShapeKind::Map(_, element) => {
            let item = value(service, element.shape, depth, text)?;
            Document::Object([("key".into(), item)].into_iter().collect())
        }
        ShapeKind::String => text.into(),
        ShapeKind::Boolean => true.into(),
        ShapeKind::Blob => Document::blob(Bytes::from_static(b"\0\xffblob")),
        ShapeKind::Timestamp => {
            Document::Timestamp(Timestamp::from_millis(1_576_540_098_000).expect("in range"))
        }
        ShapeKind::Float | ShapeKind::Double | ShapeKind::BigDecimal => 1.5.into(),
        ShapeKind::Document => Document::list(vec![Document::Null, "text".into()]),
        _ => 200.into(),
    })
}
