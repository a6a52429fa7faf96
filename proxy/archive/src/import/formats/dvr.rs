//! The JSON of smithy-rs' `dvr`: events of connections, which are put together to exchanges.

use std::collections::BTreeMap;

use super::super::entry::{Entry, headers};
use super::super::raw::{Raw, RawRequest, RawResponse};
use super::super::tree::Tree;
use super::bodies;

pub(super) fn fits(tree: &Tree) -> bool {
    match events(tree).first() {
        Some(first) => first.has(&["connection_id", "action"]),
        None => tree.has(&["events", "docs", "version"]),
    }
}

fn events(tree: &Tree) -> &[Tree] {
    tree.get("events").unwrap_or(tree).items()
}

/// One exchange while its events come in.
#[derive(Default)]
struct Connection {
    raw: Raw,
    failed: Option<String>,
    is_answered: bool,
}

/// The exchanges in the order of their requests.
pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    let mut connections: BTreeMap<i64, usize> = BTreeMap::new();
    let mut all: Vec<Connection> = Vec::new();
    for event in events(tree) {
        let id = event.get("connection_id").and_then(Tree::integer).unwrap_or_default();
        let action = event.get("action").map_or(&[][..], Tree::fields);
        let Some((kind, action)) = action.first() else { continue };
        if &**kind == "Request" {
            connections.insert(id, all.len());
            all.push(Connection::default());
        }
        if let Some(connection) = connections.get(&id).and_then(|at| all.get_mut(*at))
            && let Err(reason) = connection.take(kind, action)
        {
            connection.failed.get_or_insert(reason);
        }
    }
    all.into_iter().map(|connection| Entry::of(connection.done())).collect()
}

impl Connection {
    fn take(&mut self, kind: &str, action: &Tree) -> Result<(), String> {
        match kind {
            "Request" => {
                let request = action.need("request")?;
                self.raw.request = RawRequest {
                    method: request.need_text("method")?.into_owned(),
                    url: request.need_text("uri")?.into_owned(),
                    headers: headers(request.get("headers")),
                    body: Vec::new(),
                    drops_signature: false,
                };
            }
            "Response" => {
                let response = action.need("response")?;
                let response = response.get("Ok").ok_or("the request failed without an answer")?;
                self.is_answered = true;
                self.raw.response = RawResponse {
                    status: bodies::status(response.get("status"))?,
                    headers: headers(response.get("headers")),
                    body: std::mem::take(&mut self.raw.response.body),
                };
            }
            "Data" => {
                let data = data(action.need("data")?)?;
                let is_request = action.need_text("direction")? == "Request";
                let Raw { request, response } = &mut self.raw;
                let body = if is_request { &mut request.body } else { &mut response.body };
                body.extend_from_slice(&data);
            }
            _ => {}
        }
        Ok(())
    }

    fn done(self) -> Result<Raw, String> {
        match self.failed {
            Some(reason) => Err(reason),
            None if !self.is_answered => Err("the request has no answer".to_owned()),
            None => Ok(self.raw),
        }
    }
}

fn data(tree: &Tree) -> Result<Vec<u8>, String> {
    match tree.get("Base64") {
        Some(text) => bodies::base64(text),
        None => bodies::plain(tree.get("Utf8")),
    }
}
