//! The form of endpoint rules, as the pack keeps them.

use serde::{Deserialize, Serialize};

use super::Value;
use crate::Name;

/// The endpoint rules of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct RuleSet {
    /// What the rules know of a request.
    pub parameters: Vec<Parameter>,
    pub(crate) rules: Vec<Rule>,
}

/// A parameter of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Parameter {
    /// Its name in the rules.
    pub name: Name,
    /// Where clients take it from (`AWS::Region`, `SDK::Endpoint`).
    pub built_in: Option<Name>,
    /// Its value where none is given.
    pub default: Option<Value>,
    /// It must have a value.
    pub required: bool,
}

/// What to do where all conditions hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Rule {
    pub(crate) conditions: Vec<Condition>,
    pub(crate) action: Action,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Action {
    /// Try these in order.
    Tree(Vec<Rule>),
    /// This is the endpoint.
    Endpoint(Box<EndpointRule>),
    /// There is none, for this reason.
    Error(Expression),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct EndpointRule {
    pub(crate) url: Expression,
    pub(crate) headers: Vec<(Name, Vec<Expression>)>,
    pub(crate) properties: Vec<(Name, Property)>,
}

/// A property's value, with templates in its texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Property {
    Value(Expression),
    List(Vec<Property>),
    Object(Vec<(Name, Property)>),
}

/// Holds where the value is there and not false; the value may get a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Condition {
    pub(crate) value: Expression,
    pub(crate) assign: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Expression {
    /// Text without references.
    Text(Name),
    /// Text with references.
    Template(Vec<Part>),
    Boolean(bool),
    Integer(i64),
    List(Vec<Expression>),
    /// The value of a parameter, or of what a condition named.
    Reference(Name),
    /// A part of a value.
    Attribute(Box<Expression>, Vec<Step>),
    Call(Function, Vec<Expression>),
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Part {
    Text(Name),
    Reference(Name, Vec<Step>),
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Step {
    Field(Name),
    /// From the end where negative.
    Index(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Function {
    IsSet,
    Not,
    BooleanEquals,
    StringEquals,
    Substring,
    UriEncode,
    ParseUrl,
    IsValidHostLabel,
    Partition,
    ParseArn,
    IsVirtualHostableS3Bucket,
    Coalesce,
    Ite,
    Split,
}

impl Function {
    /// The function with the rules' name of it, and how many arguments it takes.
    pub(crate) fn named(name: &str) -> Option<(Self, std::ops::RangeInclusive<usize>)> {
        Some(match name {
            "isSet" => (Self::IsSet, 1..=1),
            "not" => (Self::Not, 1..=1),
            "booleanEquals" => (Self::BooleanEquals, 2..=2),
            "stringEquals" => (Self::StringEquals, 2..=2),
            "substring" => (Self::Substring, 4..=4),
            "uriEncode" => (Self::UriEncode, 1..=1),
            "parseURL" => (Self::ParseUrl, 1..=1),
            "isValidHostLabel" => (Self::IsValidHostLabel, 2..=2),
            "aws.partition" => (Self::Partition, 1..=1),
            "aws.parseArn" => (Self::ParseArn, 1..=1),
            "aws.isVirtualHostableS3Bucket" => (Self::IsVirtualHostableS3Bucket, 2..=2),
            "coalesce" => (Self::Coalesce, 1..=usize::MAX),
            "ite" => (Self::Ite, 3..=3),
            "split" => (Self::Split, 3..=3),
            _ => return None,
        })
    }
}
