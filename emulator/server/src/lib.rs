//! The emulator put together: providers, ports and gateway.

mod client;
mod config;
mod emulator;
mod providers;

pub use config::{Config, FallbackChoice};
pub use emulator::{BuildError, Emulator};
