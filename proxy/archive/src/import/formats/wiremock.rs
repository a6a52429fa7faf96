//! Stub mappings of WireMock, one or several a file.
//!
//! A mapping is a pattern of a request. What it was recorded from is one that matches its text, so only patterns of
//! equality are read: they are the request. The host is not recorded, unless as a pattern of the header `Host`.

use std::fmt::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::entry::{Entry, headers};
use super::super::raw::{Headers, Raw, RawRequest, RawResponse};
use super::super::tree::Tree;
use super::{Beside, bodies};

/// The host of a request that has none; nothing is told by it.
pub(in super::super) const NO_HOST: &str = "host.invalid";

/// Where WireMock keeps the address of a request.
const ADDRESSES: [&str; 4] = ["url", "urlPath", "urlPattern", "urlPathPattern"];

pub(super) fn fits(tree: &Tree) -> bool {
    mappings(tree).first().is_some_and(|mapping| {
        let Some(request) = mapping.get("request") else { return false };
        let status = mapping.get("response").and_then(|response| response.get("status")?.integer());
        status.is_some() && ADDRESSES.iter().any(|key| request.has(&[key]))
    })
}

fn mappings(tree: &Tree) -> &[Tree] {
    match tree.get("mappings") {
        Some(mappings) => mappings.items(),
        None => std::slice::from_ref(tree),
    }
}

pub(super) fn read(tree: &Tree, beside: &dyn Beside) -> Vec<Entry> {
    mappings(tree).iter().map(|mapping| Entry::of(raw(mapping, beside))).collect()
}

fn raw(mapping: &Tree, beside: &dyn Beside) -> Result<Raw, String> {
    let (request, response) = (mapping.need("request")?, mapping.need("response")?);
    let request_headers = equal_headers(request.get("headers"));
    let host = request_headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let host = host.and_then(|(_, host)| std::str::from_utf8(host).ok()).unwrap_or(NO_HOST);
    Ok(Raw {
        request: RawRequest {
            method: request.need_text("method")?.into_owned(),
            url: format!("https://{host}{}", address(request)?),
            headers: request_headers.clone(),
            body: request_body(request.get("bodyPatterns"))?,
            drops_signature: true,
        },
        response: RawResponse {
            status: bodies::status(response.get("status"))?,
            headers: headers(response.get("headers")),
            body: response_body(response, beside)?,
        },
    })
}

fn address(request: &Tree) -> Result<String, String> {
    if let Some(url) = request.get("url").and_then(Tree::text) {
        return Ok(url.into_owned());
    }
    let path = request.get("urlPath").and_then(Tree::text);
    let mut address = path.ok_or("its address is a pattern, not a text")?.into_owned();
    for (at, (name, pattern)) in
        request.get("queryParameters").map_or(&[][..], Tree::fields).iter().enumerate()
    {
        let value = pattern.get("equalTo").and_then(Tree::text);
        let value = value.ok_or("a query parameter is a pattern, not a text")?;
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let joint = if at == 0 { '?' } else { '&' };
        let _ = write!(address, "{joint}{}={}", encoded(name), encoded(&value));
    }
    Ok(address)
}

/// The headers that are told as text.
fn equal_headers(tree: Option<&Tree>) -> Headers {
    let equal = |(name, pattern): &(Box<str>, Tree)| {
        Some((name.to_string(), pattern.get("equalTo")?.bytes()?.into_owned()))
    };
    tree.map_or(&[][..], Tree::fields).iter().filter_map(equal).collect()
}

fn request_body(patterns: Option<&Tree>) -> Result<Vec<u8>, String> {
    let Some(pattern) = patterns.and_then(|patterns| patterns.items().first()) else {
        return Ok(Vec::new());
    };
    if let Some(text) = pattern.get("binaryEqualTo") {
        return bodies::base64(text);
    }
    let text = ["equalTo", "equalToJson", "equalToXml"].iter().find_map(|key| pattern.get(key));
    match text {
        Some(value @ (Tree::Map(_) | Tree::List(_))) => Ok(value.to_json().into_bytes()),
        Some(text) => bodies::plain(Some(text)),
        None => Err("the request's body is a pattern, not a text".to_owned()),
    }
}

fn response_body(response: &Tree, beside: &dyn Beside) -> Result<Vec<u8>, String> {
    if let Some(text) = response.get("base64Body") {
        return bodies::base64(text);
    }
    if let Some(value) = response.get("jsonBody") {
        return Ok(value.to_json().into_bytes());
    }
    match response.get("bodyFileName").and_then(Tree::text) {
        Some(name) => beside
            .body_file(&name)
            .ok_or_else(|| "the file of the answer's body is not there".to_owned()),
        None => bodies::plain(response.get("body")),
    }
}
