//! What stands for variables and forms while a codec writes them.

use std::cell::RefCell;

use standin_model::{Document, Fields, Service, ShapeId, ShapeKind, Timestamp, TimestampFormat};
use standin_tape::{Events, Expression, template};

/// No text of a client's begins so, and each placeholder is twelve characters of base64.
const START: &str = "StdinVar";

/// The placeholders given out, and what each stands for.
#[derive(Default)]
pub(super) struct Placeholders(Vec<String>);

impl Placeholders {
    /// The plain document of a template, placeholders in it. What the models don't know is left out.
    pub(super) fn fill(
        &mut self,
        template: &Document,
        (service, shape): (&Service, Option<ShapeId>),
    ) -> Result<Document, String> {
        let at = shape.map(|shape| (service, shape));
        let plain = self.without_forms(template, at).unwrap_or_else(Document::empty);
        self.bound(|lookup| template::bind(&plain, lookup))
    }

    /// The plain text of a template.
    pub(super) fn fill_text(&mut self, template: &str) -> Result<String, String> {
        self.bound(|lookup| template::bind_text(template, lookup))
    }

    /// A text with the names in the places of the placeholders.
    pub(super) fn named(&self, text: &str) -> String {
        let mut named = text.to_owned();
        for (index, name) in self.0.iter().enumerate() {
            named = named.replace(&placeholder(index), name);
            if named.contains("2199") || named.contains(EPOCH) {
                // S3's XML has milliseconds.
                let whole = moment(index).format(TimestampFormat::Iso8601);
                named = named.replace(&whole.replace('Z', ".000Z"), name);
                for form in [TimestampFormat::Iso8601, TimestampFormat::Rfc822] {
                    named = named.replace(&moment(index).format(form), name);
                }
                named = named.replace(&moment(index).seconds().to_string(), name);
            }
        }
        named
    }

    fn bound<T>(
        &mut self,
        bind: impl FnOnce(&dyn Fn(&str) -> Option<String>) -> Result<T, template::TemplateError>,
    ) -> Result<T, String> {
        let known = RefCell::new(std::mem::take(self));
        let lookup = |name: &str| {
            let mut known = known.borrow_mut();
            Some(placeholder(Self::index(&mut known, template::reference(name))))
        };
        let bound = bind(&lookup).map_err(|error| error.to_string());
        *self = known.into_inner();
        bound
    }

    /// The template without forms: none where nothing is to be written.
    fn without_forms(&mut self, template: &Document, at: At<'_>) -> Option<Document> {
        match template {
            Document::String(text) if text.contains('«') => Some(self.text(text, at)),
            Document::List(items) => {
                let at = at.and_then(|at| step(at, ""));
                let items = items.iter().filter_map(|item| self.without_forms(item, at));
                Some(Document::List(items.collect()))
            }
            Document::Object(fields) if template::form(template).is_some() => {
                self.form((template, fields), at)
            }
            Document::Object(fields) if template::blob(template).is_none() => {
                let kept = fields.iter().filter_map(|(key, value)| {
                    let at = at.and_then(|at| step(at, key));
                    Some((key.clone(), self.without_forms(value, at)?))
                });
                Some(Document::Object(kept.collect::<Fields>()))
            }
            other => Some(other.clone()),
        }
    }

    /// A time or a number that is a variable: a far one stands for it.
    fn text(&mut self, text: &str, at: At<'_>) -> Document {
        use ShapeKind::{BigInteger, Double, Float, Integer, Long, Timestamp};
        match at.map(|(service, shape)| &service.shape(shape).kind) {
            Some(Timestamp) => Document::Timestamp(moment(self.index(text.to_owned()))),
            Some(Integer | Long | BigInteger | Float | Double) => {
                moment(self.index(text.to_owned())).seconds().into()
            }
            _ => text.into(),
        }
    }

    fn form(&mut self, (form, fields): (&Document, &Fields), at: At<'_>) -> Option<Document> {
        if let Some(Ok(mut events)) = Events::in_document(form) {
            for event in &mut events.0 {
                let payload = self.without_forms(&event.payload, None);
                event.payload = payload.unwrap_or(Document::Null);
            }
            return Some(events.into_document());
        }
        let name = match Expression::in_document(form) {
            Some(Ok(expression)) => format!("«{expression}»"),
            _ => {
                format!("«{} was redacted»", fields.get("$redacted")?.as_str().unwrap_or_default())
            }
        };
        let index = self.index(name.clone());
        match self.text(&name, at) {
            Document::String(_) => Some(placeholder(index).into()),
            other => Some(other),
        }
    }

    fn index(&mut self, name: String) -> usize {
        let index = self.0.iter().position(|other| *other == name).unwrap_or(self.0.len());
        if index == self.0.len() {
            self.0.push(name);
        }
        index
    }
}

/// The shape of a value, where there is one.
type At<'s> = Option<(&'s Service, ShapeId)>;

/// The shape of a member, an element, or a map's value.
fn step<'s>((service, shape): (&'s Service, ShapeId), key: &str) -> At<'s> {
    let inside = match &service.shape(shape).kind {
        ShapeKind::Structure(structure) => structure.member(key)?.shape,
        ShapeKind::List(element) => element.shape,
        ShapeKind::Map(_, value) => value.shape,
        _ => return None,
    };
    Some((service, inside))
}

/// The first second of 2199, which no recording names.
const EPOCH: &str = "7226582";

/// The time that stands for the variable of a number.
fn moment(index: usize) -> Timestamp {
    let seconds = 7_226_582_400 + i64::try_from(index).unwrap_or_default();
    Timestamp::from_unix(seconds, 0).expect("a time of 2199")
}

fn placeholder(index: usize) -> String {
    format!("{START}{index:04}")
}
