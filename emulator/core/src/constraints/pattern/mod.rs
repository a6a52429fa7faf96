//! Patterns of models, which are Java's regular expressions and must match a whole value.
//!
//! That the whole value must match is recorded: Lambda refuses `example.com` by `([a-zA-Z0-9-_]+)` (LocalStack's
//! snapshots). That `.` stops at the end of a line is reported: Lambda refuses a description of two lines by `.*`
//! (amazon-connect/voicemail-for-amazon-connect issue 26).

mod class;
mod translate;

pub(super) use translate::Unreadable;

/// The longest value that is matched in linear time, in bytes.
const LONGEST: usize = 1 << 20;

/// The longest value that is matched by backtracking, in bytes.
const LONGEST_BACKTRACKED: usize = 64 << 10;

/// How often a match may backtrack.
const BACKTRACKS: usize = 100_000;

/// The largest program of a pattern, in bytes; those of the models take less than half of it.
const PROGRAM: usize = 4 << 20;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    engine: Engine,
    /// How many characters the value must have, where the pattern is one set and how often it is repeated.
    count: Option<Count>,
}

/// How often something is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    least: usize,
    most: usize,
}

#[derive(Debug)]
enum Engine {
    /// Time is linear in the value.
    Linear(regex::Regex),
    /// For look-around, back references and possessive quantifiers.
    Backtracking(Box<fancy_regex::Regex>),
}

impl Pattern {
    /// Reads a pattern of a model.
    pub(super) fn compile(pattern: &str) -> Result<Self, Unreadable> {
        let translated = translate::translate(pattern)?;
        let whole = format!(r"\A(?:{})\z", translated.text);
        let engine = if translated.backtracks {
            let mut builder = fancy_regex::RegexBuilder::new(&whole);
            builder.backtrack_limit(BACKTRACKS).delegate_size_limit(PROGRAM);
            let regex = builder.build().map_err(|error| Unreadable::Refused(error.to_string()))?;
            Engine::Backtracking(Box::new(regex))
        } else {
            let regex = regex::RegexBuilder::new(&whole).size_limit(PROGRAM).build();
            Engine::Linear(regex.map_err(|error| Unreadable::Refused(error.to_string()))?)
        };
        Ok(Self { engine, count: translated.count })
    }

    /// Whether a value does not match. One that can't be checked within the limits counts as matching.
    pub(super) fn refuses(&self, value: &str) -> bool {
        if let Some(Count { least, most }) = self.count {
            let count = value.chars().count();
            if count < least || count > most {
                return true;
            }
        }
        match &self.engine {
            Engine::Linear(regex) => value.len() <= LONGEST && !regex.is_match(value),
            Engine::Backtracking(regex) => {
                value.len() <= LONGEST_BACKTRACKED && !regex.is_match(value).unwrap_or(true)
            }
        }
    }
}

#[cfg(test)]
mod tests;
