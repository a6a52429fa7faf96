//! The text of `recording.snap`: a header that insta's tools read, and a body that we read.

mod migrate;
mod read;
mod write;

pub use migrate::{MigrateError, Migrated, migrate};
pub use read::{ReadError, read};
pub use write::{WriteError, Written, write, write_with};

#[cfg(test)]
pub(crate) mod tests;
