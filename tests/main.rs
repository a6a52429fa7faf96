//! End-to-end tests: real clients against real processes. One binary, so that linking is paid once.
//!
//! A new test goes into the module of the command it drives; make a module for a new command.

mod fallback;
mod record;
mod support;
