//! Goes over a document and its shape, and finds what is wrong. What fits costs no memory.

use standin_model::{Constraints, Member, Service, Shape, ShapeId, ShapeKind};

use super::place::{Place, Step};
use super::{Validator, Violation};
use crate::{Document, Fields, Number};

/// Something wrong at a place.
pub(super) struct Finding<'f> {
    pub(super) service: &'f Service,
    pub(super) place: &'f Place<'f>,
    pub(super) member: &'f Member,
    /// The value; none if it is missing.
    pub(super) value: Option<&'f Document>,
    pub(super) fault: Fault<'f>,
}

/// What is wrong.
#[derive(Clone, Copy)]
pub(super) enum Fault<'f> {
    /// A required value is missing.
    Missing,
    /// A text that is none of the enum's values.
    Enum(&'f Constraints),
    /// A text that does not match.
    Pattern(&'f str),
    /// A size that is too large or too small. Both bounds stand in the shape's constraints.
    Size { size: f64, bound: Bound, shape: &'f Shape, constraints: &'f Constraints },
    /// Elements of a list, judged as a whole.
    Elements(&'f Shape),
    /// Values of a map, judged as a whole.
    Values(&'f Shape),
    /// Keys of a map, judged as a whole.
    Keys(&'f Shape),
}

/// The bound that a size breaks.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    Most(f64),
    Least(f64),
}

/// How a style judges and words.
pub(super) trait Words {
    /// Whether scalars in lists and maps are judged together, at the list or map.
    const TOGETHER: bool;

    /// The length of a text.
    fn length(text: &str) -> usize;

    /// What to report of a finding, if it isn't said already.
    fn violation(&self, finding: &Finding<'_>) -> Violation;
}

/// What a document breaks of its shape's constraints.
pub(super) fn check<W: Words>(
    validator: &Validator,
    shape: ShapeId,
    document: &Document,
    words: &W,
) -> Vec<Violation> {
    let mut walk = Walk { validator, words, violations: Vec::new() };
    walk.structure(shape, document, None);
    walk.violations
}

struct Walk<'w, W> {
    validator: &'w Validator,
    words: &'w W,
    violations: Vec<Violation>,
}

impl<W: Words> Walk<'_, W> {
    fn structure(&mut self, id: ShapeId, document: &Document, above: Option<&Place<'_>>) {
        let Some(structure) = self.validator.service.structure(id) else { return };
        for member in &structure.members {
            let place = Place { above, step: Step::Member(member.name) };
            match document.get(member.name) {
                Some(value) if *value != Document::Null => self.value(member, value, &place),
                _ => self.absent(member, &place),
            }
        }
    }

    fn absent(&mut self, member: &Member, place: &Place<'_>) {
        let shape = self.validator.service.shape(member.shape);
        // The body of a stream is seen only later, and by others.
        let streamed = member.streaming || shape.streaming || shape.event_stream;
        if member.required && !streamed {
            self.report(place, member, None, Fault::Missing);
        }
    }

    fn value(&mut self, member: &Member, value: &Document, place: &Place<'_>) {
        if !self.validator.is_constrained(member.shape) {
            return;
        }
        self.faults(member.shape, value, |walk, fault| {
            walk.report(place, member, Some(value), fault);
        });
        match (&self.validator.service.shape(member.shape).kind, value) {
            (ShapeKind::Structure(_), Document::Object(_)) => {
                self.structure(member.shape, value, Some(place));
            }
            (ShapeKind::List(element), Document::List(items)) => {
                self.elements((member, value), element, items, place);
            }
            (ShapeKind::Map(key, element), Document::Object(fields)) => {
                self.keys((member, value), key, fields, place);
                self.map_values((member, value), element, fields, place);
            }
            _ => {}
        }
    }

    fn elements(
        &mut self,
        list: (&Member, &Document),
        element: &Member,
        items: &[Document],
        place: &Place<'_>,
    ) {
        let shape = self.validator.service.shape(element.shape);
        if W::TOGETHER && is_scalar(shape) {
            if items.iter().any(|item| self.is_broken(element.shape, item)) {
                self.report(place, list.0, Some(list.1), Fault::Elements(shape));
            }
            return;
        }
        for (index, item) in items.iter().enumerate() {
            self.nested(element, item, Place { above: Some(place), step: Step::Index(index) });
        }
    }

    fn keys(
        &mut self,
        map: (&Member, &Document),
        key: &Member,
        fields: &Fields,
        place: &Place<'_>,
    ) {
        let shape = self.validator.service.shape(key.shape);
        if shape.constraints.is_none() {
            return;
        }
        for (name, _) in fields.iter() {
            let name = Document::String(name.to_string());
            if !W::TOGETHER {
                // The key has no place of its own; it is shown at the map.
                self.faults(key.shape, &name, |walk, fault| {
                    walk.report(place, key, Some(&name), fault);
                });
            } else if self.is_broken(key.shape, &name) {
                return self.report(place, map.0, Some(map.1), Fault::Keys(shape));
            }
        }
    }

    fn map_values(
        &mut self,
        map: (&Member, &Document),
        element: &Member,
        fields: &Fields,
        place: &Place<'_>,
    ) {
        let shape = self.validator.service.shape(element.shape);
        if W::TOGETHER && is_scalar(shape) {
            if fields.iter().any(|(_, item)| self.is_broken(element.shape, item)) {
                self.report(place, map.0, Some(map.1), Fault::Values(shape));
            }
            return;
        }
        for (name, item) in fields.iter() {
            self.nested(element, item, Place { above: Some(place), step: Step::Key(name) });
        }
    }

    fn nested(&mut self, element: &Member, item: &Document, place: Place<'_>) {
        if *item != Document::Null {
            self.value(element, item, &place);
        }
    }

    fn is_broken(&mut self, id: ShapeId, value: &Document) -> bool {
        let mut broken = false;
        self.faults(id, value, |_, _| broken = true);
        broken
    }

    /// What a value breaks of its own shape's constraints.
    fn faults(
        &mut self,
        id: ShapeId,
        value: &Document,
        mut found: impl FnMut(&mut Self, Fault<'_>),
    ) {
        let validator = self.validator;
        let shape = validator.service.shape(id);
        let Some(constraints) = &shape.constraints else { return };
        if let Some(text) = value.as_str() {
            if !constraints.enum_values.is_empty() {
                if !constraints.enum_values.contains(&text) {
                    found(self, Fault::Enum(constraints));
                }
                return;
            }
            if let Some(pattern) = constraints.pattern
                && validator.refuses(id, pattern, text)
            {
                found(self, Fault::Pattern(pattern));
            }
        }
        let (most, least) = (constraints.max, constraints.min);
        let Some(size) = size::<W>(value, most, least) else { return };
        let bounds = [
            most.filter(|most| size > *most).map(Bound::Most),
            least.filter(|least| size < *least).map(Bound::Least),
        ];
        for bound in bounds.into_iter().flatten() {
            found(self, Fault::Size { size, bound, shape, constraints });
        }
    }

    fn report(
        &mut self,
        place: &Place<'_>,
        member: &Member,
        value: Option<&Document>,
        fault: Fault<'_>,
    ) {
        let service = self.validator.service;
        let finding = Finding { service, place, member, value, fault };
        self.violations.push(self.words.violation(&finding));
    }
}

fn is_scalar(shape: &Shape) -> bool {
    !matches!(shape.kind, ShapeKind::Structure(_) | ShapeKind::List(_) | ShapeKind::Map(..))
}

/// What `min` and `max` bound: a number, or the length of a text, a blob, a list or a map. None if it fits for sure.
#[expect(clippy::cast_precision_loss, reason = "bounds are doubles in the model")]
fn size<W: Words>(value: &Document, most: Option<f64>, least: Option<f64>) -> Option<f64> {
    if most.is_none() && least.is_none() {
        return None;
    }
    Some(match value {
        Document::Number(Number::Integer(number)) => *number as f64,
        Document::Number(Number::Float(number)) => *number,
        Document::Number(Number::Text(text)) => text.parse().ok()?,
        Document::String(text) => {
            // A character has one to four bytes, and one or two units of UTF-16. No need to count.
            let (bytes, fewest) = (text.len() as f64, (text.len() / 4) as f64);
            let above = most.is_some_and(|most| bytes > most);
            if !above && least.is_none_or(|least| fewest >= least) {
                return None;
            }
            W::length(text) as f64
        }
        Document::Blob(bytes) => bytes.len() as f64,
        Document::List(items) => items.len() as f64,
        Document::Object(fields) => fields.len() as f64,
        _ => return None,
    })
}
