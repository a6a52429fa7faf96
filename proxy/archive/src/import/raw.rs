//! An exchange as the formats have it, and how it becomes a passage: the same for all of them.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header,
};
use standin_model::{Timestamp, TimestampFormat};
use standin_sigv4::{Chunked, Framing, decode_chunked, strip_framing};
use standin_tape::Signing;

use super::Passage;

/// What stands in the place of what httpreplay cleared.
const CLEARED: &str = "CLEARED";

/// Headers in the file's order, several of one name too.
pub(super) type Headers = Vec<(String, Vec<u8>)>;

/// A request and its answer, as a file has them.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw {
    pub(super) request: RawRequest,
    pub(super) response: RawResponse,
}

/// A request of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct RawRequest {
    pub(super) method: String,
    /// With scheme and host.
    pub(super) url: String,
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
    /// Whether the format keeps the headers that a signature is in.
    pub(super) drops_signature: bool,
}

/// An answer of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct RawResponse {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
}

impl Raw {
    /// The passage, or what is malformed.
    pub(super) fn passage(mut self) -> Result<Passage, String> {
        let response = self.response.response()?;
        let date = response.headers().get(header::DATE).and_then(|value| value.to_str().ok());
        let date = date.and_then(|text| Timestamp::parse(text, TimestampFormat::Rfc822).ok());
        let mut unusable = None;
        if self.request.body == CLEARED.as_bytes() {
            self.request.body.clear();
            unusable = Some("the request's body was cleared by the recorder".to_owned());
        }
        let signing = self.request.signing();
        let request = self.request.request()?;
        Ok(Passage { request, unusable, response, date, signing })
    }
}

impl RawRequest {
    /// The signature itself may be taken out, but what stands beside it is not.
    fn signing(&self) -> Signing {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let is_signature = |pair: &str| {
            pair.starts_with("X-Amz-Algorithm=") || pair.starts_with("AWSAccessKeyId=")
        };
        let has =
            |wanted: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if query.split('&').any(is_signature) {
            Signing::Query
        } else if self.drops_signature || has("x-amz-date") || has("authorization") {
            Signing::Header
        } else {
            Signing::None
        }
    }

    fn request(self) -> Result<Request<Bytes>, String> {
        let uri: Uri = self.url.parse().map_err(|_| "the URL is malformed".to_owned())?;
        let host = uri.authority().ok_or("the URL has no host")?.as_str();
        let usual = if uri.scheme_str() == Some("http") { ":80" } else { ":443" };
        let host = host.strip_suffix(usual).unwrap_or(host).to_owned();
        let mut headers = headers(self.headers)?;
        headers.insert(header::HOST, value(host.as_bytes())?);
        let body = unframed(&mut headers, self.body.into())?;
        let method = self.method.to_ascii_uppercase().parse::<Method>();
        let method = method.map_err(|_| "the method is malformed")?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let request = Request::builder().method(method).uri(path);
        let mut request = request.body(body).map_err(|error| error.to_string())?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

impl RawResponse {
    fn response(self) -> Result<Response<Bytes>, String> {
        let mut response = Response::new(Bytes::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status)
            .map_err(|_| format!("{} is no HTTP status", self.status))?;
        *response.headers_mut() = headers(self.headers)?;
        Ok(response)
    }
}

/// Several values of one name become one, as HTTP allows; cleared ones go.
fn headers(raw: Headers) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, text) in raw {
        // HTTP/2's own (`:path`) are in the request line.
        if text == CLEARED.as_bytes() || name.starts_with(':') {
            continue;
        }
        let parsed = HeaderName::from_bytes(name.as_bytes());
        let name = parsed.map_err(|_| format!("the header name `{name}` is malformed"))?;
        let joined = match headers.get(&name) {
            Some(before) => [HeaderValue::as_bytes(before), b", ", &text].concat(),
            None => text,
        };
        headers.insert(name, value(&joined)?);
    }
    Ok(headers)
}

fn value(bytes: &[u8]) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(bytes).map_err(|_| "a header's value is malformed".to_owned())
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
        headers.insert(name, value(text.as_bytes())?);
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(payload.len()));
    Ok(payload)
}
