//! The one decoder of aws-chunked framing: bytes in, as they come, and the parts of the body out.
//!
//! The form is S3's: `SIZE[;chunk-signature=HEX]\r\nDATA\r\n`, repeated, a chunk of size 0 without data, trailers, an
//! empty line. Lines may end in a bare line feed, and the trailers' signature may stand after the empty line, as S3's
//! documentation of signed trailers has both.

use std::ops::Range;

use super::ChunkedError;

/// The name of the trailer that signs the others.
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

/// How much a framed body may ask of whoever reads it. A body that asks for more is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkLimits {
    /// The longest first line of a chunk, in bytes.
    pub head: usize,
    /// The largest chunk, in bytes.
    pub chunk: u64,
    /// The smallest chunk that another one may follow, in bytes; 0 for any.
    pub least: u64,
    /// The most bytes of trailers together.
    pub trailers: usize,
    /// The most trailers.
    pub trailer_count: usize,
}

/// A part of a framed body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'i> {
    /// A chunk begins; the last one has size 0.
    Chunk(ChunkHead),
    /// Payload, a part of the current chunk. It lies in the input.
    Data(&'i [u8]),
    /// A trailer, the signature's too.
    Trailer(Trailer),
}

/// What the first line of a chunk says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkHead {
    /// How many bytes of payload follow.
    pub size: u64,
    /// Where in the framed body its signature stands.
    pub signature: Option<Range<u64>>,
}

/// A trailer of a framed body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The name, in lower case.
    pub name: String,
    /// The value, without white space around it.
    pub value: String,
    /// Where in the framed body the value stands.
    pub place: Range<u64>,
}

/// Reads aws-chunked framing in whatever parts it comes, holding no more than a line of it.
#[derive(Clone, Debug)]
pub struct ChunkDecoder {
    limits: ChunkLimits,
    announced: Option<u64>,
    state: State,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    /// How many bytes were read.
    at: u64,
    decoded: u64,
    /// Where a chunk stood that only the last may be like.
    short: Option<u64>,
    trailer_bytes: usize,
    trailer_count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Data { left: u64 },
    Separator { start: u64, rest: &'static [u8] },
    Trailers,
    Ended,
    Failed(ChunkedError),
}

// === impl ChunkLimits ===

impl Default for ChunkLimits {
    /// A line of 1 KiB, where SDKs need 90 bytes; 5 GiB a chunk, the largest object that S3 takes at once; 32
    /// trailers in 16 KiB. Chunks may be as small as they like.
    fn default() -> Self {
        Self { head: 1024, chunk: 5 << 30, least: 0, trailers: 16 * 1024, trailer_count: 32 }
    }
}

// === impl Trailer ===

impl Trailer {
    /// Whether it is the signature of the other trailers.
    pub fn is_signature(&self) -> bool {
        self.name == TRAILER_SIGNATURE
    }
}

// === impl ChunkDecoder ===

impl ChunkDecoder {
    /// A decoder at the beginning of a body; `announced` is what `x-amz-decoded-content-length` says.
    pub fn new(limits: ChunkLimits, announced: Option<u64>) -> Self {
        Self {
            limits,
            announced,
            state: State::Head,
            line: Vec::new(),
            at: 0,
            decoded: 0,
            short: None,
            trailer_bytes: 0,
            trailer_count: 0,
        }
    }

    /// Takes the next part off the front of the input; none where all of it is used up and more is needed.
    ///
    /// After an error it gives the same error again.
    pub fn next<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Piece<'i>>, ChunkedError> {
        let piece = self.advance(input);
        if let Err(error) = piece {
            self.state = State::Failed(error);
        }
        piece
    }

    /// Says that no more input comes; an error if the body was not at its end.
    pub fn finish(&self) -> Result<(), ChunkedError> {
        match self.state {
            State::Failed(error) => Err(error),
            State::Ended if self.line.is_empty() => Ok(()),
            _ => Err(ChunkedError::Truncated),
        }
    }

