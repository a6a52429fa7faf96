//! The JSON of google/go-replayers' httpreplay.
//!
//! It clears some values to the word `CLEARED`, removes Authorization, Host and Content-Type from requests
//! (the type stands apart), and keeps bodies in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::super::Passage;
use super::super::raw::{Headers, Raw, RawRequest, RawResponse};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct File {
    version: String,
    entries: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    method: String,
    #[serde(rename = "URL")]
    url: String,
    header: Option<Named>,
    media_type: Option<String>,
    body_parts: Option<Vec<Option<String>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    status_code: u16,
    header: Option<Named>,
    body: Option<String>,
}

type Named = std::collections::BTreeMap<String, Vec<String>>;

/// The passages of a file, in its order.
pub(in super::super) fn read(content: &[u8]) -> Result<Vec<Passage>, String> {
    let file: File = serde_json::from_slice(content)
        .map_err(|error| format!("not a recording of httpreplay: {error}"))?;
    if !file.version.starts_with("0.") {
        return Err(format!("httpreplay version {} is not known here", file.version));
    }
    file.entries.unwrap_or_default().into_iter().map(passage).collect()
}

fn passage(entry: Entry) -> Result<Passage, String> {
    let Entry { request, response } = entry;
    let body = STANDARD.decode(response.body.unwrap_or_default());
    let body = body.map_err(|error| format!("the response's body: {error}"))?;
    let headers = headers(response.header);
    let response = RawResponse { status: response.status_code, headers, body };
    Raw { request: self::request(request)?, response }.passage()
}

fn request(raw: Request) -> Result<RawRequest, String> {
    let mut body = Vec::new();
    for part in raw.body_parts.unwrap_or_default().into_iter().flatten() {
        let part = STANDARD.decode(part).map_err(|error| format!("the request's body: {error}"))?;
        body.extend_from_slice(&part);
    }
    let mut headers = headers(raw.header);
    if let Some(media_type) = raw.media_type.filter(|text| !text.is_empty()) {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        headers.push(("content-type".to_owned(), media_type.into_bytes()));
    }
    Ok(RawRequest { method: raw.method, url: raw.url, headers, body, drops_signature: false })
}

fn headers(named: Option<Named>) -> Headers {
    let each = |(name, values): (String, Vec<String>)| {
        values.into_iter().map(move |value| (name.clone(), value.into_bytes()))
    };
    named.unwrap_or_default().into_iter().flat_map(each).collect()
}
