//! Compressed request bodies, for the operations whose models name encodings.

use std::borrow::Cow;
use std::io::{Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, header};
use standin_model::{Location, Protocol};

use crate::routing::needs_body;
use crate::{Call, ParseError};

/// The size from which clients compress unless they are configured otherwise.
const THRESHOLD: usize = 10_240;

/// Client: compresses a large body where the operation takes it.
pub(crate) fn compress(call: &Call, request: &mut Request<Bytes>) {
    let takes_gzip = call.operation.request_compression.contains(&"gzip");
    if !takes_gzip || request.body().len() < THRESHOLD {
        return;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(request.body()).and_then(|()| encoder.finish());
    *request.body_mut() = written.expect("bytes are written to memory").into();
    let encodings = match encodings(request.headers()) {
        "" => "gzip".to_owned(),
        own => format!("{own}, gzip"),
    };
    if let Ok(value) = HeaderValue::from_str(&encodings) {
        request.headers_mut().insert(header::CONTENT_ENCODING, value);
    }
}

/// A compressed body that can't be unpacked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// It is no gzip, or breaks off.
    #[error("the body is no gzip: {0}")]
    Malformed(String),
    /// It holds more than the limit, in bytes.
    #[error("the body holds more than {0} bytes")]
    TooLarge(u64),
}

impl Call {
    /// Server: undoes the compression that a client put upon a request, as the last coding of `Content-Encoding`,
    /// which is taken off; none where there is none.
    ///
    /// In REST protocols the header may be the object's own, as a member of the input; there, and in S3's protocol,
    /// only a model that speaks of compression says that it isn't.
    pub fn unpack(
        &self,
        headers: &mut HeaderMap,
        body: &[u8],
        limit: u64,
    ) -> Result<Option<Bytes>, UnpackError> {
        let encodings = encodings(headers).to_owned();
        let (own, last) = encodings.rsplit_once(',').unwrap_or(("", &encodings));
        if !last.trim().eq_ignore_ascii_case("gzip") || self.keeps_encoding() {
            return Ok(None);
        }
        let body = inflate(body, limit)?;
        match HeaderValue::from_str(own.trim()) {
            Ok(own) if !own.is_empty() => {
                headers.insert(header::CONTENT_ENCODING, own);
            }
            _ => drop(headers.remove(header::CONTENT_ENCODING)),
        }
        headers.remove(header::CONTENT_LENGTH);
        Ok(Some(body))
    }

    /// Whether `Content-Encoding` is a property of what is sent, not of the sending.
    fn keeps_encoding(&self) -> bool {
        if !self.operation.request_compression.is_empty() {
            return false;
        }
        let structure = self.input().and_then(|shape| shape.structure());
        let mut members = structure.into_iter().flat_map(|structure| &structure.members);
        match self.protocol {
            Protocol::RestXml => true,
            Protocol::RestJson => members.any(|member| {
                member.location == Location::Header
                    && member.wire_name().eq_ignore_ascii_case("content-encoding")
            }),
            _ => false,
        }
    }
}

fn inflate(packed: &[u8], limit: u64) -> Result<Bytes, UnpackError> {
    let mut body = Vec::new();
    let mut decoder = MultiGzDecoder::new(packed).take(limit.saturating_add(1));
    let read = decoder.read_to_end(&mut body);
    read.map_err(|error| UnpackError::Malformed(error.to_string()))?;
    if body.len() as u64 > limit {
        return Err(UnpackError::TooLarge(limit));
    }
    Ok(body.into())
}

/// The most that a compressed form holds which is looked into for its action.
const FORM_LIMIT: u64 = 64 << 20;

/// A compressed form as its text, to be routed by; none where it is not compressed, or can't be unpacked.
pub(crate) fn form(parts: &Parts, body: &[u8]) -> Option<Bytes> {
    let is_gzip = encodings(&parts.headers).trim().eq_ignore_ascii_case("gzip");
    if is_gzip && needs_body(parts) { inflate(body, FORM_LIMIT).ok() } else { None }
}

/// Server: undoes the compression of a request whose caller has not done so.
pub(crate) fn decompress<'r>(
    call: &Call,
    request: &'r Request<Bytes>,
    limit: u64,
) -> Result<Cow<'r, Request<Bytes>>, ParseError> {
    if encodings(request.headers()).is_empty() {
        return Ok(Cow::Borrowed(request));
    }
    let mut headers = request.headers().clone();
    let unpacked = call.unpack(&mut headers, request.body(), limit);
    let unpacked = unpacked.map_err(|error| ParseError::malformed("gzip", error.to_string()))?;
    let Some(body) = unpacked else { return Ok(Cow::Borrowed(request)) };
    let mut plain = request.clone();
    *plain.headers_mut() = headers;
    *plain.body_mut() = body;
    Ok(Cow::Owned(plain))
}

fn encodings(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_ENCODING);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}
