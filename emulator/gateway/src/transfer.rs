//! What stands between the wire and a body: aws-chunked framing, and checksums.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use standin_core::{ByteStream, Chunks, StreamError};
use standin_protocol::checksum::BodyCheck;
use standin_sigv4::{ChunkDecoder, ChunkLimits, Framing, Piece};

use crate::{BodyFault, BodyLimits, Exception};

/// Takes a body out of its framing and compares its checksums, as it comes.
pub(crate) struct Decoding {
    decoder: Option<ChunkDecoder>,
    announced: Vec<String>,
    trailers: Vec<(String, String)>,
    check: BodyCheck,
}

/// A payload and the trailers that followed it.
type Payload = (Bytes, Vec<(String, String)>);

impl Decoding {
    pub(crate) fn new(framing: Option<Framing>, check: BodyCheck, limits: BodyLimits) -> Self {
        let decoder = framing.as_ref().map(|framing| {
            let least = if framing.signed { limits.framing.least } else { 0 };
            let limits = ChunkLimits { least, ..limits.framing };
            ChunkDecoder::new(limits, framing.decoded_length)
        });
        let announced = framing.map(|framing| framing.trailers).unwrap_or_default();
        Self { decoder, announced, trailers: Vec::new(), check }
    }

    /// The payload of a body that is here as a whole.
    pub(crate) fn whole(mut self, mut body: Bytes) -> Result<Payload, Exception> {
        let mut all = BytesMut::new();
        let mut payload = self.next(&mut body)?.unwrap_or_default();
        while let Some(next) = self.next(&mut body)? {
            all.extend_from_slice(&payload);
            payload = next;
        }
        self.finish()?;
        if !all.is_empty() {
            all.extend_from_slice(&payload);
            payload = all.freeze();
        }
        Ok((payload, self.trailers))
    }

    /// The next part of the payload; none where all input is used up.
    fn next(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, Exception> {
        let data = match &mut self.decoder {
            None => Some(std::mem::take(input)).filter(|data| !data.is_empty()),
            Some(decoder) => loop {
                let mut rest = &input[..];
                let piece = decoder.next(&mut rest)?;
                let used = input.len() - rest.len();
                let (data, trailer) = match piece {
                    Some(Piece::Data(data)) => (Some(input.slice_ref(data)), None),
                    Some(Piece::Trailer(trailer)) => (None, Some(trailer)),
                    Some(Piece::Chunk(_)) => (None, None),
                    None => break None,
                };
                input.advance(used);
                if data.is_some() {
                    break data;
                }
                let Some(trailer) = trailer.filter(|trailer| !trailer.is_signature()) else {
                    continue;
                };
                // A trailer could pass for any header, so only what the head announced is taken.
                if !self.announced.contains(&trailer.name) {
                    return Err(Exception::Trailer(trailer.name));
                }
                self.trailers.push((trailer.name, trailer.value));
            },
        };
        if let Some(data) = &data {
            self.check.update(data);
        }
        Ok(data)
    }

    fn finish(&mut self) -> Result<(), Exception> {
        self.decoder.as_ref().map_or(Ok(()), ChunkDecoder::finish)?;
        Ok(std::mem::take(&mut self.check).finish(&self.trailers)?)
    }
}

/// A body that is decoded while it is read.
pub(crate) struct Decoded {
    source: ByteStream,
    input: Bytes,
    /// None once the body is at its end, or broken.
    decoding: Option<Decoding>,
    trailers: Vec<(String, String)>,
    fault: BodyFault,
}

impl Decoded {
    pub(crate) fn stream(
        source: ByteStream,
        decoding: Option<Decoding>,
        fault: BodyFault,
    ) -> ByteStream {
        if decoding.is_none() {
            return source;
        }
        ByteStream::new(Self { source, input: Bytes::new(), decoding, trailers: Vec::new(), fault })
    }
}

impl Chunks for Decoded {
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, StreamError>>> {
        let Self { source, input, decoding, trailers, fault } = &mut *self;
        loop {
            let Some(active) = decoding else { return Poll::Ready(None) };
            match active.next(input) {
                Ok(None) => {}
                Ok(Some(data)) => return Poll::Ready(Some(Ok(data))),
                Err(exception) => {
                    *decoding = None;
                    return Poll::Ready(Some(Err(fault.set(exception))));
                }
            }
            match ready!(source.poll_next(task)) {
                Some(Ok(chunk)) => *input = chunk,
                Some(Err(error)) => {
                    *decoding = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    let finished = active.finish();
                    *trailers = std::mem::take(&mut active.trailers);
                    *decoding = None;
                    return Poll::Ready(finished.err().map(|exception| Err(fault.set(exception))));
                }
            }
        }
    }

    fn trailers(mut self: Pin<&mut Self>) -> Vec<(String, String)> {
        std::mem::take(&mut self.trailers)
    }
}
