//! End-to-end tests: real clients against real processes. One binary, so that linking is paid once.
//!
//! A new test goes into the module of the command it drives; make a module for a new command.
#![expect(clippy::unwrap_used, reason = "what a test does not expect fails it")]
#![expect(clippy::print_stdout, reason = "a test that can't run here says so")]

mod check;
mod fallback;
mod fuzz;
mod import;
mod record;
mod scaffold;
mod serve;
mod specs;
mod support;
