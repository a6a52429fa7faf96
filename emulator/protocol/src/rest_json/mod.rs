//! REST-JSON: HTTP bindings, with JSON in what is left for the body.

mod body;
pub(crate) mod error;
pub(crate) mod request;
pub(crate) mod response;

use body::Json;
