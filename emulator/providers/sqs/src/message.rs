//! Messages: what was sent, and how it stands.

use std::sync::Arc;

use standin_core::AccountId;

use crate::tables::{Millis, Seq};

/// What was sent. It never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    /// The message id, a UUID.
    pub(crate) id: [u8; 16],
    /// The body.
    pub(crate) body: Box<str>,
    /// The MD5 of the body.
    pub(crate) md5: [u8; 16],
    /// When it was sent.
    pub(crate) sent: Millis,
    /// Who sent it.
    pub(crate) sender: AccountId,
    /// What few messages have.
    pub(crate) extras: Option<Box<Extras>>,
}

/// What only some messages have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extras {
    /// The message group.
    pub(crate) group: Option<Arc<str>>,
    /// The deduplication id, given or made from the body.
    pub(crate) deduplication_id: Option<Box<str>>,
    /// The message attributes, by name in order.
    pub(crate) attributes: Vec<(String, AttributeValue)>,
    /// The X-Ray trace header.
    pub(crate) trace_header: Option<Box<str>>,
    /// The queue that it failed in.
    pub(crate) dead_letter_source: Option<Box<str>>,
}

/// The value of a message attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AttributeValue {
    /// The type with its label: `String`, `Number.int`, `Binary`.
    pub(crate) data_type: String,
    /// The value.
    pub(crate) value: Value,
}

/// Text or bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Of `String` and `Number`.
    Text(String),
    /// Of `Binary`.
    Binary(bytes::Bytes),
}

/// How a message stands that was received or is delayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flight {
    /// When it becomes visible; none if it is.
    pub(crate) hidden_until: Option<Millis>,
    /// How often it was received.
    pub(crate) received: u32,
    /// When it was first received.
    pub(crate) first_received: Millis,
    /// When it was last received.
    pub(crate) last_received: Millis,
}

/// A message as a receiver gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// Its number.
    pub(crate) seq: Seq,
    /// What was sent.
    pub(crate) content: Arc<Content>,
    /// How it stands now.
    pub(crate) flight: Flight,
}

impl Content {
    /// The message group.
    pub(crate) fn group(&self) -> Option<&Arc<str>> {
        self.extras.as_ref()?.group.as_ref()
    }
}

impl Flight {
    /// Whether it waits for its delay, and was never received.
    pub(crate) fn is_delayed(&self) -> bool {
        self.hidden_until.is_some() && self.received == 0
    }
}

/// What AWS writes for a sequence number: twenty digits that grow.
pub(crate) fn sequence_number(seq: Seq) -> String {
    (10_000_000_000_000_000_000 + (seq << 8)).to_string()
}