    fn advance<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Piece<'i>>, ChunkedError> {
        loop {
            match self.state {
                State::Failed(error) => return Err(error),
                State::Data { left: 0 } => {
                    self.state = State::Separator { start: self.at, rest: b"\r\n" };
                }
                State::Data { left } => return Ok(self.data(left, input)),
                State::Separator { rest: [], .. } => self.state = State::Head,
                State::Separator { start, rest: [first, rest @ ..] } => match input.first() {
                    None => return Ok(None),
                    Some(byte) if byte == first => {
                        self.take(1, input);
                        self.state = State::Separator { start, rest };
                    }
                    Some(_) => return Err(ChunkedError::Separator(start)),
                },
                State::Head => {
                    let Some(line) = self.line(self.limits.head, input)? else { return Ok(None) };
                    return self.head(&line).map(Some);
                }
                State::Trailers | State::Ended => {
                    let left = self.limits.trailers - self.trailer_bytes;
                    let Some(line) = self.line(left, input)? else { return Ok(None) };
                    if let Some(trailer) = self.trailer(&line)? {
                        return Ok(Some(Piece::Trailer(trailer)));
                    }
                }
            }
        }
    }

    fn take<'i>(&mut self, count: usize, input: &mut &'i [u8]) -> &'i [u8] {
        let (taken, rest) = input.split_at(count);
        *input = rest;
        self.at += count as u64;
        taken
    }

    fn data<'i>(&mut self, left: u64, input: &mut &'i [u8]) -> Option<Piece<'i>> {
        let count = usize::try_from(left).map_or(input.len(), |left| left.min(input.len()));
        if count == 0 {
            return None;
        }
        self.state = State::Data { left: left - count as u64 };
        Some(Piece::Data(self.take(count, input)))
    }

    /// The next line without its break, once all of it has come.
    fn line(&mut self, limit: usize, input: &mut &[u8]) -> Result<Option<Vec<u8>>, ChunkedError> {
        let end = input.iter().position(|byte| *byte == b'\n');
        let part = end.unwrap_or(input.len());
        if self.line.len() + part > limit {
            return Err(ChunkedError::Line(self.at - self.line.len() as u64));
        }
        let part = self.take(part, input);
        self.line.extend_from_slice(part);
        if end.is_none() {
            return Ok(None);
        }
        self.take(1, input);
        Ok(Some(std::mem::take(&mut self.line)))
    }

    /// Where a line that was just read begins.
    fn start(&self, line: &[u8]) -> u64 {
        self.at - 1 - line.len() as u64
    }

    fn head<'i>(&mut self, line: &[u8]) -> Result<Piece<'i>, ChunkedError> {
        let start = self.start(line);
        let (size, signature) = parse_head(line).ok_or(ChunkedError::Size(start))?;
        if size > self.limits.chunk {
            return Err(ChunkedError::ChunkTooLarge(start));
        }
        self.decoded = self.decoded.checked_add(size).ok_or(ChunkedError::ChunkTooLarge(start))?;
        let (decoded, announced) = (self.decoded, self.announced.unwrap_or(self.decoded));
        if decoded > announced || (size == 0 && decoded < announced) {
            return Err(ChunkedError::Length { announced });
        }
        match self.short {
            Some(start) if size > 0 => return Err(ChunkedError::ChunkTooSmall(start)),
            _ => self.short = (size < self.limits.least).then_some(start),
        }
        self.state = if size == 0 { State::Trailers } else { State::Data { left: size } };
        let signature = signature.map(|place| start + place.start as u64..start + place.end as u64);
        Ok(Piece::Chunk(ChunkHead { size, signature }))
    }

    fn trailer(&mut self, line: &[u8]) -> Result<Option<Trailer>, ChunkedError> {
        let start = self.start(line);
        self.trailer_bytes += line.len();
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        if text.is_empty() {
            self.state = State::Ended;
            return Ok(None);
        }
        self.trailer_count += 1;
        if self.trailer_count > self.limits.trailer_count {
            return Err(ChunkedError::Line(start));
        }
        let trailer = parse_trailer(text, start).ok_or(ChunkedError::Trailer(start))?;
        if self.state == State::Ended && !trailer.is_signature() {
            return Err(ChunkedError::Trailer(start));
        }
        Ok(Some(trailer))
    }
}

/// The size in a chunk's first line, and where in the line its signature lies.
fn parse_head(line: &[u8]) -> Option<(u64, Option<Range<usize>>)> {
    const NAME: &str = ";chunk-signature=";
    let text = std::str::from_utf8(line).ok()?.trim_end();
    let digits = text.split(';').next().unwrap_or_default().trim_end();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let size = u64::from_str_radix(digits, 16).ok()?;
    let signature = text.find(NAME).map(|place| {
        let start = place + NAME.len();
        let end = text[start..].find(';').map_or(text.len(), |length| start + length);
        start..end
    });
    Some((size, signature))
}

fn parse_trailer(line: &[u8], start: u64) -> Option<Trailer> {
    let text = std::str::from_utf8(line).ok()?;
    let (name, value) = text.split_once(':')?;
    let begin = start + (text.len() - value.trim_start().len()) as u64;
    let value = value.trim();
    let place = begin..begin + value.len() as u64;
    let name = name.trim().to_ascii_lowercase();
    (!name.is_empty()).then(|| Trailer { name, value: value.to_owned(), place })
}
