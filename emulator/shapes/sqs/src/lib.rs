//! Made by `standin scaffold generate sqs --save`; not to be edited.
//!
//! The shapes of Amazon Simple Queue Service, API version 2012-11-05.

mod enums;
pub mod errors;
mod operations;
mod structures;

pub use enums::*;
pub use operations::*;
pub use structures::*;
