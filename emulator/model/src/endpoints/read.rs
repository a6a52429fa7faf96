//! Reads the JSON form of endpoint rules.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::Value;
use super::rules::{
    Action, Condition, EndpointRule, Expression, Function, Parameter, Part, Property, Rule,
    RuleSet, Step,
};
use crate::Name;
use crate::botocore::Names;

#[derive(Deserialize)]
struct RawRules {
    parameters: BTreeMap<String, RawParameter>,
    rules: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawParameter {
    built_in: Option<String>,
    default: Option<Json>,
    #[serde(default)]
    required: bool,
}

#[derive(Deserialize)]
struct RawRule {
    #[serde(default)]
    conditions: Vec<RawCall>,
    rules: Option<Vec<RawRule>>,
    endpoint: Option<RawEndpoint>,
    error: Option<Json>,
}

#[derive(Deserialize)]
struct RawCall {
    #[serde(rename = "fn")]
    function: String,
    argv: Vec<Json>,
    assign: Option<String>,
}

#[derive(Deserialize)]
struct RawEndpoint {
    url: Json,
    #[serde(default)]
    properties: serde_json::Map<String, Json>,
    #[serde(default)]
    headers: serde_json::Map<String, Json>,
}

impl RuleSet {
    /// Reads rules from their JSON text. What they name is kept for the life of the process.
    pub fn from_json(text: &[u8]) -> Result<Self, String> {
        Self::read(text, &mut Names::default())
    }

    pub(crate) fn read(text: &[u8], names: &mut Names) -> Result<Self, String> {
        let raw: RawRules = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let parameters = raw.parameters.into_iter().map(|(name, raw)| Parameter {
            name: names.keep(&name),
            built_in: names.keep_some(raw.built_in.as_ref()),
            default: raw.default.as_ref().and_then(value),
            required: raw.required,
        });
        let parameters = parameters.collect();
        Ok(Self { parameters, rules: Reader(names).rules(raw.rules)? })
    }
}

/// A plain JSON value as a value of the rules; they know no null and no fractions.
pub(super) fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(number) => Value::Integer(number.as_i64()?),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(value).collect::<Option<_>>()?),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(key, json)| Some((key.clone().into(), value(json)?)));
            Value::Object(fields.collect::<Option<_>>()?)
        }
    })
}

struct Reader<'n>(&'n mut Names);

