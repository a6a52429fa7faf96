//! The signing proxy: listener, upstreams, recorder, replayer.
//!
//! [`record()`] runs a client's command against a loopback endpoint that verifies the client's signature
//! with the run's dummy secret, signs again with the real credentials, forwards to the upstream, and keeps
//! what passed. [`replay()`] answers the same command from a recording and never opens a connection.

mod command;
mod connect;
mod credentials;
mod environment;
mod listener;
mod session;

pub use command::Invocation;
pub use connect::{Dialing, UpstreamError, Upstreams};
pub use credentials::{CredentialsError, Identity};
pub use environment::{Sandbox, sandboxed};
pub use session::Session;
