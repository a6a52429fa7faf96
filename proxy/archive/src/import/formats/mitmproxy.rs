//! The flows that mitmproxy saves (`mitmdump -w`), since its version 4.

use super::super::entry::{Entry, headers};
use super::super::raw::{Raw, RawRequest, RawResponse};
use super::super::tree::Tree;
use super::bodies;

pub(super) fn fits(tree: &Tree) -> bool {
    tree.items().first().is_some_and(|flow| flow.has(&["type", "version"]))
}

/// Flows of HTTP; those of TCP and the like are counted.
pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    tree.items().iter().map(|flow| Entry::of(raw(flow))).collect()
}

fn raw(flow: &Tree) -> Result<Raw, String> {
    if flow.need_text("type")? != "http" {
        return Err(format!("a flow of {}, not HTTP", flow.need_text("type")?));
    }
    let request = flow.need("request")?;
    let response = flow.get("response").ok_or("the request has no answer")?;
    let request_headers = headers(request.get("headers"));
    Ok(Raw {
        request: RawRequest {
            method: request.need_text("method")?.into_owned(),
            url: url(request, &request_headers)?,
            headers: request_headers,
            body: bodies::plain(request.get("content"))?,
            drops_signature: false,
        },
        response: RawResponse {
            status: bodies::status(response.get("status_code"))?,
            headers: headers(response.get("headers")),
            body: bodies::plain(response.get("content"))?,
        },
    })
}

/// The host that the client named, which is not where a reverse proxy connected to.
fn url(request: &Tree, headers: &[(String, Vec<u8>)]) -> Result<String, String> {
    let named = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let named = named.and_then(|(_, host)| String::from_utf8(host.clone()).ok());
    let authority = request.get("authority").and_then(Tree::text).filter(|text| !text.is_empty());
    let host = match (named, authority) {
        (Some(host), _) => host,
        (None, Some(authority)) => authority.into_owned(),
        (None, None) => request.need_text("host")?.into_owned(),
    };
    Ok(format!("{}://{host}{}", request.need_text("scheme")?, request.need_text("path")?))
}
