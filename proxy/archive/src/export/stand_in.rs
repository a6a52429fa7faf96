//! Values for variables, made of their names: the same in each export.

use standin_model::{Timestamp, TimestampFormat};
use standin_tape::{Digest, Recording, TimeFormat, Variable, VariableKind};

/// The account of all exports.
pub(super) const ACCOUNT: &str = "123456789012";

/// The value of a variable.
pub(super) fn value(recording: &Recording, name: &str, now: Timestamp) -> String {
    let variable = recording.variable(name);
    let digest = Digest::of(name.as_bytes());
    let digits = digest.as_str().trim_start_matches("sha256-");
    match variable.map_or(VariableKind::Opaque, |variable| variable.kind) {
        VariableKind::Account => ACCOUNT.to_owned(),
        VariableKind::Region => recording.region.clone(),
        VariableKind::Host => format!("{}.amazonaws.com", recording.region),
        VariableKind::Time => time(variable, now),
        VariableKind::Ordered => number(digits),
        _ if name == "partition" => "aws".to_owned(),
        _ => match variable.and_then(|variable| variable.like.as_deref()) {
            Some("uuid") => uuid(digits),
            Some("digits") => number(digits),
            // Hexadecimal digits in fours are base64 too, where a blob is wanted.
            _ => digits[..32].to_owned(),
        },
    }
}

fn time(variable: Option<&Variable>, now: Timestamp) -> String {
    match variable.and_then(Variable::time_format) {
        Some(TimeFormat::EpochSeconds | TimeFormat::Digits) => now.seconds().to_string(),
        Some(TimeFormat::EpochMillis) => now.millis().to_string(),
        Some(TimeFormat::EpochFloat) => now.format(TimestampFormat::UnixTimestamp),
        Some(TimeFormat::HttpDate) => now.format(TimestampFormat::Rfc822),
        Some(TimeFormat::Iso8601) | None => now.format(TimestampFormat::Iso8601),
    }
}

/// A number of twelve digits.
fn number(digits: &str) -> String {
    let number = u64::from_str_radix(&digits[..10], 16).unwrap_or_default();
    format!("{:012}", number % 1_000_000_000_000)
}

fn uuid(digits: &str) -> String {
    let at = |from: usize, to: usize| &digits[from..to];
    format!("{}-{}-4{}-a{}-{}", at(0, 8), at(8, 12), at(12, 15), at(15, 18), at(18, 30))
}
