//! Reads single parameters of query strings and forms, without decoding the rest.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::uri::equals_decoded;

/// The parameters of a query string, raw; one without a value has an empty one.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The first value of a parameter in a query string, decoded.
pub(super) fn value<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    let (_, value) = pairs(query).find(|(key, _)| equals_decoded(key, name))?;
    decoded(value.as_bytes())
}

/// The first value of a parameter in a form's body, decoded; none if it is not text.
pub(super) fn body_value<'b>(body: &'b [u8], name: &str) -> Option<Cow<'b, str>> {
    body.split(|byte| *byte == b'&')
        .find_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .and_then(decoded)
}

fn decoded(raw: &[u8]) -> Option<Cow<'_, str>> {
    if !raw.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return std::str::from_utf8(raw).ok().map(Cow::Borrowed);
    }
    let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let text = percent_decode(&spaced).decode_utf8().ok()?;
    Some(Cow::Owned(text.into_owned()))
}
