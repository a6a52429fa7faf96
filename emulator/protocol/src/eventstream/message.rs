//! The frames of an event stream.

use bytes::Bytes;

use super::HeaderValue;
use super::header::{take, text};

/// One message of an event stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The headers, in wire order.
    pub headers: Vec<(String, HeaderValue)>,
    /// The payload.
    pub payload: Bytes,
}

/// The largest frame that is read: 16 MiB of payload, 128 KiB of headers, and what is around them.
pub const MAX_FRAME: usize = 16 * 1024 * 1024 + 128 * 1024 + OVERHEAD;

/// The lengths and the first checksum, and the last checksum.
const OVERHEAD: usize = PRELUDE + 4;

/// The two lengths and their checksum.
pub(super) const PRELUDE: usize = 12;

/// Bytes are no message, or a message does not fit into bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The lengths contradict each other.
    #[error("lengths of a message that contradict each other")]
    Length,
    /// The message, or one of its headers, is larger than a message may be.
    #[error("message too large")]
    TooLarge,
    /// The checksum of the lengths is wrong.
    #[error("wrong checksum of a message's lengths")]
    PreludeChecksum,
    /// The checksum of the message is wrong.
    #[error("wrong checksum of a message")]
    MessageChecksum,
    /// The stream ends within a message.
    #[error("the stream ends within a message")]
    Truncated,
    /// A signed message lacks its date or its signature, or what it wraps is not one message.
    #[error("malformed signed message")]
    Signed,
    /// A header breaks off, has an unknown type or no text for a name.
    #[error("malformed header of a message")]
    Header,
}

impl Message {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&HeaderValue> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text of a header.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.header(name)?.as_str()
    }

    /// The frame of the message.
    pub fn encode(&self) -> Result<Bytes, FrameError> {
        let mut out = vec![0; PRELUDE];
        for (name, value) in &self.headers {
            let size = u8::try_from(name.len()).map_err(|_| FrameError::TooLarge)?;
            out.push(size);
            out.extend_from_slice(name.as_bytes());
            value.encode(&mut out)?;
        }
        let headers = size(out.len() - PRELUDE)?;
        out.extend_from_slice(&self.payload);
        let total = size(out.len() + 4)?;
        out[..4].copy_from_slice(&total.to_be_bytes());
        out[4..8].copy_from_slice(&headers.to_be_bytes());
        let prelude = crc32fast::hash(&out[..8]);
        out[8..12].copy_from_slice(&prelude.to_be_bytes());
        let checksum = crc32fast::hash(&out);
        out.extend_from_slice(&checksum.to_be_bytes());
        Ok(out.into())
    }

    /// Reads the message at the front of a buffer and how long its frame is; `None` where more bytes are
    /// needed.
    pub fn decode(buffer: &[u8]) -> Result<Option<(Self, usize)>, FrameError> {
        let Some(Prelude { total, headers }) = Prelude::read(buffer, MAX_FRAME)? else {
            return Ok(None);
        };
        let Some(frame) = buffer.get(..total) else { return Ok(None) };
        let (content, checksum) = frame.split_at(total - 4);
        if crc32fast::hash(content) != word(checksum, 0) {
            return Err(FrameError::MessageChecksum);
        }
        let (headers, payload) = content[PRELUDE..].split_at(headers);
        let message =
            Self { headers: decode_headers(headers)?, payload: Bytes::copy_from_slice(payload) };
        Ok(Some((message, total)))
    }
}

/// The lengths at the front of a frame, which add up and have the right checksum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prelude {
    /// The length of the whole frame.
    pub(super) total: usize,
    headers: usize,
}

impl Prelude {
    /// Reads the lengths of a frame that may have `limit` bytes; none where more bytes are needed.
    pub(super) fn read(buffer: &[u8], limit: usize) -> Result<Option<Self>, FrameError> {
        if buffer.len() < PRELUDE {
            return Ok(None);
        }
        if crc32fast::hash(&buffer[..8]) != word(buffer, 8) {
            return Err(FrameError::PreludeChecksum);
        }
        let (total, headers) = (word(buffer, 0) as usize, word(buffer, 4) as usize);
        if total > limit {
            return Err(FrameError::TooLarge);
        }
        if total < OVERHEAD || headers > total - OVERHEAD {
            return Err(FrameError::Length);
        }
        Ok(Some(Self { total, headers }))
    }
}

fn decode_headers(mut input: &[u8]) -> Result<Vec<(String, HeaderValue)>, FrameError> {
    let mut headers = Vec::new();
    while !input.is_empty() {
        let size = take(&mut input, 1)?[0];
        let name = text(take(&mut input, size.into())?)?;
        headers.push((name, HeaderValue::decode(&mut input)?));
    }
    Ok(headers)
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn size(length: usize) -> Result<u32, FrameError> {
    if length > MAX_FRAME {
        Err(FrameError::TooLarge)
    } else {
        Ok(u32::try_from(length).unwrap_or(u32::MAX))
    }
}
