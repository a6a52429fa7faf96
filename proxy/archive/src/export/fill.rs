//! Plain documents of templates: variables get values, and forms what stands for them in their shape.

use bytes::Bytes;
use standin_model::{
    Document, Fields, Service, Shape, ShapeId, ShapeKind, Timestamp, TimestampFormat,
};
use standin_tape::template::{self, TemplateError};
use standin_tape::{Event, Events};

/// What stands for text or bytes that were scrubbed.
pub(super) const REDACTED: &str = "REDACTED";

/// Fills templates by the shapes of a service.
pub(super) struct Filler<'f> {
    pub(super) service: &'static Service,
    pub(super) value: &'f dyn Fn(&str) -> Option<String>,
}

impl Filler<'_> {
    /// The text of a template.
    pub(super) fn text(&self, template: &str) -> Result<String, TemplateError> {
        template::bind_text(template, self.value)
    }

    /// The document of a template; none if it was scrubbed and nothing can stand for it.
    pub(super) fn document(
        &self,
        template: &Document,
        id: Option<ShapeId>,
    ) -> Result<Option<Document>, TemplateError> {
        let shape = id.map(|id| self.service.shape(id));
        let kind = shape.map(|shape| &shape.kind);
        if let Some(Ok(events)) = Events::in_document(template) {
            return self.events(events, shape).map(Some);
        }
        if template::form(template).is_some() {
            return Ok(scrubbed(kind));
        }
        match (template, kind) {
            (Document::List(items), kind) => {
                let of = match kind {
                    Some(ShapeKind::List(member)) => Some(member.shape),
                    _ => None,
                };
                let items = items.iter().map(|item| self.document(item, of));
                let items: Vec<_> = items.collect::<Result<_, _>>()?;
                Ok(Some(Document::List(items.into_iter().flatten().collect())))
            }
            (Document::Object(fields), kind) if template::blob(template).is_none() => {
                self.fields(fields, kind).map(Document::Object).map(Some)
            }
            (Document::String(text), Some(ShapeKind::Timestamp)) => {
                let text = self.text(text)?;
                let time = Timestamp::parse(&text, TimestampFormat::Iso8601)
                    .or_else(|_| Timestamp::parse(&text, TimestampFormat::UnixTimestamp));
                Ok(time.ok().map(Document::Timestamp))
            }
            (other, _) => template::bind(other, self.value).map(Some),
        }
    }

    /// The fields of an object or of an error's members.
    pub(super) fn fields(
        &self,
        fields: &Fields,
        kind: Option<&ShapeKind>,
    ) -> Result<Fields, TemplateError> {
        let of = |key: &str| match kind {
            Some(ShapeKind::Structure(structure)) => Some(structure.member(key)?.shape),
            Some(ShapeKind::Map(_, value)) => Some(value.shape),
            _ => None,
        };
        let mut filled = Fields::with_capacity(fields.len());
        for (key, value) in fields.iter() {
            if let Some(value) = self.document(value, of(key))? {
                // A `$` that begins a key is doubled in templates.
                let key = key.strip_prefix('$').unwrap_or(key);
                filled.push(self.text(key)?, value);
            }
        }
        Ok(filled)
    }

    fn events(&self, events: Events, stream: Option<&Shape>) -> Result<Document, TemplateError> {
        let filled = events.0.into_iter().map(|event| {
            let union = stream.and_then(Shape::structure);
            let member = union.and_then(|union| union.member(event.kind.name()));
            let payload = self.document(&event.payload, member.map(|member| member.shape))?;
            Ok(Event { payload: payload.unwrap_or_else(Document::empty), ..event })
        });
        Ok(Events(filled.collect::<Result<_, TemplateError>>()?).into_document())
    }
}

fn scrubbed(kind: Option<&ShapeKind>) -> Option<Document> {
    match kind {
        Some(ShapeKind::String) => Some(REDACTED.into()),
        Some(ShapeKind::Blob) => Some(Document::blob(Bytes::from_static(REDACTED.as_bytes()))),
        _ => None,
    }
}
