//! Chunk-signed bodies on their way: each chunk is verified with the client's key and signed anew.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use crate::canonical::sha256_hex;
use crate::verify::same;
use crate::{
    ChunkDecoder, ChunkHead, ChunkLimits, ChunkedError, ContentHasher, Piece, Scope, SigningKey,
    Trailer,
};

/// Signs the chunks of one body, one after the other.
#[derive(Clone, Debug)]
pub struct Chain {
    key: SigningKey,
    timestamp: String,
    scope: Scope,
    running: String,
}

/// Verifies the chunks of a body by one chain and signs them by another, as they come. The length stays the
/// same. What it holds is one chunk at most: its signature stands before its data.
#[derive(Debug)]
pub struct Resigner {
    decoder: ChunkDecoder,
    inbound: Chain,
    outbound: Chain,
    /// What was read and not given on, from the place `base` of the body.
    held: BytesMut,
    base: u64,
    chunk: Option<OpenChunk>,
    trailers: Vec<(String, String)>,
    trailers_signed: bool,
}

/// A chunk whose data has not all come.
#[derive(Debug)]
struct OpenChunk {
    left: u64,
    signature: Range<u64>,
    hasher: ContentHasher,
}

/// A chunk-signed body that does not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResignError {
    /// The framing can't be read.
    #[error(transparent)]
    Framing(#[from] ChunkedError),
    /// A chunk was signed with another key, or changed afterwards.
    #[error("the signature of the chunk at byte {0} does not match")]
    Chunk(u64),
    /// The trailers were signed with another key, or changed afterwards.
    #[error("the signature of the trailers does not match")]
    Trailers,
}

/// The largest chunk that is held: SDKs make chunks of 64 KiB to 1 MiB.
const LARGEST: u64 = 16 << 20;

impl Chain {
    /// A chain that begins with the signature of the request's head.
    pub fn new(key: SigningKey, timestamp: String, scope: Scope, seed: String) -> Self {
        Self { key, timestamp, scope, running: seed }
    }

    /// The signature of a chunk with that SHA-256.
    fn chunk(&mut self, hash: &str) -> &str {
        let before = sha256_hex(b"");
        self.sign("AWS4-HMAC-SHA256-PAYLOAD", &format!("{before}\n{hash}"))
    }

    /// The signature of the trailers.
    fn trailers(&mut self, trailers: &[(String, String)]) -> &str {
        let text: String =
            trailers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        self.sign("AWS4-HMAC-SHA256-TRAILER", &sha256_hex(text.as_bytes()))
    }

    fn sign(&mut self, algorithm: &str, hashes: &str) -> &str {
        let Self { timestamp, scope, running, .. } = self;
        let text = format!("{algorithm}\n{timestamp}\n{scope}\n{running}\n{hashes}");
        self.running = self.key.sign(text.as_bytes());
        &self.running
    }
}

impl Resigner {
    /// A body that the client signed by `inbound`, to be signed by `outbound`. `announced` is the length that
    /// `x-amz-decoded-content-length` says.
    pub fn new(announced: Option<u64>, inbound: Chain, outbound: Chain) -> Self {
        let limits = ChunkLimits { chunk: LARGEST, ..ChunkLimits::default() };
        Self {
            decoder: ChunkDecoder::new(limits, announced),
            inbound,
            outbound,
            held: BytesMut::new(),
            base: 0,
            chunk: None,
            trailers: Vec::new(),
            trailers_signed: false,
        }
    }

    /// Takes the next part of the body; gives what can go on, and adds the payload in it to `payload`.
    pub fn push(&mut self, part: &[u8], payload: &mut Vec<u8>) -> Result<Bytes, ResignError> {
        // What ends inside a line is held too: a signature may stand there.
        let mut ready = 0;
        let mut rest = part;
        loop {
            let before = rest;
            let piece = self.decoder.next(&mut rest)?;
            self.held.extend_from_slice(&before[..before.len() - rest.len()]);
            let Some(piece) = piece else { break };
            match piece {
                Piece::Chunk(head) => self.open(head)?,
                Piece::Data(data) => {
                    payload.extend_from_slice(data);
                    self.data(data)?;
                }
                Piece::Trailer(trailer) => self.trailer(trailer)?,
            }
            if self.chunk.is_none() {
                ready = self.held.len();
            }
        }
        Ok(self.give(ready))
    }

    /// The body has come to its end; gives what is left of it.
    pub fn finish(&mut self) -> Result<Bytes, ResignError> {
        self.decoder.finish()?;
        if !self.trailers.is_empty() && !self.trailers_signed {
            return Err(ResignError::Trailers);
        }
        Ok(self.give(self.held.len()))
    }

    /// The trailers, the signature's aside.
    pub fn into_trailers(self) -> Vec<(String, String)> {
        self.trailers
    }

    fn give(&mut self, count: usize) -> Bytes {
        self.base += count as u64;
        self.held.split_to(count).freeze()
    }

    fn open(&mut self, head: ChunkHead) -> Result<(), ResignError> {
        let signature = head.signature.ok_or(ChunkedError::Unsigned)?;
        let hasher = ContentHasher::default();
        self.chunk = Some(OpenChunk { left: head.size, signature, hasher });
        if head.size == 0 { self.close() } else { Ok(()) }
    }

    fn data(&mut self, data: &[u8]) -> Result<(), ResignError> {
        let Some(chunk) = &mut self.chunk else { return Ok(()) };
        chunk.hasher.update(data);
        chunk.left = chunk.left.saturating_sub(data.len() as u64);
        if chunk.left == 0 { self.close() } else { Ok(()) }
    }

    /// All data of a chunk is here.
    fn close(&mut self) -> Result<(), ResignError> {
        let Some(chunk) = self.chunk.take() else { return Ok(()) };
        let hash = chunk.hasher.hex();
        let place = self.place(&chunk.signature).ok_or(ChunkedError::Unsigned)?;
        if !same(self.inbound.chunk(&hash).as_bytes(), &self.held[place.clone()]) {
            return Err(ResignError::Chunk(chunk.signature.start));
        }
        self.held[place].copy_from_slice(self.outbound.chunk(&hash).as_bytes());
        Ok(())
    }

    fn trailer(&mut self, trailer: Trailer) -> Result<(), ResignError> {
        if self.trailers_signed {
            return Err(ResignError::Trailers);
        }
        if !trailer.is_signature() {
            self.trailers.push((trailer.name, trailer.value));
            return Ok(());
        }
        let place = self.place(&trailer.place).ok_or(ResignError::Trailers)?;
        if !same(self.inbound.trailers(&self.trailers).as_bytes(), &self.held[place.clone()]) {
            return Err(ResignError::Trailers);
        }
        self.held[place].copy_from_slice(self.outbound.trailers(&self.trailers).as_bytes());
        self.trailers_signed = true;
        Ok(())
    }

    /// Where a signature stands in what is held; none if it is not of a signature's length.
    fn place(&self, place: &Range<u64>) -> Option<Range<usize>> {
        let index = |at: u64| usize::try_from(at.checked_sub(self.base)?).ok();
        let place = index(place.start)?..index(place.end)?;
        (place.len() == 64 && place.end <= self.held.len()).then_some(place)
    }
}
