//! Which operation of which service a request is for, in which protocol.
//!
//! Evidence is weighed in a fixed order: the signing name leaves the services that share it; the
//! request's form tells the protocol; target, action or method and path name the operation among
//! those; the host, and then an ARN in the URI, decide what is left. What isn't signed is routed by
//! target, action, host and path alone.

mod credential;
mod error;
mod evidence;
mod form;
mod host;
mod index;
mod rest;
mod router;
#[cfg(test)]
mod tests;

pub use credential::{Credential, credential, form_access_key};
pub use error::{RouteError, RouteReason};
pub use evidence::needs_body;
pub use router::{Route, Router};
