//! The YAML or JSON of Ruby's VCR, from its version 2 on.

use super::super::entry::{Entry, request, response};
use super::super::raw::Raw;
use super::super::tree::Tree;
use super::bodies;

pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    let interactions = tree.get("http_interactions").map_or(&[][..], Tree::items);
    interactions.iter().map(|interaction| Entry::of(raw(interaction))).collect()
}

fn raw(interaction: &Tree) -> Result<Raw, String> {
    let (asked, answered) = (interaction.need("request")?, interaction.need("response")?);
    let status = answered.need("status")?;
    let sent = bodies::wrapped(asked.get("body"))?;
    let got = bodies::wrapped(answered.get("body"))?;
    let status = status.get("code").or(Some(status));
    Ok(Raw { request: request(asked, sent)?, response: response(status, answered, got)? })
}
