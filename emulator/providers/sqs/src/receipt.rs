//! Receipt handles: which message was received, and the how manieth time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::message::Delivered;
use crate::tables::{QueueId, Seq};

/// What a receipt handle says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// The queue.
    pub(crate) queue: QueueId,
    /// The message's number.
    pub(crate) seq: Seq,
    /// How often it had been received by then.
    pub(crate) received: u32,
    /// The message's id, which no other queue's handle can guess.
    pub(crate) id: [u8; 16],
}

/// The length of a handle before it is made text.
const LENGTH: usize = 36;

impl Receipt {
    /// The receipt for a delivery.
    pub(crate) fn of(queue: QueueId, message: &Delivered) -> Self {
        Self { queue, seq: message.seq, received: message.flight.received, id: message.content.id }
    }

    /// The handle.
    pub(crate) fn to_handle(self) -> String {
        let mut bytes = [0; LENGTH];
        bytes[..16].copy_from_slice(&self.id);
        bytes[16..24].copy_from_slice(&self.queue.to_be_bytes());
        bytes[24..32].copy_from_slice(&self.seq.to_be_bytes());
        bytes[32..].copy_from_slice(&self.received.to_be_bytes());
        STANDARD.encode(bytes)
    }

    /// What a handle says, if it can be one of ours.
    pub(crate) fn from_handle(handle: &str) -> Option<Self> {
        let bytes: [u8; LENGTH] = STANDARD.decode(handle).ok()?.try_into().ok()?;
        Some(Self {
            id: part(&bytes, 0),
            queue: u64::from_be_bytes(part(&bytes, 16)),
            seq: u64::from_be_bytes(part(&bytes, 24)),
            received: u32::from_be_bytes(part(&bytes, 32)),
        })
    }
}

fn part<const N: usize>(bytes: &[u8; LENGTH], from: usize) -> [u8; N] {
    std::array::from_fn(|index| bytes[from + index])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn handles_round_trip(queue: u64, seq: u64, received: u32, id: [u8; 16]) {
            let receipt = Receipt { queue, seq, received, id };
            prop_assert_eq!(Receipt::from_handle(&receipt.to_handle()), Some(receipt));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,60}") {
            if let Some(receipt) = Receipt::from_handle(&text) {
                prop_assert_eq!(receipt.to_handle(), text);
            }
        }
    }
}
