//! HTTP Archive 1.2.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::{Value, json};

use super::render::Rendered;

pub(super) fn write(exchanges: &[Rendered]) -> String {
    let entries: Vec<Value> = exchanges.iter().map(entry).collect();
    let creator = json!({"name": "standin", "version": env!("CARGO_PKG_VERSION")});
    let archive = json!({"log": {"version": "1.2", "creator": creator, "entries": entries}});
    format!("{archive:#}\n")
}

fn entry(exchange: &Rendered) -> Value {
    json!({
        "startedDateTime": super::iso(exchange.time),
        "time": 0,
        "request": request(exchange),
        "response": response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    })
}

fn request(exchange: &Rendered) -> Value {
    let request = &exchange.request;
    let pairs = request.uri().query().unwrap_or_default().split('&');
    let pairs = pairs.filter(|pair| !pair.is_empty());
    let query: Vec<Value> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({"name": decoded(name), "value": decoded(value)})
        })
        .collect();
    let mut written = json!({
        "method": request.method().as_str(),
        "url": request.uri().to_string(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(request.headers()),
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body().len(),
    });
    if !request.body().is_empty() {
        let mut data = body(request.body());
        data["mimeType"] = media_type(request.headers()).into();
        written["postData"] = data;
    }
    written
}

fn response(exchange: &Rendered) -> Value {
    let response = &exchange.response;
    let mut content = body(response.body());
    content["size"] = response.body().len().into();
    content["mimeType"] = media_type(response.headers()).into();
    json!({
        "status": response.status().as_u16(),
        "statusText": response.status().canonical_reason().unwrap_or_default(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(response.headers()),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": response.body().len(),
    })
}

fn headers(headers: &HeaderMap) -> Vec<Value> {
    headers
        .iter()
        .map(|(name, value)| {
            json!({"name": name.as_str(), "value": String::from_utf8_lossy(value.as_bytes())})
        })
        .collect()
}

/// A body as text, or in base64; of requests too, which HAR has no word for and readers know.
fn body(bytes: &Bytes) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({"text": text}),
        Err(_) => json!({"text": STANDARD.encode(bytes), "encoding": "base64"}),
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    String::from_utf8_lossy(value.unwrap_or_default()).into_owned()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
