//! The handler chain and the request path.
