//! EC2: query with its own spelling of names and its own form of errors.

pub(crate) mod error;
pub(crate) mod request;
pub(crate) mod response;
