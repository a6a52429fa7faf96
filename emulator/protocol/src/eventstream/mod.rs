//! Event streams: bodies made of framed messages, and messages made of events.
//!
//! A [`Message`] is a frame: headers and a payload under two checksums. [`Call::encode_event`] and
//! [`Call::decode_event`] lead from events to messages and back by the shapes of the stream.
//!
//! [`Call::encode_event`]: crate::Call::encode_event
//! [`Call::decode_event`]: crate::Call::decode_event

mod decoder;
mod event;
mod header;
mod message;
mod signed;

pub use decoder::FrameDecoder;
pub use event::{Direction, Event};
pub use header::HeaderValue;
pub use message::{FrameError, MAX_FRAME, Message};
pub use signed::Signed;
