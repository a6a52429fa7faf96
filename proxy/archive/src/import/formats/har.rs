//! HTTP Archive, versions 1.1 and 1.2.

use super::super::entry::{Entry, request, response};
use super::super::raw::Raw;
use super::super::tree::Tree;
use super::bodies;

pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    let entries = tree.get("log").and_then(|log| log.get("entries")).map_or(&[][..], Tree::items);
    entries.iter().map(|entry| Entry::of(raw(entry))).collect()
}

fn raw(entry: &Tree) -> Result<Raw, String> {
    let (asked, answered) = (entry.need("request")?, entry.need("response")?);
    let sent = posted(asked.get("postData"))?;
    let got = content(answered.get("content"))?;
    Ok(Raw {
        request: request(asked, sent)?,
        response: response(answered.get("status"), answered, got)?,
    })
}

/// The text of what was posted; browsers keep a form as `params` besides, some only so.
fn posted(data: Option<&Tree>) -> Result<Vec<u8>, String> {
    let Some(data) = data else { return Ok(Vec::new()) };
    let params = data.get("params").map_or(&[][..], Tree::items);
    match data.get("text") {
        None if params.is_empty() => Ok(Vec::new()),
        None => {
            let pair = |param: &Tree| {
                let value = param.get("value").and_then(Tree::text).unwrap_or_default();
                Some(format!("{}={value}", param.get("name")?.text()?))
            };
            let pairs: Option<Vec<String>> = params.iter().map(pair).collect();
            Ok(pairs.ok_or("a parameter of a form has no name")?.join("&").into_bytes())
        }
        // An extension that exporters of binary bodies use.
        Some(text) if is_base64(data) => bodies::base64(text),
        text => bodies::plain(text),
    }
}

fn content(content: Option<&Tree>) -> Result<Vec<u8>, String> {
    match content.and_then(|content| Some((content, content.get("text")?))) {
        None => Ok(Vec::new()),
        Some((content, text)) if is_base64(content) => bodies::base64(text),
        Some((_, text)) => bodies::plain(Some(text)),
    }
}

fn is_base64(data: &Tree) -> bool {
    data.get("encoding").and_then(Tree::text).is_some_and(|encoding| encoding == "base64")
}
