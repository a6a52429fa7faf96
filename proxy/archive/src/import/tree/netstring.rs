//! Trees from tnetstrings, mitmproxy's notation: `LENGTH:CONTENT` and a letter for the type.
//!
//! The types are those of mitmproxy's `io/tnetstring.py`: `,` bytes, `;` text, `#` and `^` numbers, `!` truth, `~`
//! nothing, `]` lists, `}` maps. A file is any number of values one after the other; the tree is their list.

use super::Tree;

/// How deep values may be nested; mitmproxy's are five deep.
const DEPTH: usize = 64;

/// Whether a file begins as a tnetstring: a length, and a value that ends where it says.
pub(super) fn is_one(content: &[u8]) -> bool {
    split(content).is_ok_and(|(_, kind, _)| kind == b'}')
}

pub(super) fn read(mut content: &[u8]) -> Result<Tree, String> {
    let mut values = Vec::new();
    while !content.is_empty() {
        let (value, rest) = value(content, DEPTH)?;
        values.push(value);
        content = rest;
    }
    Ok(Tree::List(values))
}

/// The content, the type, and what follows.
fn split(content: &[u8]) -> Result<(&[u8], u8, &[u8]), String> {
    let bad = || "not a tnetstring".to_owned();
    let colon = content.iter().take(13).position(|byte| *byte == b':').ok_or_else(bad)?;
    let digits = std::str::from_utf8(&content[..colon]).map_err(|_| bad())?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    let length: usize = digits.parse().map_err(|_| bad())?;
    let rest = &content[colon + 1..];
    if rest.len() <= length {
        return Err("a tnetstring breaks off".to_owned());
    }
    Ok((&rest[..length], rest[length], &rest[length + 1..]))
}

fn value(content: &[u8], depth: usize) -> Result<(Tree, &[u8]), String> {
    let (inner, kind, rest) = split(content)?;
    let depth = depth.checked_sub(1).ok_or("a tnetstring is nested too deep")?;
    let text = || std::str::from_utf8(inner).map_err(|_| "a tnetstring's text is not UTF-8");
    let tree = match kind {
        b',' => Tree::Bytes(inner.into()),
        b';' => Tree::Text(text()?.into()),
        b'#' | b'^' => Tree::Number(text()?.into()),
        b'!' => Tree::Boolean(inner == b"true"),
        b'~' => Tree::Null,
        b']' => Tree::List(values(inner, depth)?),
        b'}' => Tree::Map(fields(inner, depth)?),
        _ => return Err("a tnetstring is of an unknown type".to_owned()),
    };
    Ok((tree, rest))
}

fn values(mut content: &[u8], depth: usize) -> Result<Vec<Tree>, String> {
    let mut values = Vec::new();
    while !content.is_empty() {
        let (next, rest) = value(content, depth)?;
        values.push(next);
        content = rest;
    }
    Ok(values)
}

fn fields(mut content: &[u8], depth: usize) -> Result<Vec<(Box<str>, Tree)>, String> {
    let mut fields = Vec::new();
    while !content.is_empty() {
        let (key, rest) = value(content, depth)?;
        let key = key.text().ok_or("a tnetstring's key is not text")?.into();
        let (next, rest) = value(rest, depth)?;
        fields.push((key, next));
        content = rest;
    }
    Ok(fields)
}
