//! A point in time and the formats that AWS writes it in.

use std::fmt;
use std::time::Duration;

use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::{OffsetDateTime, UtcOffset};

use crate::TimestampFormat;

/// A point in time, in nanoseconds' precision, between the years 1 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

/// A timestamp could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimestampError {
    /// The text is not of the format.
    Malformed,
    /// The point lies outside the years 1 to 9999.
    OutOfRange,
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "malformed timestamp",
            Self::OutOfRange => "timestamp out of range",
        })
    }
}

impl std::error::Error for TimestampError {}

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z in Unix seconds.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

impl Timestamp {
    /// The start of the year 1.
    pub const MIN: Self = Self { seconds: *RANGE.start(), nanos: 0 };
    /// The last nanosecond of the year 9999.
    pub const MAX: Self = Self { seconds: *RANGE.end(), nanos: 999_999_999 };

    /// A point by whole seconds since 1970 and nanoseconds after them.
    pub fn from_unix(seconds: i64, nanos: u32) -> Result<Self, TimestampError> {
        if !RANGE.contains(&seconds) || nanos > 999_999_999 {
            return Err(TimestampError::OutOfRange);
        }
        Ok(Self { seconds, nanos })
    }

    /// A point by milliseconds since 1970.
    pub fn from_millis(millis: i64) -> Result<Self, TimestampError> {
        let nanos = u32::try_from(millis.rem_euclid(1000)).expect("below 1000") * 1_000_000;
        Self::from_unix(millis.div_euclid(1000), nanos)
    }

    /// A point by fractional seconds since 1970, rounded to milliseconds as AWS's clients do.
    pub fn from_seconds_f64(seconds: f64) -> Result<Self, TimestampError> {
        let millis = (seconds * 1000.0).round();
        if !millis.is_finite() || millis.abs() > 1e15 {
            return Err(TimestampError::OutOfRange);
        }
        #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
        Self::from_millis(millis as i64)
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds after the whole second.
    pub fn nanos(self) -> u32 {
        self.nanos
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.seconds * 1000 + i64::from(self.nanos / 1_000_000)
    }

    /// Seconds since 1970 with the fraction.
    #[expect(clippy::cast_precision_loss, reason = "the format on the wire is a double")]
    pub fn seconds_f64(self) -> f64 {
        self.seconds as f64 + f64::from(self.nanos) / 1e9
    }

    /// Reads text of a format. Offsets and fractions of any length are accepted where the format has them.
    pub fn parse(text: &str, format: TimestampFormat) -> Result<Self, TimestampError> {
        match format {
            TimestampFormat::UnixTimestamp => {
                Self::from_seconds_f64(text.trim().parse().map_err(|_| TimestampError::Malformed)?)
            }
            TimestampFormat::Iso8601 => from_parsed(OffsetDateTime::parse(text.trim(), &Rfc3339)),
            TimestampFormat::Rfc822 => parse_http_date(text.trim()),
        }
    }

    /// Writes a format: fractions to the millisecond, and only where they are not zero.
    pub fn format(self, format: TimestampFormat) -> String {
        let utc = self.utc();
        let (date, time) = (utc.date(), utc.time());
        let (hour, minute, second) = time.as_hms();
        match format {
            TimestampFormat::UnixTimestamp => match self.nanos / 1_000_000 {
                0 => self.seconds.to_string(),
                _ => self.seconds_f64().to_string(),
            },
            TimestampFormat::Iso8601 => {
                let (year, month, day) = date.to_calendar_date();
                let month = u8::from(month);
                let fraction = match self.nanos / 1_000_000 {
                    0 => String::new(),
                    millis => format!(".{millis:03}"),
                };
                format!(
                    "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
                )
            }
            TimestampFormat::Rfc822 => {
                let (year, month, day) = date.to_calendar_date();
                let weekday = &date.weekday().to_string()[..3];
                let month = &month.to_string()[..3];
                let fraction = match self.nanos / 1_000_000 {
                    0 => String::new(),
                    millis => format!(".{millis:03}"),
                };
                format!(
                    "{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02}{fraction} GMT"
                )
            }
        }
    }

    /// The point a duration later, at most the end of the year 9999.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let nanos = self.nanos + duration.subsec_nanos();
        let carry = i64::from(nanos / 1_000_000_000);
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        let seconds = self.seconds.saturating_add(seconds).saturating_add(carry);
        Self::from_unix(seconds, nanos % 1_000_000_000).unwrap_or(Self::MAX)
    }

