//! aws-chunked framing: read for the record, signed again chunk by chunk.

use std::ops::Range;

use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::http::Headers;
use bytes::Bytes;

use crate::sign::{SignError, Signer, params};

/// A body taken out of its framing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunked {
    /// The payload.
    pub payload: Bytes,
    /// The trailers, the signature's aside, names in lower case.
    pub trailers: Vec<(String, String)>,
}

/// Framing that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkedError {
    /// The size of a chunk is not hex, or too large.
    #[error("malformed chunk size at byte {0}")]
    Size(usize),
    /// The body ends inside a chunk.
    #[error("the chunked body is cut short")]
    Truncated,
    /// A chunk does not end in a line break.
    #[error("missing line break after the chunk at byte {0}")]
    Separator(usize),
    /// A chunk has no signature, or one of the wrong length.
    #[error("a chunk lacks its signature")]
    Unsigned,
    /// A trailer is not text.
    #[error("malformed trailer at byte {0}")]
    Trailer(usize),
}

const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

/// Takes a body out of aws-chunked framing.
pub fn decode_chunked(body: &[u8]) -> Result<Chunked, ChunkedError> {
    let frames = read(body)?;
    let mut payload = Vec::with_capacity(body.len());
    for chunk in &frames.chunks {
        payload.extend_from_slice(&body[chunk.data.clone()]);
    }
    let trailers = frames.trailers.into_iter().filter(|trailer| trailer.0 != TRAILER_SIGNATURE);
    Ok(Chunked {
        payload: payload.into(),
        trailers: trailers.map(|(name, value, _)| (name, value)).collect(),
    })
}

/// Signs each chunk, and the trailer where one is signed, anew; the length stays the same.
///
/// `seed` is the signature of the request's head.
pub fn resign_chunked(body: &[u8], seed: &str, signer: &Signer<'_>) -> Result<Vec<u8>, SignError> {
    let frames = read(body)?;
    let mut copy = body.to_vec();
    let identity = Identity::from(signer.credentials.clone());
    let params = params(signer, &identity, ());
    let mut running = seed.to_owned();
    for chunk in &frames.chunks {
        let place = chunk.signature.clone().ok_or(ChunkedError::Unsigned)?;
        let data = Bytes::copy_from_slice(&body[chunk.data.clone()]);
        running = v4::sign_chunk(&data, &running, &params)?.into_parts().1;
        put(&mut copy, place, &running)?;
    }
    let Some((_, _, place)) = frames.trailers.iter().find(|trailer| trailer.0 == TRAILER_SIGNATURE)
    else {
        return Ok(copy);
    };
    let mut headers = Headers::new();
    for (name, value, _) in frames.trailers.iter().filter(|trailer| trailer.0 != TRAILER_SIGNATURE)
    {
        headers
            .try_append(name.clone(), value.clone())
            .map_err(|_| ChunkedError::Trailer(place.start))?;
    }
    let signature = v4::sign_trailer(&headers, &running, &params)?.into_parts().1;
    put(&mut copy, place.clone(), &signature)?;
    Ok(copy)
}

/// Where the parts of a framed body lie.
struct Frames {
    chunks: Vec<Chunk>,
    trailers: Vec<(String, String, Range<usize>)>,
}

struct Chunk {
    signature: Option<Range<usize>>,
    data: Range<usize>,
}

fn put(body: &mut [u8], place: Range<usize>, signature: &str) -> Result<(), ChunkedError> {
    if place.len() != signature.len() {
        return Err(ChunkedError::Unsigned);
    }
    body[place].copy_from_slice(signature.as_bytes());
    Ok(())
}

fn read(body: &[u8]) -> Result<Frames, ChunkedError> {
    let mut chunks = Vec::new();
    let mut at = 0;
    loop {
        let (line, next) = line(body, at).ok_or(ChunkedError::Truncated)?;
        let (size, signature) = chunk_head(body, line)?;
        let end = next.checked_add(size).filter(|end| *end <= body.len());
        let data = next..end.ok_or(ChunkedError::Truncated)?;
        at = data.end;
        chunks.push(Chunk { signature, data });
        if size == 0 {
            return Ok(Frames { chunks, trailers: trailers(body, at)? });
        }
        if body.get(at..at + 2) != Some(b"\r\n") {
            return Err(ChunkedError::Separator(at));
        }
        at += 2;
    }
}

/// The size in a chunk's first line, and where its signature lies.
fn chunk_head(
    body: &[u8],
    line: Range<usize>,
) -> Result<(usize, Option<Range<usize>>), ChunkedError> {
    const NAME: &str = ";chunk-signature=";
    let malformed = || ChunkedError::Size(line.start);
    let text = std::str::from_utf8(&body[line.clone()]).map_err(|_| malformed())?;
    let digits = text.split(';').next().unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(malformed());
    }
    let size = usize::from_str_radix(digits, 16).map_err(|_| malformed())?;
    let signature = text.find(NAME).map(|place| line.start + place + NAME.len()..line.end);
    Ok((size, signature))
}

/// The lines after the last chunk, until an empty one or the end.
fn trailers(
    body: &[u8],
    mut at: usize,
) -> Result<Vec<(String, String, Range<usize>)>, ChunkedError> {
    let mut trailers = Vec::new();
    while let Some((range, next)) = line(body, at) {
        if range.is_empty() {
            break;
        }
        let malformed = || ChunkedError::Trailer(range.start);
        let text = std::str::from_utf8(&body[range.clone()]).map_err(|_| malformed())?;
        let (name, value) = text.split_once(':').ok_or_else(malformed)?;
        let start = range.end - value.trim_start().len();
        trailers.push((
            name.trim().to_ascii_lowercase(),
            value.trim().to_owned(),
            start..start + value.trim().len(),
        ));
        at = next;
    }
    Ok(trailers)
}

/// The line at a place without its break, and where the next begins.
fn line(body: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let rest = body.get(at..)?;
    let length = rest.iter().position(|byte| *byte == b'\n')?;
    let text = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
    Some((at..at + text.len(), at + length + 1))
}
