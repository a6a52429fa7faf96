//! The values that a recording's variables have in one run.

mod sources;

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;
use standin_model::Document;
use standin_tape::template::{self, TemplateError};
use standin_tape::{ExchangeId, Expression, Recording, Variable, VariableKind};

use crate::{Lexical, Pattern, invent, recompute};
use sources::Sources;

/// Values by variable name, with what the recording says of each variable.
///
/// A copy shares what it can with the original, so that matches may be tried on copies.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    values: OrdMap<String, String>,
    /// The first variable that has a value, by value.
    names: OrdMap<String, String>,
    variables: Arc<BTreeMap<String, Variable>>,
    sources: Arc<Sources>,
}

/// Characters that part the names inside ARNs, URLs and lists.
const SEPARATORS: &[char] =
    &['/', ':', '?', '&', '=', ',', '"', ' ', '\'', '(', ')', '[', ']', '{', '}'];

impl Bindings {
    /// No values yet for the variables of a recording.
    pub fn new(variables: &[Variable]) -> Self {
        let variables = variables.iter().map(|v| (v.name.clone(), v.clone())).collect();
        Self { variables: Arc::new(variables), ..Self::default() }
    }

    /// No values yet for the variables of a recording, whose derived values can be computed.
    pub fn of(recording: &Recording) -> Self {
        Self { sources: Arc::new(Sources::of(recording)), ..Self::new(&recording.variables) }
    }

    /// Gives a variable its value.
    pub fn bind(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        if let Some(before) = self.values.insert(name.to_owned(), value.clone())
            && self.names.get(&before).is_some_and(|first| first == name)
        {
            self.names.remove(&before);
        }
        match self.names.get(&value) {
            Some(first) if first.as_str() <= name => {}
            _ => {
                self.names.insert(value, name.to_owned());
            }
        }
    }

    /// Gives each variable that the client chose a value of its form, the same for the same seed.
    pub fn bind_client(&mut self, seed: &str) {
        let chosen = self.variables.clone();
        for variable in chosen.values().filter(|it| it.kind == VariableKind::Client) {
            if self.value(&variable.name).is_none() {
                self.bind(&variable.name, invent(variable, seed));
            }
        }
    }

    /// Gives the variables that an inferred exchange defines the values of its answer.
    pub fn bind_definitions(&mut self, id: &ExchangeId, output: &Document) {
        let prefix = format!("{id}.output.");
        let defined = self.variables.values().filter_map(|variable| {
            let path = variable.definition.as_deref()?.strip_prefix(&prefix)?;
            let value = path.split('.').try_fold(output, Document::get)?.as_str()?;
            Some((variable.name.clone(), value.to_owned()))
        });
        let defined: Vec<_> = defined.collect();
        for (name, value) in defined {
            self.bind(&name, value);
        }
    }

    /// The value of a variable, if it has one yet.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// What a value of the variable must look like, if the recording says so.
    pub fn form(&self, name: &str) -> Option<Lexical> {
        Lexical::from_name(self.variables.get(name)?.like.as_deref()?)
    }

    /// Whether a value looks as the recording says that the variable's do. What a client chooses may look
    /// otherwise in another run.
    pub fn fits(&self, name: &str, value: &str) -> bool {
        let Some(variable) = self.variables.get(name) else { return true };
        let Some(like) = &variable.like else { return true };
        match (Lexical::from_name(like), variable.kind) {
            (Some(form), _) => form.fits(value),
            (None, VariableKind::Client) => true,
            (None, _) => Pattern::parse(like).is_none_or(|pattern| pattern.fits(value)),
        }
    }

    /// What the recording says of a variable.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// How the recording says that the variable's value is written.
    pub fn format(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.format.as_deref()
    }

