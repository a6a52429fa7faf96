//! The form in which signatures write time.

use std::time::{Duration, SystemTime};

use time::{Date, Month, OffsetDateTime, Time};

/// Reads `20150830T123600Z`.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (day, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let time = Time::from_hms(digits(clock, 0, 2)?, digits(clock, 2, 4)?, digits(clock, 4, 6)?);
    if clock.len() != 6 {
        return None;
    }
    from_utc(parse_day(day)?.with_time(time.ok()?).assume_utc())
}

/// Reads the `20150830` of a scope, as the start of that day.
pub(crate) fn parse_scope(text: &str) -> Option<SystemTime> {
    from_utc(parse_day(text)?.midnight().assume_utc())
}

/// Reads a `Date` header.
pub(crate) fn parse_http(text: &str) -> Option<SystemTime> {
    let format = time::format_description::well_known::Rfc2822;
    from_utc(OffsetDateTime::parse(text, &format).ok()?)
}

/// Writes `20150830T123600Z`.
pub(crate) fn format(time: SystemTime) -> String {
    let utc = OffsetDateTime::from(time);
    let (hour, minute, second) = utc.to_hms();
    let (year, month, day) = utc.to_calendar_date();
    let month = u8::from(month);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

fn parse_day(text: &str) -> Option<Date> {
    if text.len() != 8 {
        return None;
    }
    let year = text.get(..4)?.parse().ok()?;
    let month = Month::try_from(digits(text, 4, 6)?).ok()?;
    Date::from_calendar_date(year, month, digits(text, 6, 8)?).ok()
}

fn digits(text: &str, start: usize, end: usize) -> Option<u8> {
    text.get(start..end)?.parse().ok()
}

fn from_utc(utc: OffsetDateTime) -> Option<SystemTime> {
    let seconds = u64::try_from(utc.unix_timestamp()).ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}
