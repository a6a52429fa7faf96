//! Matches a target's answer against the recorded one.

mod times;
mod values;

use standin_model::{Answer, Operation, Service, ServiceError, Shape};
use standin_tape::{Exchange, Outcome};

use crate::{Bindings, Class, Deviation, Mismatch, Path, Rules, unify};
use values::Walk;

/// What a target answered, decoded.
#[derive(Clone, Debug)]
pub struct Actual<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The output or error.
    pub answer: &'a Answer,
    /// The response headers, names in lower case; those that the recording does not name are not compared.
    pub headers: &'a [(String, String)],
}

/// What an exchange is compared by: the operation's shapes and the service's rules.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// The service's model.
    pub service: &'a Service,
    /// The operation's model.
    pub operation: &'a Operation,
    /// What the model can't say.
    pub rules: &'a Rules,
}

/// Compares an answer with the recorded one, and binds the variables that the recording defines there.
///
/// An exchange that was inferred has no recorded answer, so nothing deviates from it.
pub fn compare(
    comparison: Comparison<'_>,
    exchange: &Exchange,
    actual: &Actual<'_>,
    bindings: &mut Bindings,
) -> Vec<Deviation> {
    let Outcome::Answered { status, answer } = &exchange.outcome else { return Vec::new() };
    let now = times::answered_at(actual.headers);
    let mut walk = Walk { comparison, bindings, now, deviations: Vec::new() };
    match (answer, actual.answer) {
        (Answer::Output(expected), Answer::Output(answered)) => {
            walk.status(*status, actual.status);
            walk.document(expected, answered, (&Path::root(), output_shape(comparison)));
        }
        (Answer::Error(expected), Answer::Error(answered)) => {
            walk.error(expected, answered);
            walk.status(*status, actual.status);
        }
        (Answer::Output(_), Answer::Error(answered)) => {
            walk.add("error.code", Class::ErrorCode, "success".into(), shown_error(answered));
        }
        (Answer::Error(expected), Answer::Output(_)) => {
            walk.add("error.code", Class::ErrorCode, expected.code.to_string(), "success".into());
        }
    }
    walk.headers(&exchange.wire.response_headers, actual.headers);
    walk.deviations
}

fn output_shape(comparison: Comparison<'_>) -> Option<&Shape> {
    comparison.operation.output.map(|id| comparison.service.shape(id))
}

fn shown_error(error: &ServiceError) -> String {
    error.to_string()
}

impl Walk<'_, '_> {
    fn add(&mut self, path: &str, class: Class, expected: String, actual: String) {
        self.deviations.push(Deviation { path: path.to_owned(), class, expected, actual });
    }

    fn status(&mut self, expected: u16, actual: u16) {
        if expected != actual {
            self.add("status", Class::Status, expected.to_string(), actual.to_string());
        }
    }

    fn error(&mut self, expected: &ServiceError, actual: &ServiceError) {
        if expected.code != actual.code {
            let (expected, actual) = (expected.code.to_string(), shown_error(actual));
            return self.add("error.code", Class::ErrorCode, expected, actual);
        }
        let shape = self.comparison.service.error(&expected.code).map(|error| error.shape);
        match (&expected.message, &actual.message) {
            (Some(expected), Some(actual)) => self.text("error.message", expected, actual),
            (Some(expected), None) => {
                self.add("error.message", Class::Missing, format!("{expected:?}"), "absent".into());
            }
            (None, Some(actual)) => {
                let actual = self.bindings.render(actual);
                self.add("error.message", Class::Extra, "absent".into(), format!("{actual:?}"));
            }
            (None, None) => {}
        }
        let error = Path::root().member("error");
        self.fields(&expected.members, &actual.members, (&error, shape));
    }

    fn text(&mut self, path: &str, expected: &str, actual: &str) {
        if let Err(mismatch) = unify(expected, actual, self.bindings) {
            let actual = self.bindings.render(actual);
            let class = class_of(&mismatch);
            self.add(path, class, format!("{expected:?}"), format!("{actual:?}"));
        }
    }

    fn headers(&mut self, expected: &[(String, String)], actual: &[(String, String)]) {
        // How an answer is packed is between a client and whoever answers it.
        for (name, template) in expected.iter().filter(|(name, _)| name != "content-encoding") {
            let path = format!("header.{name}");
            match actual.iter().find(|(header, _)| header == name) {
                Some((_, value)) if unify(template, value, self.bindings).is_ok() => {}
                Some((_, value)) => {
                    let value = self.bindings.render(value);
                    self.add(&path, Class::Header, format!("{template:?}"), format!("{value:?}"));
                }
                None => self.add(&path, Class::Header, format!("{template:?}"), "absent".into()),
            }
        }
    }
}

fn class_of(mismatch: &Mismatch) -> Class {
    match mismatch {
        Mismatch::Literal => Class::Literal,
        Mismatch::Variable(_) => Class::Variable,
        Mismatch::Form(_) => Class::Type,
    }
}

#[cfg(test)]
mod tests;
