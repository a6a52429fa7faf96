//! Signed messages of event streams on their way: each is verified with the client's key and signed anew.

use bytes::{Bytes, BytesMut};
use standin_model::Timestamp;
use standin_protocol::eventstream::{FrameDecoder, FrameError, HeaderValue, Message};
use standin_sigv4::{EventChain, EventError};

/// The headers of a message that wraps another: when it was signed, and its signature.
const DATE: &str = ":date";
const SIGNATURE: &str = ":chunk-signature";

/// Verifies the messages of a stream by one chain and signs them by another, as they come. What it holds is the one
/// message that has not come in full.
#[derive(Debug)]
pub(crate) struct EventResigner {
    decoder: FrameDecoder,
    inbound: EventChain,
    outbound: EventChain,
    /// What the client's clock lacks, in milliseconds.
    shift: i64,
    /// How many messages there were.
    count: u64,
}

/// A stream of signed messages that does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EventsError {
    /// The frames can't be read, or written anew.
    #[error("the event stream can't be read: {0}")]
    Frame(#[from] FrameError),
    /// A message lacks its date or its signature.
    #[error("message {0} of the event stream is not signed")]
    Unsigned(u64),
    /// A message was signed with another key, changed afterwards, or has no date that can be signed.
    #[error("message {0} of the event stream: {1}")]
    Signature(u64, #[source] EventError),
}

impl EventResigner {
    /// A stream that the client signs by `inbound`, to be signed by `outbound`; `shift` is added to its dates, in
    /// milliseconds.
    pub(crate) fn new(inbound: EventChain, outbound: EventChain, shift: i64) -> Self {
        Self { decoder: FrameDecoder::default(), inbound, outbound, shift, count: 0 }
    }

    /// Takes the next part of the body; gives what can go on, and adds the messages that were wrapped in it to
    /// `payload`.
    pub(crate) fn push(
        &mut self,
        part: &[u8],
        payload: &mut Vec<u8>,
    ) -> Result<Bytes, EventsError> {
        let mut rest = part;
        let mut ready = BytesMut::new();
        while let Some(message) = self.decoder.next(&mut rest)? {
            self.count += 1;
            payload.extend_from_slice(&message.payload);
            ready.extend_from_slice(&self.resign(message)?.encode()?);
        }
        Ok(ready.freeze())
    }

    /// The body has come to its end, which must be that of a message.
    pub(crate) fn finish(&self) -> Result<(), EventsError> {
        Ok(self.decoder.finish()?)
    }

    fn resign(&mut self, mut message: Message) -> Result<Message, EventsError> {
        let number = self.count;
        let (Some(HeaderValue::Timestamp(date)), Some(HeaderValue::Blob(signature))) =
            (message.header(DATE), message.header(SIGNATURE))
        else {
            return Err(EventsError::Unsigned(number));
        };
        let wrong = |error| EventsError::Signature(number, error);
        self.inbound.verify(date.millis(), &message.payload, signature).map_err(wrong)?;
        let date = Timestamp::from_millis(date.millis().saturating_add(self.shift));
        let date = date.map_err(|_| wrong(EventError::Date))?;
        let signature = self.outbound.sign(date.millis(), &message.payload).map_err(wrong)?;
        for (name, value) in &mut message.headers {
            match name.as_str() {
                DATE => *value = HeaderValue::Timestamp(date),
                SIGNATURE => *value = HeaderValue::Blob(Bytes::copy_from_slice(&signature)),
                _ => {}
            }
        }
        Ok(message)
    }
}

#[cfg(test)]
mod tests;
