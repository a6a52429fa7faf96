//! The canonical request, built by AWS's description of it and apart from the signing crate.

use std::borrow::Cow;
use std::fmt::Write as _;

use http::HeaderMap;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::rules::{Normalize, PathEncoding};
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
    let mut text = format!("{}\n{}\n", parts.method, path(parts.uri.path(), rules));
    text.push_str(&query(parts.uri.query().unwrap_or_default()));
    text.push('\n');
    for name in &signature.signed_headers {
        writeln!(text, "{name}:{}", header(parts, name)?).expect("a string takes all");
    }
    write!(text, "\n{}\n{payload}", signature.signed_headers.join(";"))
        .expect("a string takes all");
    Some(text)
}

/// The pairs of a query, decoded; the last part says that a key has no `=`.
pub(crate) fn query_pairs(query: &str) -> impl Iterator<Item = (String, String, bool)> + '_ {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key), decode(value), !pair.contains('='))
    })
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all");
        text
    })
}

fn path(path: &str, rules: Rules) -> String {
    let path = match rules.normalize {
        Normalize::Yes => Cow::Owned(normalize(path)),
        Normalize::No => Cow::Borrowed(path),
    };
    match rules.path {
        PathEncoding::Single => path.into_owned(),
        PathEncoding::Double => utf8_percent_encode(&path, &PATH).to_string(),
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
fn query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query_pairs(query)
        .filter(|(key, _, _)| key != "X-Amz-Signature")
        .map(|(key, value, _)| (encode(&key), encode(&value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> =
        pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join("&")
}

/// The values of a header joined by commas; the host may stand in the URI only.
fn header(parts: &Parts, name: &str) -> Option<String> {
    let values = joined(&parts.headers, name);
    if name == "host" && values.is_none() {
        return parts.uri.authority().map(ToString::to_string);
    }
    values
}

fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let texts: Option<Vec<String>> =
        values.map(|value| std::str::from_utf8(value.as_bytes()).ok().map(squeeze)).collect();
    Some(texts?.join(","))
}

/// Trims a header's value and makes one space of several.
fn squeeze(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.trim_matches(' ').chars() {
        if c != ' ' || !text.ends_with(' ') {
            text.push(c);
        }
    }
    text
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, &UNRESERVED).to_string()
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
