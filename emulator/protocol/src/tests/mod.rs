//! Vectors that others wrote, as tests; one data-driven test a suite, a ledger of what is left out.

mod botocore;
mod ledger;
mod model;
mod values;
mod wire;