impl Reader<'_> {
    fn rules(&mut self, raw: Vec<RawRule>) -> Result<Vec<Rule>, String> {
        raw.into_iter().map(|rule| self.rule(rule)).collect()
    }

    fn rule(&mut self, raw: RawRule) -> Result<Rule, String> {
        let conditions = raw.conditions.iter().map(|condition| {
            Ok(Condition {
                value: self.call(&condition.function, &condition.argv)?,
                assign: self.0.keep_some(condition.assign.as_ref()),
            })
        });
        let conditions = conditions.collect::<Result<_, String>>()?;
        let action = match (raw.rules, raw.endpoint, raw.error) {
            (Some(rules), None, None) => Action::Tree(self.rules(rules)?),
            (None, Some(endpoint), None) => Action::Endpoint(Box::new(self.endpoint(&endpoint)?)),
            (None, None, Some(error)) => Action::Error(self.expression(&error)?),
            _ => return Err("a rule must be one of tree, endpoint and error".to_owned()),
        };
        Ok(Rule { conditions, action })
    }

    fn endpoint(&mut self, raw: &RawEndpoint) -> Result<EndpointRule, String> {
        let headers = raw.headers.iter().map(|(name, values)| {
            let values = values.as_array().ok_or("a header's values must be a list")?;
            let values = values.iter().map(|value| self.expression(value));
            let values = values.collect::<Result<_, String>>()?;
            Ok((self.0.keep(name), values))
        });
        let headers = headers.collect::<Result<_, String>>()?;
        let url = self.expression(&raw.url)?;
        Ok(EndpointRule { url, headers, properties: self.properties(&raw.properties)? })
    }

    fn properties(
        &mut self,
        raw: &serde_json::Map<String, Json>,
    ) -> Result<Vec<(Name, Property)>, String> {
        let properties = raw.iter();
        properties.map(|(name, json)| Ok((self.0.keep(name), self.property(json)?))).collect()
    }

    fn property(&mut self, json: &Json) -> Result<Property, String> {
        Ok(match json {
            Json::Array(items) => {
                let items = items.iter().map(|item| self.property(item));
                Property::List(items.collect::<Result<_, _>>()?)
            }
            Json::Object(fields) => Property::Object(self.properties(fields)?),
            simple => Property::Value(self.expression(simple)?),
        })
    }

    fn expression(&mut self, json: &Json) -> Result<Expression, String> {
        Ok(match json {
            Json::String(text) => self.template(text)?,
            Json::Bool(value) => Expression::Boolean(*value),
            Json::Number(number) => {
                Expression::Integer(number.as_i64().ok_or_else(|| format!("number {number}"))?)
            }
            Json::Array(items) => {
                let items = items.iter().map(|item| self.expression(item));
                Expression::List(items.collect::<Result<_, _>>()?)
            }
            Json::Object(fields) => match (fields.get("ref"), fields.get("fn"), fields.get("argv"))
            {
                (Some(Json::String(name)), None, None) => Expression::Reference(self.0.keep(name)),
                (None, Some(Json::String(name)), Some(Json::Array(argv))) => {
                    self.call(name, argv)?
                }
                _ => return Err(format!("unknown expression {json}")),
            },
            Json::Null => return Err("a null expression".to_owned()),
        })
    }

    fn call(&mut self, name: &str, argv: &[Json]) -> Result<Expression, String> {
        if name == "getAttr" {
            let [value, Json::String(path)] = argv else {
                return Err("getAttr takes a value and a path".to_owned());
            };
            return Ok(Expression::Attribute(Box::new(self.expression(value)?), self.path(path)?));
        }
        let (function, arity) =
            Function::named(name).ok_or_else(|| format!("unknown function {name}"))?;
        if !arity.contains(&argv.len()) {
            return Err(format!("{name} doesn't take {} arguments", argv.len()));
        }
        let arguments = argv.iter().map(|argument| self.expression(argument));
        Ok(Expression::Call(function, arguments.collect::<Result<_, _>>()?))
    }

    /// `a.b[2]`; an index may stand alone.
    fn path(&mut self, path: &str) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        for piece in path.split('.') {
            let (field, indexes) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
            if !field.is_empty() {
                steps.push(Step::Field(self.0.keep(field)));
            }
            for index in indexes.split_terminator(']') {
                let index = index.strip_prefix('[').and_then(|index| index.parse().ok());
                steps.push(Step::Index(index.ok_or_else(|| format!("path {path}"))?));
            }
        }
        Ok(steps)
    }

    /// `{name}` and `{name#path}` are references, `{{` and `}}` are braces.
    fn template(&mut self, text: &str) -> Result<Expression, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            let after = &rest[at + 1..];
            if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let ("{", Some((reference, after))) = (brace, after.split_once('}')) else {
                return Err(format!("template {text}"));
            };
            if !plain.is_empty() {
                parts.push(Part::Text(self.0.keep(&plain)));
                plain.clear();
            }
            let (name, path) = reference.split_once('#').unwrap_or((reference, ""));
            parts.push(Part::Reference(self.0.keep(name), self.path(path)?));
            rest = after;
        }
        plain.push_str(rest);
        if parts.is_empty() {
            return Ok(Expression::Text(self.0.keep(&plain)));
        }
        if !plain.is_empty() {
            parts.push(Part::Text(self.0.keep(&plain)));
        }
        Ok(Expression::Template(parts))
    }
}
