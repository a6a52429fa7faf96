//! The signing proxy: listener, upstreams, recorder, replayer.
//!
//! [`record()`] runs a client's command against a loopback endpoint that verifies the client's signature
//! with the run's dummy secret, signs again with the real credentials, forwards to the upstream, and keeps
//! what passed. [`replay()`] answers the same command from a recording and never opens a connection.

mod account;
mod admission;
mod alias;
mod arriving;
mod body;
mod cleanup;
mod command;
mod connect;
mod created;
mod credentials;
mod decode;
mod departure;
mod destination;
mod edges;
mod environment;
mod events;
mod exchange;
mod form;
mod guard;
mod intercept;
mod listener;
mod log;
mod own_call;
mod pass;
mod record;
mod refusal;
mod relay;
mod replay;
mod report;
mod rewrite;
mod scratch;
mod session;
mod signed_events;
mod skew;
mod spill;
#[cfg(test)]
mod tests;
mod upload;

use std::time::SystemTime;

pub use account::AccountError;
pub use cleanup::{CleanupError, CleanupMode, CleanupOptions, CleanupReport, cleanup};
pub use command::Invocation;
pub use connect::{Dialing, UpstreamError, Upstreams};
pub use credentials::{CredentialsError, Identity};
pub use destination::{DestinationError, Overrides, Upstream};
pub use environment::{Sandbox, sandboxed};
pub use guard::{CreatedList, Guards, Mutations};
pub use intercept::{Via, domains};
pub use listener::Listen;
pub use own_call::CallError;
pub use record::{Keep, RecordError, RecordOptions, record, record_twins};
pub use replay::{
    Asked, Difference, Endpoint, Extent, Miss, Reason, ReplayError, ReplayOptions, ReplaySession,
    Replayer, Unused, Waiters, extend, replay,
};
pub use report::Report;
pub use session::Session;

/// Where the time comes from.
pub type Clock = fn() -> SystemTime;
