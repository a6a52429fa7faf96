//! The operations, a file each or a small group.

mod creating;
mod deleting;
mod listing;
mod receiving;
mod sending;
mod tagging;

pub(crate) use creating::create_queue;
pub(crate) use deleting::delete_message;
pub(crate) use listing::{get_queue_url, list_dead_letter_source_queues, list_queues};
pub(crate) use receiving::receive_message;
pub(crate) use sending::send_message;
pub(crate) use tagging::{list_queue_tags, tag_queue, untag_queue};
