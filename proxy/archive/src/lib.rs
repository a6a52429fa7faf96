//! Reads and writes recordings: folders, blobs, importers, exporters.
//!
//! A [`Scenario`] is a place that holds `recording.snap`, its ledgers and its blobs; [`find`] looks for
//! scenarios below paths. Where files live is a [`Store`]: a [`Folder`] here, others behind the trait.

mod allow;
mod error;
pub mod export;
mod find;
mod folder;
pub mod import;
mod scenario;
mod store;

pub use allow::{ALLOWANCES, allowances};
pub use error::ArchiveError;
pub use find::find;
pub use folder::Folder;
pub use scenario::{RECORDING, Saved, Scenario, ledger_name};
pub use store::{Lock, Store, StoreError};

#[cfg(test)]
mod tests;
