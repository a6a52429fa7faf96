//! The JSON that nock records (`nock.recorder`, `nockBack`).
//!
//! Bodies that were JSON are kept as values, so their bytes are not the origin's; requests have no headers unless the
//! recorder was told to keep them (`reqheaders`).

use super::super::entry::{Entry, headers};
use super::super::raw::{Headers, Raw, RawRequest, RawResponse};
use super::super::tree::Tree;
use super::bodies;

pub(super) fn fits(tree: &Tree) -> bool {
    tree.items().first().is_some_and(|first| first.has(&["scope", "path", "status"]))
}

pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    tree.items().iter().map(|definition| Entry::of(raw(definition))).collect()
}

fn raw(definition: &Tree) -> Result<Raw, String> {
    let scope = definition.need_text("scope")?;
    let path = definition.need_text("path")?;
    let is_binary = definition.get("responseIsBinary") == Some(&Tree::Boolean(true));
    let method = definition.get("method").and_then(Tree::text);
    let mut request_headers = headers(definition.get("reqheaders"));
    let request_body = body(definition.get("body"))?;
    supply_type(&mut request_headers, &request_body);
    Ok(Raw {
        request: RawRequest {
            method: method.map_or_else(|| "GET".to_owned(), std::borrow::Cow::into_owned),
            url: format!("{scope}{path}"),
            headers: request_headers,
            body: request_body,
            drops_signature: true,
        },
        response: RawResponse {
            status: bodies::status(definition.get("status"))?,
            headers: headers(definition.get("rawHeaders").or_else(|| definition.get("headers"))),
            body: match definition.get("response") {
                Some(Tree::Text(text)) if is_binary => bodies::hex(text)?,
                other => body(other)?,
            },
        },
    })
}

/// A body: text, JSON as a value, or a list of hexadecimal digits for an encoded one.
fn body(tree: Option<&Tree>) -> Result<Vec<u8>, String> {
    match tree {
        Some(Tree::List(parts)) if is_hex(parts) => {
            let parts = parts.iter().map(|part| bodies::hex(&part.text().unwrap_or_default()));
            Ok(parts.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Some(value @ (Tree::List(_) | Tree::Map(_))) => Ok(value.to_json().into_bytes()),
        other => bodies::plain(other),
    }
}

fn is_hex(parts: &[Tree]) -> bool {
    let is_hex = |part: &Tree| match part {
        Tree::Text(text) => text.len() % 2 == 0 && text.bytes().all(|b| b.is_ascii_hexdigit()),
        _ => false,
    };
    !parts.is_empty() && parts.iter().all(is_hex)
}

/// A form is told by its content type, which is not recorded; nothing else begins so.
fn supply_type(headers: &mut Headers, body: &[u8]) {
    let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let is_form = body.starts_with(b"Action=") || body.windows(8).any(|part| part == b"&Action=");
    if is_form && !has_type {
        let form = b"application/x-www-form-urlencoded".to_vec();
        headers.push(("content-type".to_owned(), form));
    }
}
