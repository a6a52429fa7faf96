//! `standin replay`: answers a client's command from a recording; no connection is ever opened.

mod fingerprint;
mod index;
mod matching;
mod meaning;
mod merge;
mod mint;
mod miss;
mod mixed;
mod pack;
mod prepared;
mod refresh;
mod replayer;
mod resources;
mod retries;
mod serve;
mod state;
mod sums;
#[cfg(test)]
mod tests;
mod write;

pub use matching::Difference;
pub use miss::{Miss, Reason};
pub use mixed::{Extent, extend};
pub use replayer::{Asked, Endpoint, Replayer, Session as ReplaySession, Waiters};
pub use serve::{ReplayError, ReplayOptions, Unused, replay};
