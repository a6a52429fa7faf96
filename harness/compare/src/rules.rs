//! What the models can't say: `specs/rules/SERVICE.json`, a reason each.

use serde::Deserialize;

use crate::Path;

/// The rules of a service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
}

/// One rule: at this place of this operation, answers are to be read so.
#[derive(Clone, Debug, Deserialize)]
pub struct Rule {
    /// The operation, or `*` for all of the service.
    pub operation: String,
    /// The place in the output (`Messages[].Attributes.SentTimestamp`; `*.Tags` for any
    /// parent, `Responses.*` for any key).
    #[serde(default)]
    pub path: String,
    /// What holds there.
    #[serde(flatten)]
    pub kind: RuleKind,
    /// Why, with the page, model member or recording that shows it.
    pub reason: String,
}

/// What a rule says of a place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum RuleKind {
    /// A list whose elements are known by members, and whether their order counts.
    List {
        /// The members that identify an element; empty for lists of scalars, known by value.
        identity: Vec<String>,
        /// Whether the order counts.
        order: ListOrder,
    },
    /// An answer that may come in parts: the request is repeated until the recorded elements are there.
    Partial {
        /// How often it is asked at most.
        attempts: u32,
    },
    /// A number that need not be exact.
    Approximate,
    /// A read that may lag behind writes: the request is repeated until the answer matches.
    Eventual {
        /// How often it is asked at most.
        attempts: u32,
    },
    /// A value that follows from the request, and is compared as it is though it looks minted.
    Derived,
    /// A value that the server mints, though it does not look so.
    Minted,
}

/// Whether the order of a list counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListOrder {
    /// The elements come in a fixed order.
    Ordered,
    /// The order says nothing.
    Unordered,
}

/// A rules file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The text is not JSON of the form.
    #[error("rules of {service}: {source}")]
    Malformed {
        /// The service.
        service: String,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// A rule has an empty reason.
    #[error("rules of {service}: the rule for {operation} {path} has no reason")]
    NoReason {
        /// The service.
        service: String,
        /// The rule's operation.
        operation: String,
        /// The rule's place.
        path: String,
    },
}

/// The shipped rules by service, in alphabetical order.
const EMBEDDED: &[(&str, &str)] = &[
    ("dynamodb", include_str!("../../../specs/rules/dynamodb.json")),
    ("iam", include_str!("../../../specs/rules/iam.json")),
    ("kms", include_str!("../../../specs/rules/kms.json")),
    ("s3", include_str!("../../../specs/rules/s3.json")),
    ("sns", include_str!("../../../specs/rules/sns.json")),
    ("sqs", include_str!("../../../specs/rules/sqs.json")),
    ("sts", include_str!("../../../specs/rules/sts.json")),
];

impl Rules {
    /// Reads a rules file.
    pub fn parse(service: &str, text: &str) -> Result<Self, RulesError> {
        let rules: Self = serde_json::from_str(text)
            .map_err(|source| RulesError::Malformed { service: service.to_owned(), source })?;
        match rules.rules.iter().find(|rule| rule.reason.trim().is_empty()) {
            Some(rule) => Err(RulesError::NoReason {
                service: service.to_owned(),
                operation: rule.operation.clone(),
                path: rule.path.clone(),
            }),
            None => Ok(rules),
        }
    }

    /// The shipped rules of a service; none for a service without a file.
    pub fn embedded(service: &str) -> Self {
        let text = EMBEDDED.iter().find(|(name, _)| *name == service).map(|(_, text)| text);
        text.map_or_else(Self::default, |text| {
            Self::parse(service, text).expect("a test reads every shipped file")
        })
    }

    /// What the rules say of a place in an operation's output.
    pub fn at<'r>(&'r self, operation: &'r str, path: &Path) -> impl Iterator<Item = &'r RuleKind> {
        self.at_pattern(operation, &path.pattern())
    }

    /// What the rules say of a place, named without positions in lists (`Messages[].Body`).
    pub fn at_pattern<'r>(
        &'r self,
        operation: &'r str,
        pattern: &str,
    ) -> impl Iterator<Item = &'r RuleKind> + use<'r> {
        let pattern = pattern.to_owned();
        self.rules
            .iter()
            .filter(move |rule| rule.applies(operation) && rule.is_at(&pattern))
            .map(|rule| &rule.kind)
    }

    /// How a list at a place is to be read.
    pub fn list<'r>(
        &'r self,
        operation: &'r str,
        path: &Path,
    ) -> Option<(&'r [String], ListOrder)> {
        self.at(operation, path).find_map(|kind| match kind {
            RuleKind::List { identity, order } => Some((identity.as_slice(), *order)),
            _ => None,
        })
    }

    /// Whether a place has a kind of rule.
    pub fn says(&self, operation: &str, path: &Path, kind: &RuleKind) -> bool {
        self.at(operation, path).any(|found| found == kind)
    }

    /// How often an operation may be asked again until its answer is whole; once without a rule.
    pub fn attempts(&self, operation: &str) -> u32 {
        let repeats = self.rules.iter().filter(|rule| rule.applies(operation));
        let attempts = repeats.filter_map(|rule| match rule.kind {
            RuleKind::Partial { attempts } | RuleKind::Eventual { attempts } => Some(attempts),
            _ => None,
        });
        attempts.max().unwrap_or(1)
    }

    /// The list of an operation's output that may come in parts.
    pub fn partial_list(&self, operation: &str) -> Option<&str> {
        let partial =
            |rule: &&Rule| rule.applies(operation) && matches!(rule.kind, RuleKind::Partial { .. });
        self.rules.iter().find(partial).map(|rule| rule.path.as_str())
    }
}

impl Rule {
    fn applies(&self, operation: &str) -> bool {
        self.operation == "*" || self.operation == operation
    }

    fn is_at(&self, pattern: &str) -> bool {
        match self.path.strip_prefix("*.") {
            Some(tail) => {
                pattern == tail
                    || pattern.strip_suffix(tail).is_some_and(|head| head.ends_with('.'))
            }
            None => same_segments(&self.path, pattern),
        }
    }
}

/// Whether a rule's path names a place; a segment `*` stands for any one.
fn same_segments(rule: &str, pattern: &str) -> bool {
    let (mut rule, mut pattern) = (rule.split('.'), pattern.split('.'));
    loop {
        match (rule.next(), pattern.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if left == right || left == "*" => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Segment;

    #[test]
    fn every_shipped_file_reads() {
        for (service, text) in EMBEDDED {
            Rules::parse(service, text).expect(service);
        }
    }

    #[test]
    fn a_rule_without_a_reason_is_refused() {
        let text = r#"{"rules":[{"operation":"*","rule":"approximate","reason":" "}]}"#;
        assert!(matches!(Rules::parse("x", text), Err(RulesError::NoReason { .. })));
    }

    #[test]
    fn paths_match_with_any_parent() {
        let text = r#"{"rules":[{"operation":"*","path":"*.Tags","rule":"list",
            "identity":["Key"],"order":"unordered","reason":"a set"}]}"#;
        let rules = Rules::parse("x", text).expect("valid");
        let nested = Path::root().member("Users").join(Segment::Index(3)).member("Tags");
        assert!(rules.list("ListUsers", &nested).is_some());
        assert!(rules.list("ListUsers", &Path::root().member("Tags")).is_some());
        assert!(rules.list("ListUsers", &Path::root().member("OtherTags")).is_none());
        assert!(same_segments("Responses.*", "Responses.table"));
        assert!(!same_segments("Responses.*", "Responses"));
    }
}
