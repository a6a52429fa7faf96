//! The values that a recording's variables have in one run.

use std::collections::BTreeMap;

use standin_model::Document;
use standin_tape::template::{self, TemplateError};
use standin_tape::{ExchangeId, Variable, VariableKind};

use crate::Lexical;

/// Values by variable name, with what the recording says of each variable.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    values: BTreeMap<String, String>,
    variables: BTreeMap<String, Variable>,
}

/// Characters that part the names inside ARNs, URLs and lists.
const SEPARATORS: &[char] =
    &['/', ':', '?', '&', '=', ',', '"', ' ', '\'', '(', ')', '[', ']', '{', '}'];

impl Bindings {
    /// No values yet for the variables of a recording.
    pub fn new(variables: &[Variable]) -> Self {
        let variables = variables.iter().map(|v| (v.name.clone(), v.clone())).collect();
        Self { values: BTreeMap::new(), variables }
    }

    /// Gives a variable its value.
    pub fn bind(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
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
        self.values.extend(defined);
    }

    /// The value of a variable, if it has one yet.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// What a value of the variable must look like, if the recording says so.
    pub fn form(&self, name: &str) -> Option<Lexical> {
        Lexical::from_name(self.variables.get(name)?.like.as_deref()?)
    }

    /// Whether a variable is a point in time, of which only the form is compared.
    pub fn is_time(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|variable| variable.kind == VariableKind::Time)
    }

    /// A document to send: the template with every variable's value in its place.
    pub fn fill(&self, template: &Document) -> Result<Document, TemplateError> {
        template::bind(template, &|name| self.value(name).map(str::to_owned))
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
        self.values.iter().find(|(_, bound)| *bound == value).map(|(name, _)| name.as_str())
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
}
