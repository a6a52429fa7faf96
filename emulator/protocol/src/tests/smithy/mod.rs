//! Smithy's protocol tests, their shapes read from the models that declare them.

mod cases;
mod convert;
mod idl;
mod malformed;
mod suites;
