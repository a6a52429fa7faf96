//! What answers a check.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

/// A boxed future.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Whatever answers a check: one request in, one answer out.
pub trait Target: Send + Sync {
    /// The name in reports and ledgers.
    fn name(&self) -> &str;

    /// Sends a request whose URI names the recorded host.
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TargetError>>;

    /// Lets the pause pass that the recorded client made.
    fn pass(&self, pause: Duration) -> BoxFuture<'_, ()>;

    /// Whether what a scenario made outlives it, and must be deleted.
    fn is_lasting(&self) -> bool;
}

/// A target gave no answer: an error of the run, not a deviation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing listens, or the connection broke.
    #[error("no answer from {target}: {reason}")]
    Unreachable {
        /// The target.
        target: String,
        /// What the connection said.
        reason: String,
    },
    /// The answer did not come in time.
    #[error("no answer from {target} within {seconds} s")]
    TimedOut {
        /// The target.
        target: String,
        /// The limit.
        seconds: u64,
    },
    /// The answer is larger than a check holds.
    #[error("the answer of {target} is larger than {limit} bytes")]
    TooLarge {
        /// The target.
        target: String,
        /// The limit in bytes.
        limit: usize,
    },
}
