//! The handlers of the chain, one a file.

pub(crate) mod allowed_origin;
pub(crate) mod answer_exception;
pub(crate) mod answer_recorded;
pub(crate) mod call;
pub(crate) mod caller;
pub(crate) mod check_input;
pub(crate) mod check_signature;
pub(crate) mod content_encoding;
pub(crate) mod evidence;
pub(crate) mod forward;
pub(crate) mod health;
pub(crate) mod intercept;
pub(crate) mod log_exception;
pub(crate) mod operation;
pub(crate) mod parse;
pub(crate) mod queue_url;
pub(crate) mod read_body;
pub(crate) mod read_form;
pub(crate) mod request_id;
pub(crate) mod resources;
pub(crate) mod route;
pub(crate) mod serialize;
pub(crate) mod validate;
