//! Timestamps as RFC 3339 text, written without detours: lists of objects hold thousands.

use standin_model::Timestamp;

/// Whether a fraction of zero is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fraction {
    /// `2024-01-01T00:00:00Z`, and milliseconds only where they are not zero.
    WhereSet,
    /// `2024-01-01T00:00:00.000Z`, as S3 and EC2 write it.
    Always,
}

/// Appends a timestamp.
pub(crate) fn append(timestamp: Timestamp, fraction: Fraction, out: &mut String) {
    let seconds = timestamp.seconds();
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let second = narrow(seconds.rem_euclid(86_400));
    let millis = timestamp.nanos() / 1_000_000;
    let mut text = *b"0000-00-00T00:00:00.000Z";
    put(&mut text[0..4], year);
    put(&mut text[5..7], month);
    put(&mut text[8..10], day);
    put(&mut text[11..13], second / 3600);
    put(&mut text[14..16], second / 60 % 60);
    put(&mut text[17..19], second % 60);
    put(&mut text[20..23], millis);
    let text = std::str::from_utf8(&text).expect("digits are ASCII");
    if millis == 0 && fraction == Fraction::WhereSet {
        out.push_str(&text[..19]);
        out.push('Z');
    } else {
        out.push_str(text);
    }
}

/// Writes the last digits of a number over zeros.
fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(number % 10).expect("a digit");
        number /= 10;
    }
}

fn narrow(number: i64) -> u32 {
    u32::try_from(number).expect("a part of a date of the years 0 to 9999")
}

/// Year, month and day of a count of days since 1970, in the Gregorian calendar of all times.
///
/// Counts from March of the year 0, so that the leap day ends a year, in eras of 400 years.
fn civil(days: i64) -> (u32, u32, u32) {
    let days = narrow(days + 719_468);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carry, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use standin_model::TimestampFormat;

    use super::*;

    fn text(timestamp: Timestamp, fraction: Fraction) -> String {
        let mut out = String::new();
        append(timestamp, fraction, &mut out);
        out
    }

    #[test]
    fn zero_fractions_are_written_where_wanted() {
        let start = Timestamp::from_unix(0, 0).expect("in range");
        assert_eq!(text(start, Fraction::WhereSet), "1970-01-01T00:00:00Z");
        assert_eq!(text(start, Fraction::Always), "1970-01-01T00:00:00.000Z");
    }

    proptest! {
        #[test]
        fn any_timestamp_is_written_as_the_model_writes_it(
            seconds in -62_135_596_800_i64..=253_402_300_799,
            nanos in 0_u32..1_000_000_000,
        ) {
            let timestamp = Timestamp::from_unix(seconds, nanos).expect("in range");
            let expected = timestamp.format(TimestampFormat::Iso8601);
            prop_assert_eq!(text(timestamp, Fraction::WhereSet), expected);
        }
    }
}
