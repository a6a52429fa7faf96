//! One rule in its text: which operations, what is done to them, and how often.

use std::str::FromStr;
use std::time::Duration;

use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderName, HeaderValue, StatusCode};
use standin_model::Catalog;

use crate::{DurationError, OperationPattern, PatternError, parse_duration};

/// What is done to some requests or their answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub(crate) pattern: OperationPattern,
    pub(crate) effect: Effect,
    pub(crate) often: Often,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The request waits, for a time between two.
    Latency(Duration, Duration),
    /// It is answered with the service's error of throttling.
    Throttle,
    /// It is answered with an error.
    Error {
        /// Its code.
        code: String,
        /// Its status; the model's, or 400, where none is given.
        status: Option<StatusCode>,
        /// Its text.
        message: Option<String>,
    },
    /// It is answered with a status and no body.
    Status(StatusCode),
    /// A header is set, or taken away where it has no value.
    Header(Side, HeaderName, Option<HeaderValue>),
    /// A text is replaced in the body.
    Replace(Side, String, String),
}

/// What a rule rewrites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The request, before it leaves.
    Request,
    /// The answer, before it returns.
    Response,
}

/// How often a rule that fits is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Often {
    /// Each time.
    Always,
    /// By chance, of 100.
    Percent(f64),
    /// The first so many times.
    First(u32),
}

/// A text that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The operations it names are none.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A time is none.
    #[error(transparent)]
    Duration(#[from] DurationError),
    /// A quote is not closed.
    #[error("a quote is not closed")]
    Quote,
    /// It has not all its parts.
    #[error("a rule is SERVICE:OPERATION EFFECT [N%|first N], and {0} is missing")]
    Missing(&'static str),
    /// Its effect is unknown.
    #[error(
        "`{0}` is no effect: latency, throttle, error, status, set-header, remove-header, \
         set-response-header, remove-response-header, replace, replace-response"
    )]
    Effect(String),
    /// A part is not what it should be.
    #[error("`{0}` is not {1}")]
    Part(String, &'static str),
    /// There is more than the effect takes.
    #[error("`{0}` is too much")]
    TooMuch(String),
    /// It is in a file.
    #[error("{0}:{1}: {2}")]
    At(String, usize, Box<RuleError>),
}

/// Reads the rules of a file, one a line; `#` begins a comment.
pub fn parse_rules(text: &str, file: &str) -> Result<Vec<Rule>, RuleError> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let rules = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    rules
        .map(|(number, line)| {
            line.parse().map_err(|error| RuleError::At(file.to_owned(), number, Box::new(error)))
        })
        .collect()
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let mut words = words(text)?;
        let often = often(&mut words)?;
        let mut words = words.into_iter();
        let pattern = words.next().ok_or(RuleError::Missing("the operation"))?;
        let pattern: OperationPattern = pattern.parse()?;
        pattern.check(Catalog::embedded())?;
        let name = words.next().ok_or(RuleError::Missing("the effect"))?;
        let effect = effect(&name, &mut words)?;
        match words.next() {
            Some(word) => Err(RuleError::TooMuch(word)),
            None => Ok(Self { pattern, effect, often }),
        }
    }
}

/// Takes off the end of a rule how often it is followed.
fn often(words: &mut Vec<String>) -> Result<Often, RuleError> {
    let wrong = |text: &str, what| RuleError::Part(text.to_owned(), what);
    if let Some(last) = words.last()
        && let Some(number) = last.strip_suffix('%')
        && !number.is_empty()
    {
        let percent = number.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
        let percent = percent.ok_or_else(|| wrong(last, "a number from 0% to 100%"))?;
        words.pop();
        return Ok(Often::Percent(percent));
    }
    if let [.., first, count] = &words[..]
        && first == "first"
    {
        let count = count.parse().map_err(|_| wrong(count, "a number of requests"))?;
        words.truncate(words.len() - 2);
        return Ok(Often::First(count));
    }
    Ok(Often::Always)
}

fn effect(name: &str, words: &mut dyn Iterator<Item = String>) -> Result<Effect, RuleError> {
    let mut next = |what| words.next().ok_or(RuleError::Missing(what));
    Ok(match name {
        "latency" => {
            let text = next("the time")?;
            let (from, to) = text.split_once("..").unwrap_or((&text, &text));
            let (from, to) = (parse_duration(from)?, parse_duration(to)?);
            Effect::Latency(from.min(to), from.max(to))
        }
        "throttle" => Effect::Throttle,
        "error" => {
            let code = next("the error's code")?;
            let status = words.next().map(|text| status(&text)).transpose()?;
            Effect::Error { code, status, message: words.next() }
        }
        "status" => Effect::Status(status(&next("the status")?)?),
        "set-header" => set(Side::Request, &next("the header")?, &next("its value")?)?,
        "set-response-header" => set(Side::Response, &next("the header")?, &next("its value")?)?,
        "remove-header" => Effect::Header(Side::Request, header(&next("the header")?)?, None),
        "remove-response-header" => {
            Effect::Header(Side::Response, header(&next("the header")?)?, None)
        }
        "replace" => {
            Effect::Replace(Side::Request, found(next("the text")?)?, next("the new text")?)
        }
        "replace-response" => {
            Effect::Replace(Side::Response, found(next("the text")?)?, next("the new text")?)
        }
        other => return Err(RuleError::Effect(other.to_owned())),
    })
}

