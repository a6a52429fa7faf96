//! The emulator put together: providers, ports and gateway.

mod call_back;
mod client;
mod config;
mod emulator;
mod holding;
mod providers;
mod recorded;

pub use config::{Config, FallbackChoice};
pub use emulator::{BuildError, Emulator};
