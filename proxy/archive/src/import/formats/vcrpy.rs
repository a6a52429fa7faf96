//! The YAML or JSON of Python's vcrpy.

use super::super::entry::{Entry, request, response};
use super::super::raw::Raw;
use super::super::tree::Tree;
use super::bodies;

pub(super) fn fits(tree: &Tree) -> bool {
    let first = tree.get("interactions").and_then(|all| all.items().first());
    first.and_then(|first| first.get("request")).is_some_and(|request| request.has(&["uri"]))
}

pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    let interactions = tree.get("interactions").map_or(&[][..], Tree::items);
    interactions.iter().map(|interaction| Entry::of(raw(interaction))).collect()
}

fn raw(interaction: &Tree) -> Result<Raw, String> {
    let (asked, answered) = (interaction.need("request")?, interaction.need("response")?);
    let status = answered.get("status").and_then(|status| status.get("code"));
    // For httpx it wrote `status_code` and `content` for a while.
    let status = status.or_else(|| answered.get("status_code"));
    let sent = bodies::wrapped(asked.get("body"))?;
    let got = bodies::wrapped(answered.get("body").or_else(|| answered.get("content")))?;
    Ok(Raw { request: request(asked, sent)?, response: response(status, answered, got)? })
}
