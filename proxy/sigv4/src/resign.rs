//! Chunk-signed bodies on their way: each chunk is verified with the client's key and signed anew.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use crate::canonical::sha256_hex;
use crate::ecdsa::{PADDED, unpadded};
use crate::{
    Algorithm, ChunkDecoder, ChunkHead, ChunkLimits, ChunkedError, ContentHasher, Piece, Scope,
    Signature, SigningKey, Trailer,
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

/// What is signed after what was signed before.
pub(crate) enum Link<'l> {
    /// A chunk with that SHA-256.
    Chunk(&'l str),
    /// The trailers.
    Trailers(&'l [(String, String)]),
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

    /// The chain that a client began with the signature of its request.
    pub fn of(signature: &Signature, key: SigningKey) -> Self {
        let Signature { timestamp, scope, signature, .. } = signature;
        Self::new(key, timestamp.clone(), scope.clone(), signature.clone())
    }

    /// How long its signatures are in a body, in characters.
    fn length(&self) -> usize {
        match self.scope.algorithm {
            Algorithm::Hmac => 64,
            Algorithm::Ecdsa => PADDED,
        }
    }

    /// The signature of the next link, as it stands in a body.
    pub(crate) fn sign(&mut self, link: &Link<'_>) -> String {
        self.running = self.key.sign(self.text(link).as_bytes());
        // Stars fill up what is shorter than the others of its kind.
        format!("{:*<width$}", self.running, width = self.length())
    }

    /// Whether that is the signature of the next link; then the chain goes on from it.
    fn verify(&mut self, link: &Link<'_>, signature: &[u8]) -> bool {
        let Ok(signature) = std::str::from_utf8(signature) else { return false };
        let holds = self.key.verifies(self.text(link).as_bytes(), signature);
        if holds {
            unpadded(signature).clone_into(&mut self.running);
        }
        holds
    }

    fn text(&self, link: &Link<'_>) -> String {
        let Self { timestamp, scope, running, .. } = self;
        let (what, hashes) = match link {
            Link::Chunk(hash) => ("PAYLOAD", format!("{}\n{hash}", sha256_hex(b""))),
            Link::Trailers(trailers) => {
                let lines = trailers.iter().map(|(name, value)| format!("{name}:{value}\n"));
                ("TRAILER", sha256_hex(lines.collect::<String>().as_bytes()))
            }
        };
        let algorithm = scope.algorithm.name();
        format!("{algorithm}-{what}\n{timestamp}\n{scope}\n{running}\n{hashes}")
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
        let place = self.place(&chunk.signature).ok_or(ChunkedError::Unsigned)?;
        let hash = chunk.hasher.hex();
        if !self.resign(place, &Link::Chunk(&hash)) {
            return Err(ResignError::Chunk(chunk.signature.start));
        }
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
        let trailers = std::mem::take(&mut self.trailers);
        self.trailers_signed = self.resign(place, &Link::Trailers(&trailers));
        self.trailers = trailers;
        if self.trailers_signed { Ok(()) } else { Err(ResignError::Trailers) }
    }

    /// Puts our signature in place of the client's, if that holds.
    fn resign(&mut self, place: Range<usize>, link: &Link<'_>) -> bool {
        if !self.inbound.verify(link, &self.held[place.clone()]) {
            return false;
        }
        self.held[place].copy_from_slice(self.outbound.sign(link).as_bytes());
        true
    }

    /// Where a signature stands in what is held; none if it is not of a signature's length.
    fn place(&self, place: &Range<u64>) -> Option<Range<usize>> {
        let index = |at: u64| usize::try_from(at.checked_sub(self.base)?).ok();
        let place = index(place.start)?..index(place.end)?;
        (place.len() == self.outbound.length() && place.end <= self.held.len()).then_some(place)
    }
}
