//! The rules of queues, as functions over the tables. Time and ids are given; nothing else is looked at.

mod attempts;
mod deduplication;
mod finish;
mod flow;
mod moving;
mod receiving;
mod sending;

pub(crate) use finish::{
    Missing, NAME_REST, change_visibility, delete_message, hidden_for, purge, redefine,
    remove_queue,
};
pub(crate) use flow::settle;
pub(crate) use moving::{of_source, start_move};
pub(crate) use receiving::{Receive, expire, has_expired, receive};
pub(crate) use sending::{Draft, Sent, send};
