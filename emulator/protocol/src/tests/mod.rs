//! Vectors that others wrote, as tests; one data-driven test a suite, a ledger of what is left out.

mod botocore;
mod cbor;
mod eventstream;
mod hostile;
mod ledger;
mod limits;
mod model;
mod quirks;
mod response_parsing;
mod sample;
mod smithy;
mod values;
mod wire;
