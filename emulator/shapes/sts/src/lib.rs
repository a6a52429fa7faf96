//! Made by `standin scaffold generate sts --save`; not to be edited.
//!
//! The shapes of AWS Security Token Service, API version 2011-06-15.

pub mod errors;
mod operations;
mod structures;

pub use operations::*;
pub use structures::*;
