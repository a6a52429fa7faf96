//! Evaluates endpoint rules: the first rule whose conditions hold decides.

use std::borrow::Cow;

use super::rules::{Action, Condition, EndpointRule, Expression, Part, Property, Rule, Step};
use super::{EndpointError, Params, Partitions, RuleSet, Value, functions};
use crate::Name;

/// What an endpoint rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The URL.
    pub url: String,
    /// Headers to send.
    pub headers: Vec<(String, Vec<String>)>,
    /// Its properties (`authSchemes`, ...).
    pub properties: Vec<(String, Value)>,
}

/// Evaluates rules under parameters.
pub fn evaluate(
    rules: &RuleSet,
    partitions: &Partitions,
    params: &Params,
) -> Result<Outcome, EndpointError> {
    let mut scope = Scope { values: Vec::new(), partitions };
    for parameter in &rules.parameters {
        match params.get(parameter.name).or(parameter.default.as_ref()) {
            Some(value) => scope.values.push((parameter.name, value.clone())),
            None if parameter.required => {
                return Err(EndpointError::Required(parameter.name.to_owned()));
            }
            None => {}
        }
    }
    scope.first(&rules.rules)?.ok_or(EndpointError::NoMatch)
}

/// The values that rules may name, innermost last.
struct Scope<'p> {
    values: Vec<(Name, Value)>,
    partitions: &'p Partitions,
}

impl Scope<'_> {
    fn first(&mut self, rules: &[Rule]) -> Result<Option<Outcome>, EndpointError> {
        for rule in rules {
            let outer = self.values.len();
            let outcome = self.rule(rule);
            self.values.truncate(outer);
            match outcome {
                Ok(None) => {}
                decided => return decided,
            }
        }
        Ok(None)
    }

    fn rule(&mut self, rule: &Rule) -> Result<Option<Outcome>, EndpointError> {
        for condition in &rule.conditions {
            if !self.holds(condition)? {
                return Ok(None);
            }
        }
        match &rule.action {
            Action::Tree(rules) => self.first(rules),
            Action::Endpoint(endpoint) => self.endpoint(endpoint).map(Some),
            Action::Error(reason) => Err(EndpointError::Refused(self.text(reason)?)),
        }
    }

    fn holds(&mut self, condition: &Condition) -> Result<bool, EndpointError> {
        match self.value(&condition.value)? {
            None | Some(Value::Boolean(false)) => Ok(false),
            Some(value) => {
                if let Some(name) = condition.assign {
                    self.values.push((name, value));
                }
                Ok(true)
            }
        }
    }

    fn endpoint(&self, rule: &EndpointRule) -> Result<Outcome, EndpointError> {
        let headers = rule.headers.iter().map(|(name, values)| {
            let values = values.iter().map(|value| self.text(value));
            Ok(((*name).to_owned(), values.collect::<Result<_, EndpointError>>()?))
        });
        let properties = rule.properties.iter();
        let properties =
            properties.map(|(name, property)| Ok(((*name).to_owned(), self.property(property)?)));
        Ok(Outcome {
            url: self.text(&rule.url)?,
            headers: headers.collect::<Result<_, EndpointError>>()?,
            properties: properties.collect::<Result<_, EndpointError>>()?,
        })
    }

    fn property(&self, property: &Property) -> Result<Value, EndpointError> {
        Ok(match property {
            Property::Value(expression) => self
                .value(expression)?
                .ok_or_else(|| EndpointError::Type("a property without a value".to_owned()))?,
            Property::List(items) => {
                Value::List(items.iter().map(|item| self.property(item)).collect::<Result<_, _>>()?)
            }
            Property::Object(fields) => {
                let fields = fields.iter();
                let fields = fields
                    .map(|(name, property)| Ok((Cow::Borrowed(*name), self.property(property)?)));
                Value::Object(fields.collect::<Result<_, EndpointError>>()?)
            }
        })
    }

    fn value(&self, expression: &Expression) -> Result<Option<Value>, EndpointError> {
        Ok(match expression {
            Expression::Text(text) => Some(Value::from(*text)),
            Expression::Template(parts) => Some(Value::String(self.template(parts)?)),
            Expression::Boolean(value) => Some(Value::Boolean(*value)),
            Expression::Integer(number) => Some(Value::Integer(*number)),
            Expression::List(items) => {
                let items = items.iter().map(|item| self.value(item));
                items.collect::<Result<Option<_>, _>>()?.map(Value::List)
            }
            Expression::Reference(name) => self.named(name).cloned(),
            Expression::Attribute(of, path) => {
                self.value(of)?.and_then(|value| step_into(&value, path).cloned())
            }
            Expression::Call(function, arguments) => {
                let arguments = arguments.iter().map(|argument| self.value(argument));
                let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
                functions::call(*function, &arguments, self.partitions)?
            }
        })
    }

    fn text(&self, expression: &Expression) -> Result<String, EndpointError> {
        match self.value(expression)? {
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(EndpointError::Type(format!("text wanted, not {}", other.kind()))),
            None => Err(EndpointError::Type("text wanted, not nothing".to_owned())),
        }
    }

    fn template(&self, parts: &[Part]) -> Result<String, EndpointError> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Reference(name, path) => {
                    let value = self.named(name).and_then(|value| step_into(value, path));
                    let value = value.and_then(Value::as_str);
                    let missing = || EndpointError::Type(format!("{name} is no text"));
                    text.push_str(value.ok_or_else(missing)?);
                }
            }
        }
        Ok(text)
    }

    fn named(&self, name: &str) -> Option<&Value> {
        self.values.iter().rev().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

fn step_into<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Index(index) => {
            let items = value.as_list()?;
            let index = isize::try_from(*index).ok()?;
            let place = if index < 0 {
                items.len().checked_add_signed(index)?
            } else {
                index.cast_unsigned()
            };
            items.get(place)
        }
    })
}
