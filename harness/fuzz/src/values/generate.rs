//! A value of a shape, wherever it may travel.

use proptest::prelude::RngExt;
use proptest::test_runner::{TestRng, TestRunner};
use standin_model::{
    Constraints, Document, Fields, Location, Member, Service, Shape, ShapeId, ShapeKind, Structure,
};

use super::{Patterns, Taste, Values, scalars, text};

/// How many values a document has at most, but for what the model requires.
const BUDGET: usize = 120;
/// How deep shapes nest; what is required below that is left out, or recursive shapes had no end.
const DEPTH: usize = 10;
/// The longest list or map that a constraint can ask for.
const LONGEST: usize = 64;

/// Makes a value of a part of a call.
pub(super) fn value(values: &Values<'_>, runner: &mut TestRunner) -> Document {
    let Some(shape) = values.part.shape(&values.call) else { return Document::empty() };
    let Some(structure) = shape.structure() else { return Document::empty() };
    let mut generator = Generator {
        service: values.call.service,
        taste: values.taste,
        patterns: values.patterns,
        runner,
        budget: BUDGET,
        depth: 0,
    };
    // A message is one member of its stream.
    let value = match shape.event_stream {
        true => generator.union(structure),
        false => generator.structure(structure),
    };
    value.unwrap_or_else(Document::empty)
}

struct Generator<'r> {
    service: &'static Service,
    taste: Taste,
    patterns: &'r Patterns,
    runner: &'r mut TestRunner,
    budget: usize,
    depth: usize,
}

impl Generator<'_> {
    fn rng(&mut self) -> &mut TestRng {
        self.runner.rng()
    }

    /// A structure with its required members and some of the others; none if it is a union without a value.
    fn structure(&mut self, structure: &'static Structure) -> Option<Document> {
        if structure.union {
            return self.union(structure);
        }
        // Of four structures one is bare, one is full, and two are between.
        let share = [0.0, 0.3, 0.6, 1.0][self.rng().random_range(0..4)];
        let mut fields = Fields::default();
        for member in &structure.members {
            if self.is_set(member, share)
                && let Some(value) = self.value(member.shape, Some(member))
            {
                fields.push(member.name, value);
            }
        }
        Some(Document::Object(fields))
    }

    fn is_set(&mut self, member: &Member, share: f64) -> bool {
        let must = member.location == Location::Uri || member.host_label;
        let should = member.required && self.taste == Taste::Fitting;
        must || should || (self.budget > 0 && self.rng().random_bool(share))
    }

    fn union(&mut self, structure: &'static Structure) -> Option<Document> {
        let count = structure.members.len();
        if count == 0 {
            return None;
        }
        let start = self.rng().random_range(0..count);
        (0..count).find_map(|offset| {
            let member = &structure.members[(start + offset) % count];
            let value = self.value(member.shape, Some(member))?;
            Some(Document::Object([(member.name.into(), value)].into_iter().collect()))
        })
    }

    fn value(&mut self, id: ShapeId, member: Option<&'static Member>) -> Option<Document> {
        let shape = self.service.shape(id);
        if self.depth == DEPTH || shape.event_stream {
            return None;
        }
        self.budget = self.budget.saturating_sub(1);
        self.depth += 1;
        let value = self.open(shape, member);
        self.depth -= 1;
        value
    }

    fn open(&mut self, shape: &'static Shape, member: Option<&'static Member>) -> Option<Document> {
        match &shape.kind {
            ShapeKind::Structure(structure) => self.structure(structure),
            ShapeKind::List(element) => Some(self.list(shape, element)),
            ShapeKind::Map(key, element) => Some(self.map(shape, key, element)),
            ShapeKind::String if shape.json_value || member.is_some_and(|m| m.json_value) => {
                Some(text::json(self.rng()).into())
            }
            ShapeKind::String => Some(Document::String(self.text(shape))),
            ShapeKind::Document => Some(scalars::document(self.rng(), 3)),
            kind => Some(scalars::of(kind, self.constraints(shape), self.runner.rng())),
        }
    }

    /// The constraints, where they are to hold.
    fn constraints(&self, shape: &'static Shape) -> Option<&'static Constraints> {
        shape.constraints.as_deref().filter(|_| self.taste == Taste::Fitting)
    }

    fn text(&mut self, shape: &'static Shape) -> String {
        let Some(constraints) = self.constraints(shape) else { return text::hostile(self.rng()) };
        if !constraints.enum_values.is_empty() {
            let index = self.rng().random_range(0..constraints.enum_values.len());
            return constraints.enum_values[index].to_owned();
        }
        let matching = constraints.pattern.and_then(|pattern| {
            let fits = |text: &String| text::fits(text, constraints);
            (0..4).find_map(|_| self.patterns.sample(pattern, self.runner).filter(fits))
        });
        matching.unwrap_or_else(|| text::of_length(self.rng(), constraints))
    }

    fn list(&mut self, shape: &'static Shape, element: &'static Member) -> Document {
        let mut items = Vec::new();
        for _ in 0..self.count(shape) {
            if shape.sparse && self.rng().random_bool(0.2) {
                items.push(Document::Null);
            } else {
                items.extend(self.value(element.shape, Some(element)));
            }
        }
        Document::list(items)
    }

    fn map(&mut self, shape: &'static Shape, key: &'static Member, element: &Member) -> Document {
        let mut fields = Fields::default();
        for _ in 0..self.count(shape) {
            let name = self.text(self.service.shape(key.shape));
            if shape.sparse && self.rng().random_bool(0.2) {
                fields.insert(name, Document::Null);
            } else if let Some(value) = self.value(element.shape, None) {
                fields.insert(name, value);
            }
        }
        Document::Object(fields)
    }

    /// How many elements: none to three, or as many as the model asks for.
    fn count(&mut self, shape: &'static Shape) -> usize {
        let wanted = if self.budget > 0 { self.rng().random_range(0..4) } else { 0 };
        let Some(constraints) = self.constraints(shape) else { return wanted };
        let (least, most) = text::lengths(constraints);
        wanted.clamp(least, most.max(least)).min(LONGEST)
    }
}
