//! The `standin` binary: arguments, progress and exit codes.

fn main() {}
