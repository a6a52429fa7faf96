//! What a string looks like: the form of identifiers, handles and times that servers mint.

use standin_model::{Timestamp, TimestampFormat};

/// The form of a value that a server minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lexical {
    /// A UUID, or an upper-case one.
    Uuid,
    /// At least sixteen hexadecimal digits.
    Hex,
    /// A resource id of EC2's form (`vpc-0a1b2c3d`).
    ResourceId,
    /// An IAM unique id (`AIDA`, `AROA`, ... and upper-case alphanumerics).
    UniqueId,
    /// At least seventeen digits.
    Sequence,
    /// A long token without a meaning a client could read.
    Opaque,
    /// A point in time as text.
    Time(TimeText),
}

/// How a point in time is written in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeText {
    /// Ten digits.
    EpochSeconds,
    /// Thirteen digits.
    EpochMillis,
    /// RFC 3339.
    Iso8601,
    /// An HTTP date.
    HttpDate,
}

const NAMES: [(Lexical, &str); 10] = [
    (Lexical::Uuid, "uuid"),
    (Lexical::Hex, "hex"),
    (Lexical::ResourceId, "resource-id"),
    (Lexical::UniqueId, "unique-id"),
    (Lexical::Sequence, "digits"),
    (Lexical::Opaque, "opaque"),
    (Lexical::Time(TimeText::EpochSeconds), "epoch-string"),
    (Lexical::Time(TimeText::EpochMillis), "epoch-ms-string"),
    (Lexical::Time(TimeText::Iso8601), "iso8601"),
    (Lexical::Time(TimeText::HttpDate), "http-date"),
];

impl Lexical {
    /// The form of a string, if it has one of these.
    pub fn of(text: &str) -> Option<Self> {
        if let Some(time) = TimeText::of(text) {
            return Some(Self::Time(time));
        }
        let length = text.len();
        if is_uuid(text) {
            Some(Self::Uuid)
        } else if length >= 17 && digits(text) {
            Some(Self::Sequence)
        } else if length >= 16 && hex(text) {
            Some(Self::Hex)
        } else if is_resource_id(text) {
            Some(Self::ResourceId)
        } else if is_unique_id(text) {
            Some(Self::UniqueId)
        } else {
            is_opaque(text).then_some(Self::Opaque)
        }
    }

    /// The name in recordings.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(lexical, _)| *lexical == self).map_or("opaque", |(_, name)| name)
    }

    /// The form with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(lexical, _)| *lexical)
    }

    /// Whether a string has this form. Opaque values may look like anything.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Opaque => !text.is_empty(),
            Self::Hex => hex(text) && text.len() >= 16,
            Self::Sequence => digits(text),
            _ => Self::of(text) == Some(self),
        }
    }
}

impl TimeText {
    /// How a string writes a time, if it does. Digits count only between the years 2001 and 2100.
    pub fn of(text: &str) -> Option<Self> {
        if digits(text) {
            let number: u64 = text.parse().ok()?;
            return match text.len() {
                10 if (1_000_000_000..4_102_444_800).contains(&number) => Some(Self::EpochSeconds),
                13 if (1_000_000_000_000..4_102_444_800_000).contains(&number) => {
                    Some(Self::EpochMillis)
                }
                _ => None,
            };
        }
        let reads = |format| Timestamp::parse(text, format).is_ok();
        match text.as_bytes() {
            [b'1' | b'2', _, _, _, b'-', ..] if reads(TimestampFormat::Iso8601) => {
                Some(Self::Iso8601)
            }
            [_, _, _, b',', ..] if reads(TimestampFormat::Rfc822) => Some(Self::HttpDate),
            _ => None,
        }
    }
}

impl TimeText {
    /// The point in time that a string of this form writes.
    pub fn parse(self, text: &str) -> Option<Timestamp> {
        match self {
            Self::EpochSeconds => Timestamp::from_unix(text.parse().ok()?, 0).ok(),
            Self::EpochMillis => Timestamp::from_millis(text.parse().ok()?).ok(),
            Self::Iso8601 => Timestamp::parse(text, TimestampFormat::Iso8601).ok(),
            Self::HttpDate => Timestamp::parse(text, TimestampFormat::Rfc822).ok(),
        }
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn hex(text: &str) -> bool {
    let lower = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    !text.is_empty() && (lower || text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')))
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_resource_id(text: &str) -> bool {
    let Some((prefix, id)) = text.rsplit_once('-') else { return false };
    let named = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    named && matches!(id.len(), 8 | 17) && hex(id) && id.bytes().any(|b| b.is_ascii_digit())
}

fn is_unique_id(text: &str) -> bool {
    const PREFIXES: [&str; 8] = ["AIDA", "AROA", "AKIA", "ASIA", "AGPA", "ANPA", "AIPA", "APKA"];
    (16..=32).contains(&text.len())
        && PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// A token: long, of base64's alphabet, and with letters of both cases and digits mixed.
fn is_opaque(text: &str) -> bool {
    let alphabet =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
    let count = |is: fn(&u8) -> bool| text.as_bytes().iter().filter(|b| is(b)).count();
    text.len() >= 24
        && text.bytes().all(alphabet)
        && count(u8::is_ascii_digit) >= 2
        && count(u8::is_ascii_uppercase) >= 3
        && count(u8::is_ascii_lowercase) >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let cases = [
            ("2f9b3b1e-6a2d-4a5f-9d3a-0c1d2e3f4a5b", Some(Lexical::Uuid)),
            ("5d41402abc4b2a76b9719d911017c592", Some(Lexical::Hex)),
            ("vpc-0a1b2c3d", Some(Lexical::ResourceId)),
            ("AROAEXAMPLE123456789A", Some(Lexical::UniqueId)),
            ("18872891234567890123", Some(Lexical::Sequence)),
            ("1700000000000", Some(Lexical::Time(TimeText::EpochMillis))),
            ("1700000000", Some(Lexical::Time(TimeText::EpochSeconds))),
            ("2026-11-21T10:00:00Z", Some(Lexical::Time(TimeText::Iso8601))),
            ("Tue, 02 Jun 2026 18:30:44 GMT", Some(Lexical::Time(TimeText::HttpDate))),
            ("my-queue-name", None),
            ("hello world", None),
            ("120", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Lexical::of(text), expected, "{text}");
        }
    }

    #[test]
    fn names_round_trip() {
        for (lexical, name) in NAMES {
            assert_eq!(Lexical::from_name(name), Some(lexical));
            assert_eq!(lexical.name(), name);
        }
    }
}
