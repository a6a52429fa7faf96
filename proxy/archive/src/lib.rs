//! Reads and writes recordings: folders, blobs, importers, exporters.
//!
//! A [`Scenario`] is a place that holds `recording.snap`, its ledgers and its blobs; [`find`] looks for
//! scenarios below paths. Where files live is a [`Store`]: a [`Folder`] here, others behind the trait.

mod allow;
mod error;
pub mod export;
mod files;
mod find;
mod folder;
mod gc;
pub mod import;
mod scan;
mod scenario;
mod show;
mod store;

pub use allow::{ALLOWANCES, allowances};
pub use error::ArchiveError;
pub use files::{Brought, RecordingFile, Writing, recording_files};
pub use find::find;
pub use folder::Folder;
pub use gc::{Garbage, collect_garbage};
pub use scan::{FindKind, ScanFind, Scanned, scan};
pub use scenario::{RECORDING, Saved, Scenario, ledger_name};
pub use show::{Colours, show};
pub use store::{Lock, Store, StoreError};

#[cfg(test)]
mod keeping_tests;
#[cfg(test)]
mod tests;
