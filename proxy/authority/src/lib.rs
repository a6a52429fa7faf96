//! The certificate authority of one user, for intercepting that user's own clients.
//!
//! [`Store`] keeps it in a folder that nobody else may read; [`Authority`] makes short-lived certificates
//! for the hosts that a client connects to; [`bundle()`] and [`java_trust_store`] are what clients are given
//! so that they trust it.

mod authority;
mod bundle;
mod java;
mod store;
#[cfg(test)]
mod tests;

pub use authority::{Authority, AuthorityError};
pub use bundle::{Bundle, TRUST_VARIABLES, bundle};
pub use java::java_trust_store;
pub use store::{Opened, Store, StoreError, default_folder};
