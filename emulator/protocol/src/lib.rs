//! The codecs of AWS's protocols and the routing of requests to operations.

pub mod uri;
