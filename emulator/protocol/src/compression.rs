//! Compressed request bodies, for the operations whose models name encodings.

use std::borrow::Cow;
use std::io::{Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, Request, header};
use standin_model::Protocol;

use crate::{Call, ParseError};

/// The size from which clients compress unless they are configured otherwise.
const THRESHOLD: usize = 10_240;

/// The most that a compressed body may hold.
const LIMIT: u64 = 64 * 1024 * 1024;

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

/// Server: undoes the compression that a client added to a request.
///
/// In REST protocols the header may be the object's own, so there the model decides.
pub(crate) fn decompress<'r>(
    call: &Call,
    request: &'r Request<Bytes>,
) -> Result<Cow<'r, Request<Bytes>>, ParseError> {
    let rest = matches!(call.protocol, Protocol::RestJson | Protocol::RestXml);
    let encodings = encodings(request.headers());
    let (own, last) = encodings.rsplit_once(',').unwrap_or(("", encodings));
    if last.trim() != "gzip" || (rest && call.operation.request_compression.is_empty()) {
        return Ok(Cow::Borrowed(request));
    }
    let mut body = Vec::new();
    let mut decoder = MultiGzDecoder::new(request.body().as_ref()).take(LIMIT + 1);
    decoder
        .read_to_end(&mut body)
        .map_err(|error| ParseError::malformed("gzip", error.to_string()))?;
    if body.len() as u64 > LIMIT {
        return Err(ParseError::malformed("gzip", "the body is too large"));
    }
    let mut plain = request.clone();
    match HeaderValue::from_str(own.trim()) {
        Ok(own) if !own.is_empty() => {
            plain.headers_mut().insert(header::CONTENT_ENCODING, own);
        }
        _ => drop(plain.headers_mut().remove(header::CONTENT_ENCODING)),
    }
    *plain.body_mut() = body.into();
    Ok(Cow::Owned(plain))
}

fn encodings(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_ENCODING);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}
