//! Messages out of a stream, in whatever parts it comes.

use super::message::{PRELUDE, Prelude};
use super::{FrameError, MAX_FRAME, Message};

/// Reads messages, holding no more than the one that has not come in full, and of that only what came.
#[derive(Clone, Debug)]
pub struct FrameDecoder {
    limit: usize,
    buffer: Vec<u8>,
    failed: Option<FrameError>,
}

impl FrameDecoder {
    /// A decoder that refuses messages of more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.min(MAX_FRAME), buffer: Vec::new(), failed: None }
    }

    /// Takes the next message off the front of the input; none where all of it is used up and more is needed.
    ///
    /// After an error it gives the same error again.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<Message>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let message = self.advance(input);
        self.failed = message.as_ref().err().copied();
        message
    }

    /// Says that no more input comes; an error if a message was not at its end.
    pub fn finish(&self) -> Result<(), FrameError> {
        match self.failed {
            Some(error) => Err(error),
            None if self.buffer.is_empty() => Ok(()),
            None => Err(FrameError::Truncated),
        }
    }

    fn advance(&mut self, input: &mut &[u8]) -> Result<Option<Message>, FrameError> {
        self.fill(PRELUDE, input);
        let Some(prelude) = Prelude::read(&self.buffer, self.limit)? else { return Ok(None) };
        self.fill(prelude.total, input);
        let message = Message::decode(&self.buffer)?.map(|(message, _)| message);
        if message.is_some() {
            self.buffer = Vec::new();
        }
        Ok(message)
    }

    /// Moves bytes from the input until there are so many, or the input is used up.
    fn fill(&mut self, length: usize, input: &mut &[u8]) {
        let wanted = length.saturating_sub(self.buffer.len()).min(input.len());
        let (taken, rest) = input.split_at(wanted);
        self.buffer.extend_from_slice(taken);
        *input = rest;
    }
}

impl Default for FrameDecoder {
    /// The limit of [`MAX_FRAME`].
    fn default() -> Self {
        Self::new(MAX_FRAME)
    }
}