    /// Whether a variable is a point in time, of which only the form is compared.
    pub fn is_time(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|variable| variable.kind == VariableKind::Time)
    }

    /// A document to send: the template with every variable's value in its place, and derived values computed.
    pub fn fill(&self, template: &Document) -> Result<Document, TemplateError> {
        let settled = sources::settle(template, self)?;
        let template = settled.as_ref().unwrap_or(template);
        template::bind(template, &|name| self.value(name).map(str::to_owned))
    }

    /// What a derived value is in this run.
    pub fn recompute(&self, expression: &Expression) -> Result<Document, TemplateError> {
        recompute(expression, &|place| match self.sources.get(place) {
            Some(template) => self.fill(template),
            None => Err(TemplateError::Form(expression.to_string())),
        })
    }

    /// Text to send: the template with every variable's value in its place.
    pub fn fill_text(&self, template: &str) -> Result<String, TemplateError> {
        template::bind_text(template, &|name| self.value(name).map(str::to_owned))
    }

    /// A target's text with bound values written as their variables, as ledgers show it.
    ///
    /// A value counts where it is the whole text, or stands between separators.
    pub fn render(&self, actual: &str) -> String {
        if let Some(name) = self.name_of(actual) {
            return template::reference(name);
        }
        let mut text = String::with_capacity(actual.len());
        for token in actual.split_inclusive(SEPARATORS) {
            let bare = token.trim_end_matches(SEPARATORS);
            match self.name_of(bare) {
                Some(name) => {
                    text.push_str(&template::reference(name));
                    text.push_str(&token[bare.len()..]);
                }
                None => text.push_str(&template::escape(token)),
            }
        }
        text
    }

    fn name_of(&self, value: &str) -> Option<&str> {
        if value.len() < 4 {
            return None;
        }
        self.names.get(value).map(String::as_str)
    }
}

/// The pieces of a text between separators, with where each begins.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive(SEPARATORS).scan(0, |at, token| {
        let start = *at;
        *at += token.len();
        Some((start, token.trim_end_matches(SEPARATORS)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inferred_exchange_gives_its_variables_their_values() {
        let variable = Variable::new("KeyId:1", VariableKind::ServerId)
            .defined_at("CreateKey#1.output.KeyMetadata.KeyId");
        let mut bindings = Bindings::new(&[variable]);
        let metadata = [("KeyId".into(), Document::from("k"))].into_iter().collect();
        let output = [("KeyMetadata".into(), Document::Object(metadata))].into_iter().collect();
        let output = Document::Object(output);
        bindings.bind_definitions(&"CreateKey#2".parse().expect("an id"), &output);
        assert_eq!(bindings.value("KeyId:1"), None);
        bindings.bind_definitions(&"CreateKey#1".parse().expect("an id"), &output);
        assert_eq!(bindings.value("KeyId:1"), Some("k"));
    }

    #[test]
    fn bound_values_are_rendered_by_name() {
        let mut bindings = Bindings::default();
        bindings.bind("account", "123456789012");
        bindings.bind("MessageId:1", "2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b");
        let arn = "arn:aws:sqs:eu-west-1:123456789012:queue";
        assert_eq!(bindings.render(arn), "arn:aws:sqs:eu-west-1:«account»:queue");
        assert_eq!(bindings.render("2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b"), "«MessageId:1»");
        assert_eq!(bindings.render("a«b"), "a««b");
    }
    #[test]
    fn a_value_that_two_variables_have_is_rendered_by_the_first() {
        let mut bindings = Bindings::default();
        bindings.bind("b:1", "value-1");
        bindings.bind("a:1", "value-1");
        assert_eq!(bindings.render("value-1"), "«a:1»");
        bindings.bind("a:1", "value-2");
        assert_eq!(bindings.render("value-2"), "«a:1»");
    }

    #[test]
    fn derived_and_typed_values_are_filled_in() {
        let body = Document::blob("hello");
        let exchange = standin_tape::Exchange {
            id: "PutObject#1".parse().expect("an id"),
            service: "s3".to_owned(),
            after: Vec::new(),
            gap: standin_tape::Gap::NONE,
            input: Document::Object([("Body".into(), body)].into_iter().collect()),
            outcome: standin_tape::Outcome::Inferred,
            wire: standin_tape::Wire::plain(standin_model::Protocol::RestXml),
        };
        let form = |text: &str| text.parse::<Expression>().expect("valid").document();
        let output = Document::list(vec![
            form("etag(PutObject#1.input.Body)"),
            form("len(PutObject#1.input.Body)"),
            "«Size:1»".into(),
            "plain".into(),
        ]);
        let number = Variable {
            format: Some("number".to_owned()),
            ..Variable::new("Size:1", VariableKind::Opaque)
        };
        let mut bindings = Bindings::new(&[number]);
        let mut recording = crate::correlate::tests::recording(vec![exchange]);
        recording.exchanges[0].outcome = standin_tape::Outcome::Answered {
            status: 200,
            answer: standin_model::Answer::Output(output.clone()),
        };
        bindings.sources = Arc::new(Sources::of(&recording));
        bindings.bind("Size:1", "7");
        let filled = bindings.fill(&output).expect("all is known");
        let expected = Document::list(vec![
            "\"5d41402abc4b2a76b9719d911017c592\"".into(),
            5_i64.into(),
            7_i64.into(),
            "plain".into(),
        ]);
        assert_eq!(filled, expected);
    }
}
