//! What fits is never refused; what breaks one constraint is refused there, and nowhere else.

use standin_model::{Constraints, Service, Shape};

use super::*;
use crate::Fields;

const SERVICES: [&str; 8] =
    ["dynamodb", "kms", "lambda", "ecs", "events", "ssm", "s3vectors", "elasticache"];

/// Choices, all from one number.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides.max(1)
    }
}

/// A step into a document.
#[derive(Clone, Debug)]
enum Into {
    Member(&'static str),
    First,
}

/// One thing that can be broken: where, and by which value (none: by its absence).
type Break = (Vec<Into>, Option<Document>);

/// Makes documents that fit, and notes how they could be broken.
struct Maker<'m> {
    service: &'m Service,
    dice: Dice,
    way: Vec<Into>,
    breaks: Vec<Break>,
}

impl Maker<'_> {
    /// A value that fits; none for shapes that are too deep, or have a pattern that no word of ours fits.
    fn value(&mut self, id: ShapeId, depth: usize) -> Option<Document> {
        let shape = self.service.shape(id);
        let none = Constraints::default();
        let constraints = shape.constraints.as_deref().unwrap_or(&none);
        Some(match &shape.kind {
            ShapeKind::Structure(structure) if depth < 4 => {
                let mut fields = Fields::default();
                for member in &structure.members {
                    let left_out = structure.union || self.dice.below(2) == 0;
                    if !member.required && left_out {
                        continue;
                    }
                    self.way.push(Into::Member(member.name));
                    let known = self.breaks.len();
                    let value = self.value(member.shape, depth + 1);
                    if member.required && value.is_some() {
                        self.breaks.push((self.way.clone(), None));
                    }
                    self.way.pop();
                    match value {
                        Some(value) => fields.push(member.name, value),
                        None if member.required => return None,
                        None => self.breaks.truncate(known),
                    }
                }
                Document::Object(fields)
            }
            ShapeKind::List(element) if depth < 4 => {
                let count = whole(least(constraints)).max(self.dice.below(2));
                let element_shape = self.service.shape(element.shape);
                self.way.push(Into::First);
                let known = self.breaks.len();
                let item = (count > 0).then(|| self.value(element.shape, depth + 1));
                if !matches!(element_shape.kind, ShapeKind::Structure(_)) || count != 1 {
                    // Scalars are judged together, and copies of one item break as one.
                    self.breaks.truncate(known);
                }
                self.way.pop();
                let items = match item {
                    Some(item) if count < 50 => vec![item?; count],
                    Some(_) => return None,
                    None => Vec::new(),
                };
                Document::list(items)
            }
            ShapeKind::Map(..) if least(constraints) == 0.0 => Document::empty(),
            ShapeKind::String => self.text(shape, constraints)?,
            ShapeKind::Integer | ShapeKind::Long => {
                let value = constraints.min.or(constraints.max).unwrap_or(7.0);
                self.note(constraints, |size| Document::from(number(size)));
                Document::from(number(value))
            }
            ShapeKind::Boolean => true.into(),
            _ => return None,
        })
    }

    fn text(&mut self, shape: &Shape, constraints: &Constraints) -> Option<Document> {
        if let Some(value) = constraints.enum_values.first() {
            self.breaks.push((self.way.clone(), Some("no such value".into())));
            return Some((*value).into());
        }
        let (fewest, most) = (whole(least(constraints)), whole(constraints.max.unwrap_or(1e4)));
        if let Some(pattern) = constraints.pattern {
            let compiled = Pattern::compile(pattern).ok()?;
            let words =
                ["a", "name", "Name-1", "1", "12", "arn:aws:iam::123456789012:role/x", "a/b"];
            let fits =
                |word: &&str| (fewest..=most).contains(&word.len()) && !compiled.refuses(word);
            let word = words.into_iter().find(fits)?;
            let wrong = "\u{1}".repeat(fewest.max(1));
            if compiled.refuses(&wrong) && wrong.len() <= most {
                self.breaks.push((self.way.clone(), Some(wrong.into())));
            }
            return Some(word.into());
        }
        if most > 100_000 || shape.sensitive {
            return None;
        }
        self.note(constraints, |size| Document::from("ä".repeat(whole(size))));
        Some("ß".repeat(fewest.max(self.dice.below(2)).min(most)).into())
    }

    /// Notes how a size can be broken.
    fn note(&mut self, constraints: &Constraints, make: impl Fn(f64) -> Document) {
        let above = constraints.max.filter(|most| *most < 1e5).map(|most| most + 1.0);
        let below = constraints.min.filter(|least| *least >= 1.0).map(|least| least - 1.0);
        for size in above.into_iter().chain(below) {
            self.breaks.push((self.way.clone(), Some(make(size))));
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the bounds of integers are whole")]
fn number(bound: f64) -> i64 {
    bound as i64
}

fn whole(bound: f64) -> usize {
    usize::try_from(number(bound)).expect("lengths are not negative")
}

fn least(constraints: &Constraints) -> f64 {
    constraints.min.unwrap_or(0.0)
}

/// Breaks a document, and gives the place as a style names it.
fn broken(document: &mut Document, (way, value): &Break, style: &Style) -> String {
    let mut at = document;
    let mut path = String::new();
    for (index, step) in way.iter().enumerate() {
        let coral = *style != Style::Smithy;
        path += match (coral, index) {
            (true, 0) => "",
            (true, _) => ".",
            (false, _) => "/",
        };
        match step {
            Into::First => {
                path += if coral { "1.member" } else { "0" };
                let Document::List(items) = at else { panic!("a list") };
                at = &mut items[0];
            }
            Into::Member(name) => {
                path += &if coral { text::lower_camel(name) } else { (*name).to_owned() };
                at = at
                    .as_object_mut()
                    .and_then(|fields| fields.get_mut(name))
                    .expect("it is there");
            }
        }
    }
    *at = value.clone().unwrap_or(Document::Null);
    path
}

static VALIDATORS: LazyLock<Vec<Validator>> = LazyLock::new(|| {
    let services = SERVICES.into_iter().map(|name| Catalog::embedded().service(name));
    services.map(|service| Validator::new(service.expect("a service of the pack"))).collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn one_broken_constraint_is_found_where_it_is(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let validator = &VALIDATORS[dice.below(VALIDATORS.len())];
        let service = validator.service();
        let operation = &service.operations[dice.below(service.operations.len())];
        let mut maker = Maker { service, dice, way: Vec::new(), breaks: Vec::new() };
        let made = operation.input.and_then(|input| maker.value(input, 0));
        let Some(mut document) = made else { return Ok(()) };
        prop_assert_eq!(validator.check(operation, &document), []);
        if maker.breaks.is_empty() {
            return Ok(());
        }
        let chosen = maker.breaks.swap_remove(maker.dice.below(maker.breaks.len()));
        let path = broken(&mut document, &chosen, &validator.style);
        let found = validator.check(operation, &document);
        let places: Vec<_> = found.iter().map(|violation| violation.path.as_str()).collect();
        prop_assert_eq!(places, [path.as_str()], "{} {:?}", operation.name, chosen);
        prop_assert!(validator.validate(operation, &document).is_err());
    }
}
