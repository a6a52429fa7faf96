//! What a request's headers say of aws-chunked framing.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::payload;

/// The coding that names the framing in `Content-Encoding`.
const CODING: &str = "aws-chunked";
const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");

/// The framing that a request's headers announce.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framing {
    /// How long the payload is, in bytes.
    pub decoded_length: Option<u64>,
    /// The names of the trailers that follow the payload, in lower case.
    pub trailers: Vec<String>,
    /// Whether each chunk is signed, as `x-amz-content-sha256` says.
    pub signed: bool,
}

/// A header that describes the framing is malformed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("x-amz-decoded-content-length is no number")]
pub struct FramingError;

impl Framing {
    /// The framing, if the body has one: `Content-Encoding` has `aws-chunked`, or the payload's hash is one of
    /// `STREAMING-`.
    pub fn of(headers: &HeaderMap) -> Result<Option<Self>, FramingError> {
        let hash = headers.get(payload::HEADER).map_or(&b""[..], |hash| hash.as_bytes());
        // The messages of event streams have a framing of their own.
        let streamed = hash.starts_with(b"STREAMING-") && !hash.ends_with(b"-EVENTS");
        if !streamed && !codings(headers).any(is_framing) {
            return Ok(None);
        }
        let signed = hash.starts_with(b"STREAMING-AWS4-");
        let length = headers.get(DECODED_LENGTH).map(|value| {
            let text = value.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            text.and_then(|text| text.parse().ok()).ok_or(FramingError)
        });
        let trailers = headers.get_all(TRAILER).into_iter().filter_map(|value| value.to_str().ok());
        let names = trailers.flat_map(|value| value.split(',')).map(str::trim);
        let names = names.filter(|name| !name.is_empty());
        Ok(Some(Self {
            decoded_length: length.transpose()?,
            trailers: names.map(str::to_ascii_lowercase).collect(),
            signed,
        }))
    }
}

/// Takes off what headers say of the framing; codings of the content itself stay.
pub fn strip_framing(headers: &mut HeaderMap) {
    for name in [DECODED_LENGTH, TRAILER, HeaderName::from_static(payload::HEADER)] {
        headers.remove(name);
    }
    if !codings(headers).any(is_framing) {
        return;
    }
    let kept: Vec<&str> = codings(headers).filter(|coding| !is_framing(coding)).collect();
    let kept = HeaderValue::from_str(&kept.join(", ")).ok().filter(|value| !value.is_empty());
    headers.remove(header::CONTENT_ENCODING);
    headers.extend(kept.map(|value| (header::CONTENT_ENCODING, value)));
}

fn is_framing(coding: &str) -> bool {
    coding.eq_ignore_ascii_case(CODING)
}

fn codings(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::CONTENT_ENCODING).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim).filter(|coding| !coding.is_empty())
}
