//! The YAML of go-vcr (dnaeon/go-vcr): cassettes of version 1, and of version 2 that its modules v3 and v4 write.

use super::super::entry::{Entry, request, response};
use super::super::raw::Raw;
use super::super::tree::Tree;
use super::bodies;

/// go-vcr alone calls the address `url` and has the status in `code`.
pub(super) fn fits(tree: &Tree) -> bool {
    let Some(interactions) = tree.get("interactions") else {
        return tree.has(&["interactions", "version"]);
    };
    match interactions.items().first() {
        None => true,
        Some(first) => {
            first.get("request").is_some_and(|request| request.has(&["url"]))
                && first.get("response").is_some_and(|response| response.has(&["code"]))
        }
    }
}

pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    let interactions = tree.get("interactions").map_or(&[][..], Tree::items);
    interactions.iter().map(|interaction| Entry::of(raw(interaction))).collect()
}

fn raw(interaction: &Tree) -> Result<Raw, String> {
    let (asked, answered) = (interaction.need("request")?, interaction.need("response")?);
    let sent = bodies::plain(asked.get("body"))?;
    let got = bodies::plain(answered.get("body"))?;
    Ok(Raw {
        request: request(asked, sent)?,
        response: response(answered.get("code"), answered, got)?,
    })
}
