//! The templates that derived values follow from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use standin_model::{Answer, Document, Fields, Number, Timestamp, TimestampFormat};
use standin_tape::template::{self, TemplateError};
use standin_tape::{Exchange, Expression, Outcome, Place, Recording};

use super::Bindings;
use crate::template_at;

/// The templates of a recording that its derived values name, by place.
#[derive(Debug, Default)]
pub(super) struct Sources(BTreeMap<Place, Document>);

impl Sources {
    pub(super) fn of(recording: &Recording) -> Self {
        let mut places = Vec::new();
        for exchange in &recording.exchanges {
            gather(&exchange.input, &mut places);
            if let Outcome::Answered { answer, .. } = &exchange.outcome {
                match answer {
                    Answer::Output(output) => gather(output, &mut places),
                    Answer::Error(error) => {
                        error.members.iter().for_each(|(_, value)| gather(value, &mut places));
                    }
                }
            }
        }
        if places.is_empty() {
            return Self::default();
        }
        let exchanges: HashMap<_, &Exchange> =
            recording.exchanges.iter().map(|exchange| (&exchange.id, exchange)).collect();
        let found = places.into_iter().filter_map(|place| {
            let found = template_at(exchanges.get(&place.exchange())?, &place)?.to_document();
            Some((place, found))
        });
        Self(without_cycles(found.collect()))
    }

    pub(super) fn get(&self, place: &Place) -> Option<&Document> {
        self.0.get(place)
    }
}

/// How many values may follow from each other one by one.
const DEPTH: usize = 32;

/// Those that follow from what is known: not from themselves in the end, and not by more steps than `DEPTH`.
fn without_cycles(found: BTreeMap<Place, Document>) -> BTreeMap<Place, Document> {
    let needs = |template: &Document| {
        let mut places = Vec::new();
        gather(template, &mut places);
        places
    };
    let mut known = BTreeMap::new();
    let mut open: Vec<_> = found.into_iter().map(|(place, it)| (place, needs(&it), it)).collect();
    for _ in 0..DEPTH {
        let unknown: BTreeSet<Place> = open.iter().map(|(place, ..)| place.clone()).collect();
        let (later, now): (Vec<_>, Vec<_>) = open
            .into_iter()
            .partition(|(_, needs, _)| needs.iter().any(|need| unknown.contains(need)));
        let settled = now.is_empty();
        known.extend(now.into_iter().map(|(place, _, template)| (place, template)));
        open = later;
        if settled {
            break;
        }
    }
    known
}

fn gather(document: &Document, places: &mut Vec<Place>) {
    match Expression::in_document(document) {
        Some(Ok(expression)) => places.extend(expression.places().into_iter().cloned()),
        Some(Err(_)) => {}
        None => match document {
            Document::List(items) => items.iter().for_each(|item| gather(item, places)),
            Document::Object(fields) => {
                fields.iter().for_each(|(_, value)| gather(value, places));
            }
            _ => {}
        },
    }
}

/// The template with derived values computed, and values of variables that are no text in the place of these;
/// `None` if it has neither.
pub(super) fn settle(
    template: &Document,
    bindings: &Bindings,
) -> Result<Option<Document>, TemplateError> {
    if let Some(expression) = Expression::in_document(template) {
        let expression = expression.map_err(|error| TemplateError::Form(error.text))?;
        return bindings.recompute(&expression).map(template::escape_document).map(Some);
    }
    match template {
        Document::String(text) => typed(text, bindings),
        Document::List(items) => list(items, bindings),
        Document::Object(fields) => object(fields, bindings),
        _ => Ok(None),
    }
}

fn list(items: &[Document], bindings: &Bindings) -> Result<Option<Document>, TemplateError> {
    let settled: Vec<_> =
        items.iter().map(|item| settle(item, bindings)).collect::<Result<_, _>>()?;
    if settled.iter().all(Option::is_none) {
        return Ok(None);
    }
    let pairs = settled.into_iter().zip(items);
    Ok(Some(Document::List(
        pairs.map(|(settled, item)| settled.unwrap_or_else(|| item.clone())).collect(),
    )))
}

fn object(fields: &Fields, bindings: &Bindings) -> Result<Option<Document>, TemplateError> {
    let mut settled = Vec::new();
    for (key, value) in fields.iter() {
        if let Some(value) = settle(value, bindings)? {
            settled.push((key.clone(), value));
        }
    }
    if settled.is_empty() {
        return Ok(None);
    }
    let mut all = fields.clone();
    for (key, value) in settled {
        all.insert(key, value);
    }
    Ok(Some(Document::Object(all)))
}

/// A variable whose value is no text stands alone in its place.
fn typed(text: &str, bindings: &Bindings) -> Result<Option<Document>, TemplateError> {
    let name = text.strip_prefix('«').and_then(|rest| rest.strip_suffix('»'));
    let Some(name) = name.filter(|name| template::is_name(name)) else { return Ok(None) };
    let Some(format) = bindings.format(name) else { return Ok(None) };
    let value = || bindings.value(name).ok_or_else(|| TemplateError::Unbound(name.to_owned()));
    Ok(match format {
        "number" => number(value()?),
        "boolean" => value()?.parse().ok().map(Document::Boolean),
        "timestamp" => {
            let time = Timestamp::parse(value()?, TimestampFormat::Iso8601);
            time.ok().map(Document::Timestamp)
        }
        _ => None,
    })
}

fn number(text: &str) -> Option<Document> {
    let whole = text.parse::<i64>().map(Number::Integer);
    let number = whole.or_else(|_| text.parse::<f64>().map(Number::Float));
    number.ok().map(Document::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pairs: &[(&str, &str)]) -> BTreeMap<Place, Document> {
        let derived = |text: &str| match text.contains('(') {
            true => Document::Object([("$derived".into(), text.into())].into_iter().collect()),
            false => text.into(),
        };
        let place = |text: &str| text.parse().expect("a place");
        pairs.iter().map(|(at, text)| (place(at), derived(text))).collect()
    }

    #[test]
    fn what_follows_from_itself_is_no_source() {
        let cycle = [("A#1.output.X", "md5(A#1.output.Y)"), ("A#1.output.Y", "md5(A#1.output.X)")];
        assert!(without_cycles(found(&cycle)).is_empty());
        let itself = [("A#1.input.X", "md5(A#1.input.X)"), ("A#1.input.Z", "text")];
        assert_eq!(without_cycles(found(&itself)).len(), 1);
        let chain = [("A#1.input.X", "text"), ("A#1.output.Y", "md5(A#1.input.X)")];
        assert_eq!(without_cycles(found(&chain)).len(), 2);
    }
}
