//! The JSON of google/go-replayers' httpreplay.
//!
//! It clears some values to the word `CLEARED`, removes Authorization, Host and Content-Type from requests
//! (the type stands apart), and keeps bodies in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri, header};
use serde::Deserialize;
use standin_model::{Timestamp, TimestampFormat};
use standin_sigv4::{Chunked, Framing, decode_chunked, strip_framing};
use standin_tape::Signing;

use super::Passage;

/// What stands in the place of what was cleared.
const CLEARED: &str = "CLEARED";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct File {
    version: String,
    entries: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    request: RawRequest,
    response: RawResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawRequest {
    method: String,
    #[serde(rename = "URL")]
    url: String,
    header: Option<Headers>,
    media_type: Option<String>,
    body_parts: Option<Vec<Option<String>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawResponse {
    status_code: u16,
    header: Option<Headers>,
    body: Option<String>,
}

type Headers = std::collections::BTreeMap<String, Vec<String>>;

/// The passages of a file, in its order.
pub(super) fn read(content: &[u8]) -> Result<Vec<Passage>, String> {
    let file: File = serde_json::from_slice(content)
        .map_err(|error| format!("not a recording of httpreplay: {error}"))?;
    if !file.version.starts_with("0.") {
        return Err(format!("httpreplay version {} is not known here", file.version));
    }
    file.entries.unwrap_or_default().into_iter().map(passage).collect()
}

fn passage(entry: Entry) -> Result<Passage, String> {
    let response = response(entry.response)?;
    let date = response.headers().get(header::DATE);
    let date = date.and_then(|value| value.to_str().ok());
    let date = date.and_then(|text| Timestamp::parse(text, TimestampFormat::Rfc822).ok());
    let signing = signing(&entry.request);
    let mut unusable = None;
    let request = request(entry.request, &mut unusable)?;
    Ok(Passage { request, unusable, response, date, signing })
}

/// The signature itself is taken out, but what stands beside it is not.
fn signing(request: &RawRequest) -> Signing {
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let is_signature =
        |pair: &str| pair.starts_with("X-Amz-Algorithm=") || pair.starts_with("AWSAccessKeyId=");
    let has_date = |headers: &Headers| headers.contains_key("X-Amz-Date");
    if query.split('&').any(is_signature) {
        Signing::Query
    } else if request.header.as_ref().is_some_and(has_date) {
        Signing::Header
    } else {
        Signing::None
    }
}

fn request(raw: RawRequest, unusable: &mut Option<String>) -> Result<Request<Bytes>, String> {
    let mut body = body(raw.body_parts)?;
    if body == CLEARED {
        *unusable = Some("the request's body was cleared by the recorder".to_owned());
        body = Bytes::new();
    }
    let uri: Uri = raw.url.parse().map_err(|_| "the URL is malformed".to_owned())?;
    let host = uri.authority().ok_or("the URL has no host")?.as_str().to_owned();
    let mut headers = headers(raw.header.unwrap_or_default())?;
    headers.insert(header::HOST, value(&host)?);
    if let Some(media_type) = raw.media_type.filter(|text| !text.is_empty()) {
        headers.insert(header::CONTENT_TYPE, value(&media_type)?);
    }
    let body = unframed(&mut headers, body)?;
    let method = raw.method.parse::<http::Method>().map_err(|_| "the method is malformed")?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let request = Request::builder().method(method).uri(path);
    let mut request = request.body(body).map_err(|error| error.to_string())?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn response(raw: RawResponse) -> Result<Response<Bytes>, String> {
    let body = STANDARD.decode(raw.body.unwrap_or_default());
    let body = body.map_err(|error| format!("the response's body: {error}"))?;
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = http::StatusCode::from_u16(raw.status_code)
        .map_err(|_| format!("{} is no HTTP status", raw.status_code))?;
    *response.headers_mut() = headers(raw.header.unwrap_or_default())?;
    Ok(response)
}

fn body(parts: Option<Vec<Option<String>>>) -> Result<Bytes, String> {
    let mut body = Vec::new();
    for part in parts.unwrap_or_default().into_iter().flatten() {
        let part = STANDARD.decode(part).map_err(|error| format!("the request's body: {error}"))?;
        body.extend_from_slice(&part);
    }
    Ok(body.into())
}

/// Several values of one name become one, as HTTP allows; cleared ones go.
fn headers(raw: Headers) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, values) in raw {
        let values: Vec<_> = values.into_iter().filter(|text| text != CLEARED).collect();
        if values.is_empty() {
            continue;
        }
        let parsed = HeaderName::from_bytes(name.as_bytes());
        let parsed = parsed.map_err(|_| format!("the header name `{name}` is malformed"))?;
        headers.insert(parsed, value(&values.join(", "))?);
    }
    Ok(headers)
}

fn value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| "a header's value is malformed".to_owned())
}

/// Takes aws-chunked off: what is kept is the object, with its checksum as a header.
fn unframed(headers: &mut HeaderMap, body: Bytes) -> Result<Bytes, String> {
    let framing = Framing::of(headers).map_err(|error| error.to_string())?;
    let Some(framing) = framing else {
        headers.remove("x-amz-content-sha256");
        return Ok(body);
    };
    let Chunked { payload, trailers } = decode_chunked(&body, framing.decoded_length)
        .map_err(|error| format!("the aws-chunked body is malformed: {error}"))?;
    strip_framing(headers);
    for (name, text) in trailers {
        let name: HeaderName = name.parse().map_err(|_| "a trailer's name is malformed")?;
        headers.insert(name, value(&text)?);
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(payload.len()));
    Ok(payload)
}
