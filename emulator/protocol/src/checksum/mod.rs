//! Checksums of bodies: the algorithms, what a client adds, and what a server checks.

mod algorithm;
mod check;
mod client;
mod error;
#[cfg(test)]
mod tests;

pub use algorithm::{Algorithm, Checksum};
pub use check::BodyCheck;
pub(crate) use client::add;
pub use error::ChecksumError;
