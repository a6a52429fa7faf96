//! Which operations are meant: `sqs:SendMessage`, `s3:*Object`, `dynamodb`, `*`.

use std::fmt;
use std::str::FromStr;

use standin_model::Catalog;

/// A text with `*` for any run of characters; upper and lower case are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

/// `SERVICE` or `SERVICE:OPERATION`, each a [`Glob`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationPattern {
    service: Glob,
    operation: Glob,
}

/// A text that is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It has characters that no name has, or none.
    #[error("`{0}` is not a name with `*` for anything")]
    Name(String),
    /// Nothing in the models has such a name.
    #[error("`{0}` names no operation of the models; `standin specs list` has the services")]
    Nothing(String),
}

impl Glob {
    /// Whether a name is meant.
    pub fn matches(&self, name: &str) -> bool {
        matches(self.0.as_bytes(), name.to_ascii_lowercase().as_bytes())
    }
}

impl OperationPattern {
    /// Whether an operation of a service is meant.
    pub fn matches(&self, service: &str, operation: &str) -> bool {
        self.service.matches(service) && self.operation.matches(operation)
    }

    /// Refuses a pattern that means nothing in the models: a name that is misspelt never matches.
    pub fn check(&self, catalog: &Catalog) -> Result<(), PatternError> {
        let services = catalog.services().iter().filter(|entry| self.service.matches(entry.name));
        let mut operations = services.flat_map(|entry| &entry.operations);
        let found = operations.any(|operation| self.operation.matches(operation.name));
        if found { Ok(()) } else { Err(PatternError::Nothing(self.to_string())) }
    }
}

/// Whether a text fits a pattern, going back to the last `*` where it does not.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            p = at + 1;
            t = taken + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

impl FromStr for Glob {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '*' | '.' | '_');
        if text.is_empty() || !text.chars().all(known) {
            return Err(PatternError::Name(text.to_owned()));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl FromStr for OperationPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (service, operation) = text.split_once(':').unwrap_or((text, "*"));
        Ok(Self { service: service.parse()?, operation: operation.parse()? })
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for OperationPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fits(pattern: &str, service: &str, operation: &str) -> bool {
        let pattern: OperationPattern = pattern.parse().expect("a pattern");
        pattern.matches(service, operation)
    }

    #[test]
    fn stars_stand_for_anything() {
        assert!(fits("sqs", "sqs", "SendMessage"));
        assert!(fits("sqs:sendmessage", "sqs", "SendMessage"));
        assert!(fits("s3:*Object", "s3", "GetObject"));
        assert!(fits("*:Get*", "lambda", "GetFunction"));
        assert!(fits("*:*a*b*", "x", "xxaxxab"));
        assert!(!fits("s3:*Object", "s3", "GetObjectAcl"));
        assert!(!fits("sq", "sqs", "SendMessage"));
    }

    #[test]
    fn what_is_no_pattern_or_means_nothing_is_said() {
        for wrong in ["", ":", "sqs:", "a b", "sqs:Send:x"] {
            assert!(wrong.parse::<OperationPattern>().is_err(), "{wrong}");
        }
        let misspelt: OperationPattern = "sqs:SendMesage".parse().expect("a pattern");
        let error = misspelt.check(Catalog::embedded()).expect_err("no such operation");
        assert!(error.to_string().contains("sqs:sendmesage"), "{error}");
        let known: OperationPattern = "sqs:Send*".parse().expect("a pattern");
        assert_eq!(known.check(Catalog::embedded()), Ok(()));
    }

    proptest! {
        #[test]
        fn a_glob_made_of_a_name_matches_it(name in "[a-z]{1,12}", at in 0usize..12, end in 0usize..12) {
            let (at, end) = (at.min(name.len()), end.min(name.len()));
            let (at, end) = (at.min(end), at.max(end));
            let glob: Glob = format!("{}*{}", &name[..at], &name[end..]).parse().expect("a glob");
            prop_assert!(glob.matches(&name));
        }

        #[test]
        fn no_text_panics(pattern in "[a-zA-Z*:. é-]{0,12}", name in "[a-z*é]{0,12}") {
            if let Ok(pattern) = pattern.parse::<OperationPattern>() {
                pattern.matches(&name, &name);
            }
        }
    }
}
