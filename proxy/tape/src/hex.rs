//! Bytes as hexadecimal digits.

/// The lower-case hexadecimal digits of bytes.
pub(crate) fn lower(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).expect("below 16");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
