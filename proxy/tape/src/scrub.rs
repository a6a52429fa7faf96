//! Scrubbing: the only way from what passed to what is kept, on by default and failing closed.
//!
//! A [`Scrubber`] sees the exchanges of one run in order and turns plain documents into templates without
//! secrets. Members that the model or the supplement (`rules/scrub.json`) calls secret become
//! `$redacted`, members that the model doesn't know become `$unmodelled`. Payloads (message bodies, item
//! contents) are kept where the run itself supplied them, and redacted where they come from elsewhere.

mod redacted;
mod rules;
mod supplied;
mod walk;

use std::borrow::Cow;
use std::cell::RefCell;

use standin_model::{Answer, Document, Location, Operation, Service, ServiceError};

use crate::{Mask, template};
pub use redacted::Redacted;
pub use rules::Rules;
use supplied::Supplied;
use walk::{Side, Walk};

/// What a user lets through that would be scrubbed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// Operations that answer credentials may be kept, with the credentials redacted.
    pub credential_operations: bool,
    /// Members that are kept though they are secret (`secretsmanager.SecretString`): reviewed, made-up data.
    pub members: Vec<String>,
}

/// Scrubs the exchanges of one run, in order.
#[derive(Clone, Debug)]
pub struct Scrubber {
    rules: &'static Rules,
    exceptions: Exceptions,
    supplied: Supplied,
    redacted: RefCell<Redacted>,
    mask: Mask,
}

/// An exchange must not be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{service} {operation} answers credentials and is not kept")]
pub struct Refused {
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
}

impl Scrubber {
    /// A scrubber by the built-in rules.
    pub fn new(exceptions: Exceptions) -> Self {
        Self {
            rules: Rules::builtin(),
            exceptions,
            supplied: Supplied::default(),
            redacted: RefCell::default(),
            mask: Mask::default(),
        }
    }

    /// The secret values that were redacted so far: none of them may stand elsewhere.
    pub fn redacted(&self) -> Redacted {
        self.redacted.borrow().clone()
    }

    /// Whether an operation may be kept at all.
    pub fn admit(&self, service: &Service, operation: &Operation) -> Result<(), Refused> {
        let name = service.metadata.name;
        if self.exceptions.credential_operations
            || !self.rules.answers_credentials(name, operation.name)
        {
            return Ok(());
        }
        Err(Refused { service: name.to_owned(), operation: operation.name.to_owned() })
    }

    /// Makes a template of an input. What it supplies may come back in later answers.
    pub fn input(&mut self, service: &Service, operation: &Operation, input: Document) -> Document {
        self.supplied.add(&input);
        self.walk(service, Side::Input).root(operation.input, input)
    }

    /// Makes a template of an answer.
    pub fn answer(&self, service: &Service, operation: &Operation, answer: Answer) -> Answer {
        let walk = self.walk(service, Side::Output);
        match answer {
            Answer::Output(output) => Answer::Output(walk.root(operation.output, output)),
            Answer::Error(error) => {
                let shape = service.error(&error.code).map(|found| found.shape);
                let members = walk.error_members(shape, error.members);
                let message = error.message.map(|text| self.message(&text));
                Answer::Error(ServiceError { message, members, ..error })
            }
        }
    }

    /// The response headers that are kept, by lower-case name and sorted; values are templates.
    ///
    /// What a member of the output carries is not kept twice.
    pub fn response_headers<'h>(
        &self,
        (service, operation): (&Service, &Operation),
        answer: &Answer,
        headers: impl IntoIterator<Item = (&'h str, &'h str)>,
    ) -> Vec<(String, String)> {
        let is_error = matches!(answer, Answer::Error(_));
        let output = operation.output.and_then(|id| service.structure(id)).filter(|_| !is_error);
        let is_member = |name: &str| {
            let mut members = output.iter().flat_map(|output| &output.members);
            members.any(|member| {
                member.location == Location::Header && member.wire_name().eq_ignore_ascii_case(name)
            })
        };
        let mut kept: Vec<_> = headers
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .filter(|(name, _)| self.rules.keeps_header(name, answer) && !is_member(name))
            .filter(|(_, value)| !walk::is_signed_url(value))
            .map(|(name, value)| (name, template::escape(value).into_owned()))
            .collect();
        kept.sort();
        kept.dedup_by(|a, b| a.0 == b.0);
        kept
    }

    /// The template of an error's message. What the run itself sent may stand in it.
    fn message(&self, text: &str) -> String {
        let text = without_encoded(text);
        let masked = match self.supplied.has(text.as_bytes()) {
            true => Cow::Borrowed(&*text),
            false => self.mask.text(&text),
        };
        template::escape(&masked).into_owned()
    }

    fn walk<'w>(&'w self, service: &'w Service, side: Side) -> Walk<'w> {
        Walk {
            service,
            rules: self.rules,
            exceptions: &self.exceptions,
            supplied: &self.supplied,
            redacted: &self.redacted,
            side,
        }
    }
}

/// AWS encodes who may do what into some messages; only the caller may decode it.
fn without_encoded(message: &str) -> String {
    const MARK: &str = "Encoded authorization failure message: ";
    match message.split_once(MARK) {
        Some((before, after)) => {
            let rest = after.find(char::is_whitespace).map_or("", |end| &after[end..]);
            format!("{before}{MARK}(redacted){rest}")
        }
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests;
