//! The gateway: from HTTP requests to providers and back.
//!
//! `app.rs` is the whole way of a request as one list; each handler of it has a file in `handlers/`.

mod app;
mod body;
mod chain;
mod context;
mod events;
mod exception;
mod gateway;
mod handlers;
mod providers;
mod recordings;
mod routes;
mod serve;
#[cfg(test)]
mod tests;
mod transfer;
mod unwind;

pub use body::{Body, BodyFault, BodyLimits};
pub use chain::{
    AsyncRequestHandler, Chain, ExceptionHandler, Flow, Handled, Link, RequestHandler,
    ResponseHandler,
};
pub use context::RequestContext;
pub use exception::Exception;
pub use gateway::{Config, Gateway, Parts, Validation};
pub use providers::Providers;
pub use recordings::{Asked, NoRecordings, Recorded, Recordings};
pub use routes::{Resource, Routes};
pub use serve::serve;
pub use standin_sigv4::ChunkLimits;

/// The header that says who answered: `native`, or `fallback:NAME@VERSION`.
pub const EVIDENCE: http::HeaderName = http::HeaderName::from_static("x-standin-evidence");

/// Where the gateway writes what its operator should know.
pub trait Log: Send + Sync {
    /// Writes a line.
    fn line(&self, text: &str);
}

/// Nobody wants to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLog;

impl Log for NoLog {
    fn line(&self, _text: &str) {}
}
