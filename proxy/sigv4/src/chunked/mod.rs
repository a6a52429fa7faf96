//! aws-chunked framing: read for the record, signed again chunk by chunk.

mod decoder;
mod headers;

use std::ops::Range;

use bytes::Bytes;

use crate::Signer;
use crate::canonical::sha256_hex;
use crate::resign::Link;

pub use decoder::{ChunkDecoder, ChunkHead, ChunkLimits, Piece, Trailer};
pub use headers::{Framing, FramingError, strip_framing};

/// A body taken out of its framing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunked {
    /// The payload.
    pub payload: Bytes,
    /// The trailers, the signature's aside, names in lower case.
    pub trailers: Vec<(String, String)>,
}

/// Framing that can't be read. Places are counted from the body's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkedError {
    /// The size of a chunk is not hex, or too large for a number.
    #[error("malformed chunk size at byte {0}")]
    Size(u64),
    /// A chunk is larger than the limit.
    #[error("the chunk at byte {0} is too large")]
    ChunkTooLarge(u64),
    /// A chunk is smaller than the limit, and another one follows.
    #[error("the chunk at byte {0} is too small for one that is not the last")]
    ChunkTooSmall(u64),
    /// The first line of a chunk is longer than the limit, or the trailers are longer or more.
    #[error("the line at byte {0} is too long, or one too many")]
    Line(u64),
    /// The body ends inside a chunk, or without its last line.
    #[error("the chunked body is cut short")]
    Truncated,
    /// A chunk does not end in a line break.
    #[error("missing line break after the chunk at byte {0}")]
    Separator(u64),
    /// The chunks together are shorter or longer than the payload was said to be.
    #[error("the chunks do not hold the {announced} bytes that x-amz-decoded-content-length says")]
    Length {
        /// What `x-amz-decoded-content-length` says.
        announced: u64,
    },
    /// A chunk has no signature, or one of the wrong length.
    #[error("a chunk lacks its signature")]
    Unsigned,
    /// A trailer is not text, has no name, or stands after the end.
    #[error("malformed trailer at byte {0}")]
    Trailer(u64),
}

/// Takes a body out of aws-chunked framing; `announced` is what `x-amz-decoded-content-length` says.
pub fn decode_chunked(body: &[u8], announced: Option<u64>) -> Result<Chunked, ChunkedError> {
    let mut payload = Vec::with_capacity(body.len());
    let mut trailers = Vec::new();
    read(body, announced, |piece| match piece {
        Piece::Data(data) => payload.extend_from_slice(data),
        Piece::Trailer(trailer) if !trailer.is_signature() => {
            trailers.push((trailer.name, trailer.value));
        }
        Piece::Chunk(_) | Piece::Trailer(_) => {}
    })?;
    Ok(Chunked { payload: payload.into(), trailers })
}

/// Signs each chunk, and the trailer where one is signed, anew; the length stays the same.
///
/// `seed` is the signature of the request's head.
pub fn resign_chunked(
    body: &[u8],
    seed: &str,
    signer: &Signer<'_>,
) -> Result<Vec<u8>, ChunkedError> {
    let (chunks, trailers) = frames(body)?;
    let mut copy = body.to_vec();
    let mut chain = signer.chain(seed);
    for (head, data) in chunks {
        let place = head.signature.ok_or(ChunkedError::Unsigned)?;
        put(&mut copy, place, &chain.sign(&Link::Chunk(&sha256_hex(data))))?;
    }
    let (signature, trailers): (Vec<_>, Vec<_>) =
        trailers.into_iter().partition(Trailer::is_signature);
    let Some(Trailer { place, .. }) = signature.into_iter().next() else { return Ok(copy) };
    let trailers: Vec<_> = trailers.into_iter().map(|it| (it.name, it.value)).collect();
    put(&mut copy, place, &chain.sign(&Link::Trailers(&trailers)))?;
    Ok(copy)
}

/// A chunk's head, and its data.
pub(crate) type Chunk<'b> = (ChunkHead, &'b [u8]);

/// The chunks and trailers of a body that is here as a whole, so that each chunk's data is one piece.
pub(crate) fn frames(body: &[u8]) -> Result<(Vec<Chunk<'_>>, Vec<Trailer>), ChunkedError> {
    let (mut chunks, mut trailers) = (Vec::<Chunk<'_>>::new(), Vec::new());
    read(body, None, |piece| match piece {
        Piece::Chunk(head) => chunks.push((head, &[])),
        Piece::Data(data) => {
            if let Some(last) = chunks.last_mut() {
                last.1 = data;
            }
        }
        Piece::Trailer(trailer) => trailers.push(trailer),
    })?;
    Ok((chunks, trailers))
}

fn read<'b>(
    body: &'b [u8],
    announced: Option<u64>,
    mut take: impl FnMut(Piece<'b>),
) -> Result<(), ChunkedError> {
    let mut decoder = ChunkDecoder::new(ChunkLimits::default(), announced);
    let mut rest = body;
    while let Some(piece) = decoder.next(&mut rest)? {
        take(piece);
    }
    decoder.finish()
}

pub(crate) fn put(body: &mut [u8], place: Range<u64>, signature: &str) -> Result<(), ChunkedError> {
    let index = |at: u64| usize::try_from(at).expect("a place in memory");
    let place = index(place.start)..index(place.end);
    if place.len() != signature.len() {
        return Err(ChunkedError::Unsigned);
    }
    body[place].copy_from_slice(signature.as_bytes());
    Ok(())
}