    /// The point a duration earlier, at least the start of the year 1.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        let borrow = i64::from(self.nanos < duration.subsec_nanos());
        let nanos = (self.nanos + 1_000_000_000 - duration.subsec_nanos()) % 1_000_000_000;
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        let seconds = self.seconds.saturating_sub(seconds).saturating_sub(borrow);
        Self::from_unix(seconds, nanos).unwrap_or(Self::MIN)
    }

    /// The time since an earlier point; zero if that lies later.
    pub fn duration_since(self, earlier: Self) -> Duration {
        let nanos = |at: Self| i128::from(at.seconds) * 1_000_000_000 + i128::from(at.nanos);
        let between = u128::try_from(nanos(self) - nanos(earlier)).unwrap_or(0);
        Duration::from_nanos_u128(between)
    }

    fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.seconds).expect("the constructor checks the range")
    }
}

fn from_parsed(
    parsed: Result<OffsetDateTime, time::error::Parse>,
) -> Result<Timestamp, TimestampError> {
    let utc = parsed.map_err(|_| TimestampError::Malformed)?.to_offset(UtcOffset::UTC);
    Timestamp::from_unix(utc.unix_timestamp(), utc.nanosecond())
}

/// HTTP dates may carry a fraction in AWS's protocol tests, which RFC 2822 does not know.
fn parse_http_date(text: &str) -> Result<Timestamp, TimestampError> {
    let Some((head, tail)) = text.split_once('.') else {
        return parse_rfc2822(text);
    };
    let (digits, zone) = tail.split_once(' ').ok_or(TimestampError::Malformed)?;
    let whole = parse_rfc2822(&format!("{head} {zone}"))?;
    if digits.is_empty() || digits.len() > 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TimestampError::Malformed);
    }
    let nanos = format!("{digits:0<9}").parse().map_err(|_| TimestampError::Malformed)?;
    Timestamp::from_unix(whole.seconds, nanos)
}

/// The calendar, with its days of the week, is the same 2,000 years on; RFC 2822 knows no year before 1900.
fn parse_rfc2822(text: &str) -> Result<Timestamp, TimestampError> {
    const SECONDS: i64 = 5 * 146_097 * 86_400;
    let year = text.split(' ').filter(|word| word.len() == 4).find_map(|word| word.parse().ok());
    match year {
        Some(year @ 1..1900) => {
            let later = text.replacen(&format!(" {year:04} "), &format!(" {} ", year + 2000), 1);
            let moved = from_parsed(OffsetDateTime::parse(&later, &Rfc2822))?;
            Timestamp::from_unix(moved.seconds - SECONDS, moved.nanos)
        }
        _ => from_parsed(OffsetDateTime::parse(text, &Rfc2822)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str, format: TimestampFormat) {
        assert_eq!(Timestamp::parse(text, format).expect(text).format(format), text);
    }

    #[test]
    fn formats_round_trip() {
        round_trip("2014-04-29T18:30:38Z", TimestampFormat::Iso8601);
        round_trip("2014-04-29T18:30:38.123Z", TimestampFormat::Iso8601);
        round_trip("Tue, 29 Apr 2014 18:30:38 GMT", TimestampFormat::Rfc822);
        round_trip("Sun, 02 Jan 2000 20:34:56.456 GMT", TimestampFormat::Rfc822);
        round_trip("Wed, 09 Dec 1846 09:00:00 GMT", TimestampFormat::Rfc822);
        round_trip("Mon, 01 Jan 0001 00:00:00.001 GMT", TimestampFormat::Rfc822);
        round_trip("1398796238", TimestampFormat::UnixTimestamp);
        round_trip("1398796238.123", TimestampFormat::UnixTimestamp);
    }

    #[test]
    fn offsets_are_applied() {
        let utc = Timestamp::parse("2019-12-17T00:48:18+01:00", TimestampFormat::Iso8601);
        assert_eq!(utc.expect("valid").format(TimestampFormat::Iso8601), "2019-12-16T23:48:18Z");
    }

    #[test]
    fn durations_move_a_point_and_are_bounded() {
        let at = Timestamp::from_unix(10, 900_000_000).expect("in range");
        let step = Duration::new(1, 200_000_000);
        let later = at.saturating_add(step);
        assert_eq!((later.seconds(), later.nanos()), (12, 100_000_000));
        assert_eq!(later.saturating_sub(step), at);
        assert_eq!(later.duration_since(at), step);
        assert_eq!(at.duration_since(later), Duration::ZERO);
        assert_eq!(at.saturating_add(Duration::MAX), Timestamp::MAX);
        assert_eq!(at.saturating_sub(Duration::MAX), Timestamp::MIN);
    }

    #[test]
    fn out_of_range_is_refused() {
        assert_eq!(Timestamp::from_seconds_f64(1e30), Err(TimestampError::OutOfRange));
        assert_eq!(Timestamp::from_seconds_f64(f64::NAN), Err(TimestampError::OutOfRange));
    }
}
