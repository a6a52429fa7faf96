//! What a transaction's closure works on.

use std::sync::Arc;

/// The name of what a waiter waits for, within one root: a queue's name, a stream's shard.
pub type WakeKey = Arc<str>;

/// The tables of one root while they are changed, and what is to happen once the change is committed.
#[derive(Debug)]
pub struct Transaction<T> {
    /// The tables as this transaction has changed them so far.
    pub tables: T,
    wakes: Vec<WakeKey>,
}

impl<T> Transaction<T> {
    /// A transaction over `tables`, outside any store: for pure tests of a service's rules.
    pub fn over(tables: T) -> Self {
        Self { tables, wakes: Vec::new() }
    }

    /// Wakes one waiter for `key` after the commit, the longest waiting first. Call it once a message.
    pub fn wake(&mut self, key: impl Into<WakeKey>) {
        self.wakes.push(key.into());
    }

    /// The tables and the wake-ups that were asked for.
    pub fn into_parts(self) -> (T, Vec<WakeKey>) {
        (self.tables, self.wakes)
    }
}
