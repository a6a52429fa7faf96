//! The system's clock, read here and passed in everywhere else.

use std::time::SystemTime;

/// The time.
#[expect(clippy::disallowed_methods, reason = "this is the edge where time comes in")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
