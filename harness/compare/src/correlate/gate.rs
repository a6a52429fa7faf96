//! The gate: what correlation wrote must give back what was recorded.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_model::{Answer, Document, Fields};
use standin_tape::template::{self, Part};
use standin_tape::{Exchange, ExchangeId, Expression, Outcome, Place, Recording};

use crate::derived::{recompute, template_at};

/// Correlation is not to be trusted: a place does not come out as it was recorded, or a second pass finds more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{exchange}.{path}: {reason}")]
pub struct NotInvertible {
    /// The exchange.
    pub exchange: ExchangeId,
    /// The place in it.
    pub path: String,
    /// What is wrong.
    pub reason: &'static str,
}

/// Puts the values back into a correlated recording and compares it with what was recorded.
pub(super) fn check(
    original: &Recording,
    correlated: &Recording,
    values: &BTreeMap<String, Document>,
) -> Result<(), NotInvertible> {
    let restore = Restore { values, places: places(original) };
    for (before, after) in original.exchanges.iter().zip(&correlated.exchanges) {
        if before == after {
            continue;
        }
        if let Some(path) = difference(before, &restore.exchange(after)) {
            let (exchange, reason) =
                (before.id.clone(), "the values of its variables don't give it back");
            return Err(NotInvertible { exchange, path, reason });
        }
    }
    Ok(())
}

/// Whether a second pass over a correlated recording left it as it was.
pub(super) fn is_settled(once: &Recording, twice: &Recording) -> Result<(), NotInvertible> {
    let mut pairs = once.exchanges.iter().zip(&twice.exchanges);
    let Some((before, after)) = pairs.find(|(before, after)| before != after) else {
        return Ok(());
    };
    let path = difference(before, after).unwrap_or_default();
    let reason = "a second pass finds a variable that the first did not";
    Err(NotInvertible { exchange: before.id.clone(), path, reason })
}

/// Where two forms of an exchange differ.
fn difference(before: &Exchange, after: &Exchange) -> Option<String> {
    if before == after {
        return None;
    }
    let half = |name: &str, left: &Document, right: &Document| {
        first_difference(left, right).map(|path| format!("{name}{path}"))
    };
    let input = half("input", &before.input, &after.input);
    let answer = || match (before.answer(), after.answer()) {
        (Some(Answer::Output(left)), Some(Answer::Output(right))) => half("output", left, right),
        _ => None,
    };
    Some(input.or_else(answer).unwrap_or_else(|| {
        if before.outcome == after.outcome { "wire".to_owned() } else { "error".to_owned() }
    }))
}

fn places(recording: &Recording) -> BTreeMap<&ExchangeId, &Exchange> {
    recording.exchanges.iter().map(|exchange| (&exchange.id, exchange)).collect()
}

struct Restore<'r> {
    values: &'r BTreeMap<String, Document>,
    places: BTreeMap<&'r ExchangeId, &'r Exchange>,
}

impl Restore<'_> {
    fn exchange(&self, exchange: &Exchange) -> Exchange {
        let mut wire = exchange.wire.clone();
        wire.host = wire.host.map(|host| self.text(&host));
        wire.response_headers.iter_mut().for_each(|(_, value)| *value = self.text(value));
        let outcome = match &exchange.outcome {
            Outcome::Answered { status, answer } => {
                Outcome::Answered { status: *status, answer: self.answer(answer) }
            }
            Outcome::Inferred => Outcome::Inferred,
        };
        Exchange { input: self.document(&exchange.input), outcome, wire, ..exchange.clone() }
    }

    fn answer(&self, answer: &Answer) -> Answer {
        match answer {
            Answer::Output(output) => Answer::Output(self.document(output)),
            Answer::Error(error) => {
                let mut error = error.clone();
                error.message = error.message.map(|message| self.text(&message));
                error.members = self.fields(&error.members);
                Answer::Error(error)
            }
        }
    }

    fn document(&self, document: &Document) -> Document {
        if let Some(Ok(expression)) = Expression::in_document(document) {
            return self.derived(&expression).unwrap_or_else(|| document.clone());
        }
        if let Some(text) = template::blob(document) {
            return self.blob(text).unwrap_or_else(|| document.clone());
        }
        match document {
            Document::String(text) => match self.alone(text) {
                Some(value) => value,
                None => Document::String(self.text(text)),
            },
            Document::List(items) => {
                Document::List(items.iter().map(|item| self.document(item)).collect())
            }
            Document::Object(fields) => Document::Object(self.fields(fields)),
            other => other.clone(),
        }
    }

    fn fields(&self, fields: &Fields) -> Fields {
        let restored = fields.iter().map(|(key, value)| {
            let key = if key.contains('«') { self.text(key).into() } else { key.clone() };
            (key, self.document(value))
        });
        restored.collect()
    }

    /// The value of a variable that stands alone and is no text.
    fn alone(&self, text: &str) -> Option<Document> {
        let name = text.strip_prefix('«')?.strip_suffix('»')?;
        match self.values.get(name)? {
            Document::String(_) | Document::Blob(_) => None,
            other => Some(other.clone()),
        }
    }

    fn blob(&self, text: &str) -> Option<Document> {
        let restored = self.text(text);
        (restored != text).then(|| STANDARD.decode(&restored).ok())?.map(Document::blob)
    }

    fn text(&self, text: &str) -> String {
        let Ok(parts) = template::parts(text) else { return text.to_owned() };
        let parts = parts.into_iter().map(|part| match part {
            Part::Literal(literal) => template::escape(&literal).into_owned(),
            Part::Variable(name) => match self.values.get(name) {
                Some(Document::String(value)) => template::escape(value).into_owned(),
                Some(Document::Blob(bytes)) => STANDARD.encode(&**bytes),
                _ => template::reference(name),
            },
        });
        parts.collect()
    }

    fn derived(&self, expression: &Expression) -> Option<Document> {
        let value = |place: &Place| {
            let unknown = || template::TemplateError::Form(place.to_string());
            let exchange = self.places.get(&place.exchange()).ok_or_else(unknown)?;
            let found = template_at(exchange, place).ok_or_else(unknown)?;
            template::bind(&found.to_document(), &|_| None)
        };
        recompute(expression, &value).ok().map(template::escape_document)
    }
}

/// The way to the first value that differs: `.Messages[0].Body`.
fn first_difference(left: &Document, right: &Document) -> Option<String> {
    match (left, right) {
        (Document::Object(left), Document::Object(right)) => {
            let differing = left.iter().find_map(|(key, value)| match right.get(key) {
                Some(other) => first_difference(value, other).map(|path| format!(".{key}{path}")),
                None => Some(format!(".{key}")),
            });
            differing.or_else(|| (left.len() != right.len()).then(String::new))
        }
        (Document::List(left), Document::List(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            pairs.find_map(|(at, (left, right))| {
                first_difference(left, right).map(|path| format!("[{at}]{path}"))
            })
        }
        _ => (left != right).then(String::new),
    }
}
