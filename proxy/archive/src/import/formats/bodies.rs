//! Bodies as formats write them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::tree::Tree;

/// A body that is text or marked bytes; none is empty.
pub(super) fn plain(tree: Option<&Tree>) -> Result<Vec<u8>, String> {
    match tree {
        None | Some(Tree::Null) => Ok(Vec::new()),
        Some(scalar) => {
            let bytes = scalar.bytes().ok_or("a body is neither text nor bytes")?;
            Ok(bytes.into_owned())
        }
    }
}

/// A body in base64.
pub(super) fn base64(tree: &Tree) -> Result<Vec<u8>, String> {
    let text = tree.text().ok_or("a body in base64 is not text")?;
    let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).map_err(|error| format!("a body in base64: {error}"))
}

/// A body in hexadecimal digits.
pub(super) fn hex(text: &str) -> Result<Vec<u8>, String> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    let bytes = text.as_bytes().chunks(2).map(pair).collect::<Option<Vec<u8>>>();
    bytes.ok_or_else(|| "a body in hexadecimal is malformed".to_owned())
}

/// A body under `string` or `base64_string`, or the text itself.
pub(super) fn wrapped(tree: Option<&Tree>) -> Result<Vec<u8>, String> {
    match tree {
        Some(map @ Tree::Map(_)) => match map.get("base64_string") {
            Some(text) => base64(text),
            None => plain(map.get("string")),
        },
        other => plain(other),
    }
}

/// A status of HTTP.
pub(super) fn status(tree: Option<&Tree>) -> Result<u16, String> {
    let status = tree.and_then(Tree::integer).and_then(|status| u16::try_from(status).ok());
    status.ok_or_else(|| "the status is missing".to_owned())
}
