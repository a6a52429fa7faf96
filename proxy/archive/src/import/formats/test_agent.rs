//! The cassettes of Datadog's test agent: one exchange a file.

use super::super::entry::{Entry, request, response};
use super::super::raw::{Raw, RawRequest};
use super::super::tree::Tree;
use super::bodies;

/// How it marks a body of bytes.
const BASE64: &str = "base64:";

pub(super) fn fits(tree: &Tree) -> bool {
    let request = tree.get("request").is_some_and(|request| request.has(&["url", "headers"]));
    request
        && tree
            .get("response")
            .and_then(|response| response.get("status"))
            .is_some_and(|status| status.has(&["code"]))
}

pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    vec![Entry::of(raw(tree))]
}

fn raw(tree: &Tree) -> Result<Raw, String> {
    let (asked, answered) = (tree.need("request")?, tree.need("response")?);
    let sent = body(asked.get("body"))?;
    let got = body(answered.get("body"))?;
    let status = answered.need("status")?.get("code");
    let request = RawRequest { drops_signature: true, ..request(asked, sent)? };
    Ok(Raw { request, response: response(status, answered, got)? })
}

/// A body of text, or of bytes that are marked as base64 before it.
fn body(tree: Option<&Tree>) -> Result<Vec<u8>, String> {
    match tree {
        Some(Tree::Text(text)) if text.starts_with(BASE64) => {
            bodies::base64(&Tree::Text(text[BASE64.len()..].into()))
        }
        other => bodies::wrapped(other),
    }
}
