//! Variables: values that the server minted or the client chose at random, used again later.

use std::fmt;
use std::str::FromStr;

/// A variable of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name without its guillemets (`QueueUrl:1`, `account`).
    pub name: String,
    /// What sort of value it stands for.
    pub kind: VariableKind,
    /// Where it is first seen (`CreateQueue#1.output.QueueUrl`), if not given from outside.
    pub definition: Option<String>,
    /// A pattern or the name of a class (`uuid`) that its values have.
    pub like: Option<String>,
    /// The model's shape of the value where it is defined (`QueueNameType`).
    pub shape: Option<String>,
    /// How its value is written: a [`TimeFormat`]'s name, or `base64`.
    pub format: Option<String>,
    /// The names of variables whose values are not later or greater than this one's.
    pub not_before: Vec<String>,
    /// How far a time is from the exchange that defines it.
    pub offset: Option<TimeOffset>,
}

/// How a time is written where it isn't a timestamp of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimeFormat {
    /// Whole seconds since 1970.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
    /// Seconds since 1970 with a fraction.
    EpochFloat,
    /// `2026-09-20T18:30:44.5Z`.
    Iso8601,
    /// `Sun, 20 Sep 2026 18:30:44 GMT`.
    HttpDate,
    /// `20260920T183044Z`.
    Digits,
}

/// A time's distance from another, in seconds; written `+0s`, `-5m`, `+4d`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeOffset(pub i64);

/// Text is no distance in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an offset (+0s, -5m, +4h, +4d)")]
pub struct BadOffset(pub String);

/// What sort of value a variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VariableKind {
    /// The account of the run.
    Account,
    /// The region of the run.
    Region,
    /// A host that the client spoke to.
    Host,
    /// A value that the client chose.
    Client,
    /// An identifier that the server minted.
    ServerId,
    /// A handle or token of which only equality is known.
    Opaque,
    /// A point in time.
    Time,
    /// A value that grows.
    Ordered,
}

impl Variable {
    /// A variable of a kind, with nothing else known.
    pub fn new(name: impl Into<String>, kind: VariableKind) -> Self {
        Self {
            name: name.into(),
            kind,
            definition: None,
            like: None,
            shape: None,
            format: None,
            not_before: Vec::new(),
            offset: None,
        }
    }

    /// The same variable, defined at a path.
    #[must_use]
    pub fn defined_at(self, path: impl Into<String>) -> Self {
        Self { definition: Some(path.into()), ..self }
    }

    /// How a time is written, if that is known.
    pub fn time_format(&self) -> Option<TimeFormat> {
        TimeFormat::from_name(self.format.as_deref()?)
    }
}

impl TimeFormat {
    const ALL: [Self; 6] = [
        Self::EpochSeconds,
        Self::EpochMillis,
        Self::EpochFloat,
        Self::Iso8601,
        Self::HttpDate,
        Self::Digits,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::EpochSeconds => "epoch-seconds",
            Self::EpochMillis => "epoch-millis",
            Self::EpochFloat => "epoch-float",
            Self::Iso8601 => "iso-8601",
            Self::HttpDate => "http-date",
            Self::Digits => "digits",
        }
    }

    /// The format with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// The units of offsets, in seconds.
const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl fmt::Display for TimeOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |(_, length): &&(char, i64)| self.0 != 0 && self.0 % length == 0;
        let (unit, length) = UNITS.iter().find(fits).unwrap_or(&('s', 1));
        write!(f, "{:+}{unit}", self.0 / length)
    }
}

impl FromStr for TimeOffset {
    type Err = BadOffset;

    fn from_str(text: &str) -> Result<Self, BadOffset> {
        let read = || {
            let (_, length) = UNITS.iter().find(|(unit, _)| text.ends_with(*unit))?;
            let number = &text[..text.len() - 1];
            let count: i64 = number.starts_with(['+', '-']).then(|| number.parse().ok())??;
            count.checked_mul(*length).map(Self)
        };
        read().ok_or_else(|| BadOffset(text.to_owned()))
    }
}

impl VariableKind {
    const ALL: [Self; 8] = [
        Self::Account,
        Self::Region,
        Self::Host,
        Self::Client,
        Self::ServerId,
        Self::Opaque,
        Self::Time,
        Self::Ordered,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Region => "region",
            Self::Host => "host",
            Self::Client => "client",
            Self::ServerId => "server-id",
            Self::Opaque => "opaque",
            Self::Time => "time",
            Self::Ordered => "ordered",
        }
    }

    /// The kind with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_round_trip() {
        for (text, seconds) in [("+0s", 0), ("-90s", -90), ("+4d", 345_600), ("-5m", -300)] {
            assert_eq!(text.parse(), Ok(TimeOffset(seconds)));
            assert_eq!(TimeOffset(seconds).to_string(), text);
        }
        for text in
            ["", "4d", "+d", "+4", "+4w", "+99999999999999999999s", "+999999999999999999d", "+é"]
        {
            assert!(text.parse::<TimeOffset>().is_err(), "{text}");
        }
    }
}
