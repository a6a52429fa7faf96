//! Backends that answer what no provider does, and how requests get to them.
//!
//! A [`Backend`] is a separate server: moto as a process of ours, or any URL that speaks AWS. A [`Forwarder`]
//! sends it requests, as they come ([`standin_core::Forward`]) or made from an input
//! ([`standin_core::Fallback`]), and turns the backend's own failures into errors of the client's protocol. What a
//! backend's services do to services that are native here is handed over by patches in `moto/patches`, or
//! refused where the operation that sets it up comes in ([`crossings`]).

mod backend;
mod crossings;
mod error;
mod failures;
mod forwarder;
mod headers;
mod intercept;
mod launcher;
mod process;
mod transport;

pub use backend::{Backend, MotoOptions, Report};
pub use crossings::{Crossing, crossings};
pub use error::BackendError;
pub use forwarder::Forwarder;
