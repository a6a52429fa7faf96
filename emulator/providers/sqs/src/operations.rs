//! The operations, a file each or a small group.

mod creating;
mod deleting;
mod hiding;
mod listing;
mod moving;
mod permitting;
mod receiving;
mod removing;
mod sending;
mod setting;
mod tagging;

pub(crate) use creating::create_queue;
pub(crate) use deleting::{delete_message, delete_message_batch};
pub(crate) use hiding::{change_message_visibility, change_message_visibility_batch};
pub(crate) use listing::{get_queue_url, list_dead_letter_source_queues, list_queues};
pub(crate) use moving::{
    cancel_message_move_task, list_message_move_tasks, start_message_move_task,
};
pub(crate) use permitting::{add_permission, remove_permission};
pub(crate) use receiving::receive_message;
pub(crate) use removing::{delete_queue, purge_queue};
pub(crate) use sending::{send_message, send_message_batch};
pub(crate) use setting::{get_queue_attributes, set_queue_attributes};
pub(crate) use tagging::{list_queue_tags, tag_queue, untag_queue};
