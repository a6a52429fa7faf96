//! The AWS protocols: bytes to shapes and back, as client and as server.
//!
//! A [`Call`] is one operation of one service in one protocol. Its server half reads requests and writes
//! answers, its client half writes requests and reads answers; both are driven by the model, so that
//! nothing is generated per operation.
//!
//! There is one folder a protocol, with the same files in each (`request`, `response`, `error`), one
//! folder a format under `codec`, and `bindings` for what REST protocols put into paths, queries and
//! headers. What a service does otherwise than its protocol says stands in a file `quirks` of that
//! protocol, as a table with a reason a line.

mod answer;
mod bindings;
mod call;
pub mod checksum;
mod codec;
mod compression;
mod ec2;
mod error;
pub mod eventstream;
mod json;
mod limits;
mod query;
mod rest_json;
mod rest_xml;
pub mod routing;
mod rpc_v2_cbor;
pub mod uri;

pub use call::{Call, HostPrefix, serialize_error};
pub use compression::UnpackError;
pub use error::{ParseError, SerializeError};
pub use limits::Limits;

#[cfg(test)]
mod tests;
