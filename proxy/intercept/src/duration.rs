//! Spans of time as people write them: `200ms`, `30s`, `5m`, `1h`.

use std::time::Duration;

/// A text that is no span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a span of time like 200ms, 30s, 5m or 1h")]
pub struct DurationError(String);

/// Milliseconds by unit; `ms` stands before `m` and `s`.
const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

/// Reads a whole number and a unit.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let milliseconds = UNITS.iter().find(|(name, _)| *name == unit).and_then(|(_, each)| {
        let number: u64 = number.parse().ok()?;
        number.checked_mul(*each)
    });
    milliseconds.map(Duration::from_millis).ok_or_else(|| DurationError(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_unit() {
        let cases = [("200ms", 200), ("30s", 30_000), ("5m", 300_000), ("1h", 3_600_000)];
        for (text, milliseconds) in cases {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for wrong in ["", "5", "s", "1.5s", "-1s", "99999999999999999999s", "9999999999999999999h"]
        {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[0-9]{0,24}[a-zé]{0,3}") {
            let _ = parse_duration(&text);
        }
    }
}
