//! Patterns of models: Java's regular expressions, which must match a whole value.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;

/// The patterns met so far; none where a pattern has what our engine lacks (look-ahead).
static COMPILED: Mutex<BTreeMap<&'static str, Option<Regex>>> = Mutex::new(BTreeMap::new());

/// Whether a value matches a pattern. A pattern that can't be read is matched by everything.
pub(super) fn matches(pattern: &'static str, value: &str) -> bool {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled.entry(pattern).or_insert_with(|| compile(pattern)).clone();
    drop(compiled);
    regex.is_none_or(|regex| regex.is_match(value))
}

fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?s:{})$", translate(pattern))).ok()
}

/// Java's Unicode classes as ranges; all that isn't ASCII counts as a letter.
fn translate(pattern: &str) -> String {
    let mut out = pattern.to_owned();
    for (class, ranges) in [
        ("\\p{L}", "a-zA-Z\\u{80}-\\u{10FFFF}"),
        ("\\p{Lu}", "A-Z\\u{80}-\\u{10FFFF}"),
        ("\\p{N}", "0-9"),
        ("\\p{Nd}", "0-9"),
        ("\\p{Z}", " "),
        ("\\p{M}", "\\u{300}-\\u{36F}"),
        ("\\p{P}", "!-#%-*,-/:;?@\\[-\\]_\\{\\}"),
        ("\\p{S}", "$+<->^`|~"),
        ("\\p{Alnum}", "a-zA-Z0-9"),
        ("\\p{Alpha}", "a-zA-Z"),
        ("\\p{Digit}", "0-9"),
        ("\\p{ASCII}", "\\x00-\\x7F"),
        ("\\p{Graph}", "!-~"),
        ("\\p{Print}", " -~"),
    ] {
        out = out.replace(class, ranges);
    }
    // Written for UTF-16, where the planes above the first are pairs of surrogates.
    out.replace("\\uD7FF", "\\u{D7FF}").replace("\\u10000-\\u10FFFF", "\\u{10000}-\\u{10FFFF}")
}

#[cfg(test)]
mod tests {
    use standin_model::Catalog;

    use super::*;

    #[test]
    fn patterns_match_whole_values() {
        assert!(matches("[\\w+=,.@-]*", "a.b@c"));
        assert!(!matches("[\\w+=,.@-]*", "a:b"));
        assert!(!matches("[\\w+=,.@-]*", "ä"));
        assert!(matches("a|b", "b") && !matches("a|b", "ab"));
        assert!(matches("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+", "Überschrift 1"));
        assert!(!matches("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+", "a#b"));
        assert!(matches("(?!x)what our engine can't read", "anything"));
        assert!(matches(".*", "a\nb"));
    }

    #[test]
    fn most_patterns_of_the_models_can_be_read() {
        let (mut readable, mut all) = (0, 0);
        for name in ["sts", "iam", "dynamodb", "kms", "lambda", "events", "logs", "ssm", "ecs"] {
            let service = Catalog::embedded().service(name).expect("a service of the pack");
            for constraints in service.shapes.iter().filter_map(|shape| shape.constraints.as_ref())
            {
                let Some(pattern) = constraints.pattern else { continue };
                all += 1;
                readable += usize::from(compile(pattern).is_some());
            }
        }
        assert!(readable * 100 >= all * 90, "{readable} of {all}");
    }
}
