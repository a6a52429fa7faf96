//! REST-XML: HTTP bindings, with XML in what is left for the body.

mod body;
pub(crate) mod error;
mod quirks;
pub(crate) mod request;
pub(crate) mod response;

use body::Xml;
