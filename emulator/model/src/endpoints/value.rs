//! The values that endpoint rules work on.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::read;
use crate::Operation;

/// A value of a parameter, an argument or a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text.
    String(String),
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A list.
    List(Vec<Value>),
    /// Named values: a partition, a parsed ARN or URL, an authentication scheme.
    Object(Vec<(Cow<'static, str>, Value)>),
}

/// The parameters of a resolution. Later settings win.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(Cow<'static, str>, Value)>);

impl Value {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// A named value, if it is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Object(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// What kind of value it is, for error messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::Boolean(_) => "boolean",
            Self::Integer(_) => "integer",
            Self::List(_) => "list",
            Self::Object(_) => "object",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl Params {
    /// A region, and defaults else.
    pub fn region(region: &str) -> Self {
        Self::default().with("Region", region)
    }

    /// Endpoints that use FIPS 140 modules.
    #[must_use]
    pub fn fips(self) -> Self {
        self.with("UseFIPS", true)
    }

    /// Endpoints that answer over IPv6 too.
    #[must_use]
    pub fn dual_stack(self) -> Self {
        self.with("UseDualStack", true)
    }

    /// An endpoint of the user's own.
    #[must_use]
    pub fn endpoint(self, url: &str) -> Self {
        self.with("Endpoint", url)
    }

    /// What an operation sets of its own (`staticContextParams`).
    #[must_use]
    pub fn for_operation(self, operation: &Operation) -> Self {
        let statics = operation.static_context_params.iter();
        statics.fold(self, |params, (name, text)| match serde_json::from_str(text) {
            Ok(value) => match read::value(&value) {
                Some(value) => params.with(*name, value),
                None => params,
            },
            Err(_) => params,
        })
    }

    /// Any parameter by the name that the rules give it.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.0.retain(|(key, _)| *key != name);
        self.0.push((name, value));
        self
    }

    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}
