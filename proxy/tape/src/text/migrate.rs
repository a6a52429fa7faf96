//! Brings recordings of earlier formats to this build's.
//!
//! A step turns the body of one format into the next one's. There is one format so far, and so no step.

use super::read::{ReadError, split_header, version};
use crate::FormatVersion;
use crate::json::{self, Json, SyntaxError};

/// The members of a recording.
type Members = Vec<(String, Json)>;

/// From a format to the next.
struct Step {
    from: FormatVersion,
    to: FormatVersion,
    change: fn(Members) -> Result<Members, &'static str>,
}

/// The steps, from the first format on.
const STEPS: &[Step] = &[];

/// What a recording was brought to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Migrated {
    /// It is in this build's format, or a later minor version of it.
    Already(FormatVersion),
    /// The text in this build's format.
    To(String),
}

/// A recording can't be brought to this build's format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MigrateError {
    /// It can't be read, or is of a later major version.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// No step leads on from its format.
    #[error("no way leads from format {0} to this build's")]
    NoWay(FormatVersion),
    /// A step refused it.
    #[error("format {from} can't be brought to {to}: {reason}")]
    Refused {
        /// The format before the step.
        from: FormatVersion,
        /// The format after it.
        to: FormatVersion,
        /// Why.
        reason: &'static str,
    },
}

/// Brings the text of a recording to the format of this build.
pub fn migrate(text: &str) -> Result<Migrated, MigrateError> {
    run(text, STEPS, FormatVersion::CURRENT)
}

fn run(text: &str, steps: &[Step], goal: FormatVersion) -> Result<Migrated, MigrateError> {
    let (lines, body) = split_header(text).ok_or(ReadError::NoHeader)?;
    let header = &text[..text.len() - body.len()];
    let body = json::parse(body).map_err(|error| {
        MigrateError::from(ReadError::from(SyntaxError { line: error.line + lines, ..error }))
    })?;
    let Json::Object(mut members) = body else { return Err(ReadError::NoHeader.into()) };
    let first = format_of(&members)?;
    if first >= goal && first.major == goal.major {
        return Ok(Migrated::Already(first));
    }
    let mut format = first;
    while format != goal {
        let step = steps.iter().find(|step| step.from == format);
        let Step { from, to, change } = *step.ok_or(MigrateError::NoWay(format))?;
        members = change(members).map_err(|reason| MigrateError::Refused { from, to, reason })?;
        put_format(&mut members, to);
        format = to;
    }
    Ok(Migrated::To(format!("{header}{}", json::pretty(&Json::Object(members)))))
}

fn format_of(members: &[(String, Json)]) -> Result<FormatVersion, ReadError> {
    let text = members.iter().find_map(|(key, value)| match value {
        Json::String(text) if key == "format" => Some(text.as_str()),
        _ => None,
    });
    let text = text.unwrap_or("(none)");
    version(text)
}

fn put_format(members: &mut [(String, Json)], format: FormatVersion) {
    if let Some((_, value)) = members.iter_mut().find(|(key, _)| key == "format") {
        *value = Json::from(format.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXT: FormatVersion = FormatVersion { major: 1, minor: 1 };
    const LAST: FormatVersion = FormatVersion { major: 1, minor: 2 };

    /// What later formats might do: name a member otherwise, then demand it.
    const TEST_STEPS: &[Step] = &[
        Step {
            from: FormatVersion { major: 1, minor: 0 },
            to: NEXT,
            change: |mut members| {
                for (key, _) in &mut members {
                    if key == "day" {
                        "date".clone_into(key);
                    }
                }
                Ok(members)
            },
        },
        Step {
            from: NEXT,
            to: LAST,
            change: |members| match members.iter().any(|(key, _)| key == "date") {
                true => Ok(members),
                false => Err("it has no date"),
            },
        },
    ];

    #[test]
    fn steps_lead_from_format_to_format() {
        let text = "---\nsource: x\n---\n{\"format\":\"1.0\",\"day\":\"d\"}";
        let expected = "---\nsource: x\n---\n{\n  \"format\": \"1.2\",\n  \"date\": \"d\"\n}\n";
        assert_eq!(run(text, TEST_STEPS, LAST), Ok(Migrated::To(expected.to_owned())));
        assert_eq!(run(expected, TEST_STEPS, LAST), Ok(Migrated::Already(LAST)));
        assert_eq!(run(expected, TEST_STEPS, NEXT), Ok(Migrated::Already(LAST)));
    }

    #[test]
    fn what_cant_be_migrated_says_why() {
        for (body, expected) in [
            ("{\"format\":\"1.0\"}", "format 1.1 can't be brought to 1.2: it has no date"),
            ("{\"format\":\"2.0\"}", "format 2.0 is not readable here: this build reads 1.x"),
            ("{}", "format (none) is not readable here: this build reads 1.x"),
            ("{", "line 3, column 2: the text ends early"),
        ] {
            let error = run(&format!("---\n---\n{body}"), TEST_STEPS, LAST).expect_err(body);
            assert_eq!(error.to_string(), expected);
        }
        let text = "---\n---\n{\"format\":\"1.0\"}";
        let error = run(text, &TEST_STEPS[1..], LAST).expect_err("no step").to_string();
        assert_eq!(error, "no way leads from format 1.0 to this build's");
        assert_eq!(migrate(text), Ok(Migrated::Already(FormatVersion::CURRENT)));
    }
}
