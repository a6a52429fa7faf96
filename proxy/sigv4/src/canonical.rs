//! The canonical request, built by AWS's description of it and apart from the signing crate.

use std::borrow::Cow;

use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ring::digest;

use crate::rules::{Normalize, PathEncoding, QueryToken};
use crate::{Rules, Signature};

const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const PATH: AsciiSet = UNRESERVED.remove(b'/');

/// The query as AWS decodes and writes it, in the client's order and with bare keys left bare.
///
/// A signature covers the decoded pairs, so what is sent must decode to the same: a raw `+` reads
/// as a space, and is sent as `%20`.
pub fn encode_query(query: &str) -> String {
    let pairs = query_pairs(query).map(|(key, value, bare)| {
        if bare { encode(&key) } else { format!("{}={}", encode(&key), encode(&value)) }
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The canonical request that a signature covers.
pub(crate) fn request(
    parts: &Parts,
    signature: &Signature,
    rules: Rules,
    payload: &str,
) -> Option<String> {
    let names = signature.signed_headers.iter().map(String::as_str);
    of_headers(parts, names, rules, payload)
}

/// The canonical request of a head, of which the named headers are signed.
pub(crate) fn of_headers<'n>(
    parts: &Parts,
    names: impl Iterator<Item = &'n str> + Clone,
    rules: Rules,
    payload: &str,
) -> Option<String> {
    let mut text = String::with_capacity(1024);
    text.extend([parts.method.as_str(), "\n", &path(parts.uri.path(), rules), "\n"]);
    text.push_str(&query(parts.uri.query().unwrap_or_default(), rules));
    text.push('\n');
    for name in names.clone() {
        text.extend([name, ":"]);
        put_header(&mut text, parts, name)?;
        text.push('\n');
    }
    text.push('\n');
    put_joined(&mut text, names);
    text.extend(["\n", payload]);
    Some(text)
}

/// Writes names with semicolons between.
pub(crate) fn put_joined<'n>(text: &mut String, names: impl Iterator<Item = &'n str>) {
    for (index, name) in names.enumerate() {
        text.extend([if index == 0 { "" } else { ";" }, name]);
    }
}

/// The pairs of a query, decoded; the last part says that a key has no `=`.
pub(crate) fn query_pairs(query: &str) -> impl Iterator<Item = (String, String, bool)> + '_ {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key), decode(value), !pair.contains('='))
    })
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS[usize::from(value)];
    let digits = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    let mut text = Vec::with_capacity(2 * bytes.len());
    text.extend(digits);
    String::from_utf8(text).expect("digits are ASCII")
}

fn path(path: &str, rules: Rules) -> Cow<'_, str> {
    if path == "/" {
        return Cow::Borrowed(path);
    }
    let path = match rules.normalize {
        Normalize::Yes => Cow::Owned(normalize(path)),
        Normalize::No => Cow::Borrowed(path),
    };
    match rules.path {
        PathEncoding::Single => path,
        PathEncoding::Double => Cow::Owned(utf8_percent_encode(&path, &PATH).to_string()),
    }
}

/// Resolves `.` and `..` and doubled slashes; a trailing slash stays.
fn normalize(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let trailing = matches!(last, "" | "." | "..") && !segments.is_empty();
    format!("/{}{}", segments.join("/"), if trailing { "/" } else { "" })
}

/// The canonical query: pairs encoded and sorted, the signature itself left out.
fn query(query: &str, rules: Rules) -> String {
    if query.is_empty() {
        return String::new();
    }
    let mut pairs: Vec<(String, String)> = query_pairs(query)
        .filter(|(key, _, _)| match &**key {
            "X-Amz-Signature" => false,
            "X-Amz-Security-Token" => rules.token == QueryToken::Signed,
            _ => true,
        })
        .map(|(key, value, _)| (encode(&key), encode(&value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> =
        pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join("&")
}

/// Writes the values of a header joined by commas; the host may stand in the URI only.
fn put_header(text: &mut String, parts: &Parts, name: &str) -> Option<()> {
    let mut values = parts.headers.get_all(name).iter().peekable();
    if values.peek().is_none() {
        let host = parts.uri.authority().filter(|_| name == "host")?;
        text.push_str(host.as_str());
        return Some(());
    }
    for (index, value) in values.enumerate() {
        text.push_str(if index == 0 { "" } else { "," });
        put_squeezed(text, std::str::from_utf8(value.as_bytes()).ok()?);
    }
    Some(())
}

/// Writes a header's value trimmed, with one space for several.
fn put_squeezed(text: &mut String, value: &str) {
    let value = value.trim_matches(' ');
    if !value.contains("  ") {
        text.push_str(value);
        return;
    }
    for part in value.split(' ').filter(|part| !part.is_empty()).enumerate() {
        text.extend([if part.0 == 0 { "" } else { " " }, part.1]);
    }
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, &UNRESERVED).to_string()
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
