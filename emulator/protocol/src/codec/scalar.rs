//! Scalars as text, as every format but CBOR writes them.

use super::Strictness;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::{Engine, alphabet};
use bytes::Bytes;
use standin_model::{Document, Number, Timestamp, TimestampFormat};

/// Base64 as clients of any kind send it: with or without padding.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads a blob; `None` where the text is not base64. A server insists on padding.
pub(crate) fn parse_blob(text: &str, strictness: Strictness) -> Option<Bytes> {
    let decoded = match strictness {
        Strictness::Strict => STANDARD.decode(text),
        Strictness::Lenient => FORGIVING.decode(text),
    };
    decoded.ok().map(Bytes::from)
}

/// Writes a blob as base64.
pub(crate) fn format_blob(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Appends a blob as base64.
pub(crate) fn append_blob(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    let written = STANDARD.encode_slice(bytes, &mut out[start..]).expect("resized to fit");
    out.truncate(start + written);
}

/// Reads a float: a number, or one of the three names of what no number can write.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ if text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) =>
        {
            text.parse().ok().filter(|value: &f64| value.is_finite())
        }
        _ => None,
    }
}

/// Reads a timestamp of one format, as servers do: no space may stand where RFC 3339 has a `T`.
pub(crate) fn parse_timestamp(text: &str, format: TimestampFormat) -> Option<Timestamp> {
    let spaced = format == TimestampFormat::Iso8601 && text.contains(' ');
    if spaced { None } else { Timestamp::parse(text, format).ok() }
}

/// The name of a float that no number can write.
pub(crate) fn special_float(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

/// A number of any size from its text, which is a JSON number; kept as text where neither kind holds it.
pub(crate) fn parse_number(text: &str) -> Number {
    if let Ok(number) = text.parse::<i64>() {
        return Number::Integer(number);
    }
    // Zeros before the first other digit say nothing of the precision.
    let digits = text
        .bytes()
        .take_while(|byte| !matches!(byte, b'e' | b'E'))
        .filter(u8::is_ascii_digit)
        .skip_while(|digit| *digit == b'0')
        .count();
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && digits <= 17 => Number::Float(number),
        _ => Number::Text(text.into()),
    }
}

/// Reads a timestamp that may be of any format, as clients do.
pub(crate) fn parse_any_timestamp(text: &str) -> Option<Timestamp> {
    [TimestampFormat::Iso8601, TimestampFormat::Rfc822, TimestampFormat::UnixTimestamp]
        .into_iter()
        .find_map(|format| Timestamp::parse(text, format).ok())
}

/// A float document.
pub(crate) fn float(value: f64) -> Document {
    Document::Number(Number::Float(value))
}