fn set(side: Side, name: &str, value: &str) -> Result<Effect, RuleError> {
    let wrong = || RuleError::Part(value.to_owned(), "a header's value");
    let value = HeaderValue::from_str(value).map_err(|_| wrong())?;
    Ok(Effect::Header(side, header(name)?, Some(value)))
}

fn header(name: &str) -> Result<HeaderName, RuleError> {
    let wrong = |what| RuleError::Part(name.to_owned(), what);
    let parsed: HeaderName = name.parse().map_err(|_| wrong("a header's name"))?;
    let framing = [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE];
    match framing.contains(&parsed) {
        true => Err(wrong("a header that is not of the framing or the connection")),
        false => Ok(parsed),
    }
}

fn status(text: &str) -> Result<StatusCode, RuleError> {
    let status = text.parse().ok().filter(|status: &StatusCode| status.as_u16() >= 200);
    status.ok_or_else(|| RuleError::Part(text.to_owned(), "a status from 200 to 999"))
}

/// A text to look for; the empty one is everywhere.
fn found(text: String) -> Result<String, RuleError> {
    if text.is_empty() { Err(RuleError::Part(text, "a text to look for")) } else { Ok(text) }
}

/// Words between spaces; double quotes keep spaces, and `\"` is a quote in them.
fn words(text: &str) -> Result<Vec<String>, RuleError> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quoted): (Option<String>, bool) = (None, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '\\' if quoted => {
                let escaped = chars.next().ok_or(RuleError::Quote)?;
                word.get_or_insert_default().push(escaped);
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if quoted { Err(RuleError::Quote) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Rule {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn wrong(text: &str) -> String {
        text.parse::<Rule>().expect_err(text).to_string()
    }

    #[test]
    fn rules_say_operations_effect_and_how_often() {
        let throttle = rule("sqs:Send* throttle 12.5%");
        assert_eq!((throttle.effect, throttle.often), (Effect::Throttle, Often::Percent(12.5)));
        let latency = rule("* latency 300ms..100ms first 2");
        let (short, long) = (Duration::from_millis(100), Duration::from_millis(300));
        assert_eq!(
            (latency.effect, latency.often),
            (Effect::Latency(short, long), Often::First(2))
        );
        let error = Effect::Error {
            code: "NoSuchKey".into(),
            status: Some(StatusCode::NOT_FOUND),
            message: Some("it is \"gone\"".into()),
        };
        assert_eq!(rule(r#"s3:GetObject error NoSuchKey 404 "it is \"gone\"""#).effect, error);
        let replace = Effect::Replace(Side::Response, "a b".into(), String::new());
        assert_eq!(rule(r#"s3 replace-response "a b" """#).effect, replace);
        let remove = Effect::Header(Side::Request, HeaderName::from_static("x-a"), None);
        assert_eq!(rule("s3 remove-header X-A").effect, remove);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, reason) in [
            ("", "the operation is missing"),
            ("sqs", "the effect is missing"),
            ("sqs:Nothing throttle", "names no operation"),
            ("sqs explode", "`explode` is no effect"),
            ("sqs throttle 120%", "a number from 0% to 100%"),
            ("sqs throttle first x", "a number of requests"),
            ("sqs latency", "the time is missing"),
            ("sqs latency 5", "`5` is not a span of time"),
            ("sqs status 99", "a status from 200"),
            ("sqs throttle hard", "`hard` is too much"),
            ("sqs set-header a", "its value is missing"),
            ("sqs set-header \"a b\" c", "a header's name"),
            ("sqs replace \"\" x", "a text to look for"),
            ("sqs error \"A", "a quote is not closed"),
        ] {
            assert!(wrong(text).contains(reason), "{text}: {}", wrong(text));
        }
    }

    #[test]
    fn files_have_a_rule_a_line() {
        let rules =
            parse_rules("# slow\n\n  sqs latency 1s\ns3 throttle 50%\n", "f").expect("rules");
        assert_eq!(rules.len(), 2);
        let error = parse_rules("sqs throttle\n# x\nsqs explode", "faults.txt").expect_err("wrong");
        assert!(error.to_string().starts_with("faults.txt:3: `explode`"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(sqs|\\*|throttle|latency|error|replace|first|[0-9]{1,4}|%|\"|\\\\| |é|ms|\\.\\.){0,12}") {
            let _ = text.parse::<Rule>();
        }
    }
}
