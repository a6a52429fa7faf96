//! Where providers keep their state: declared tables of small rows, changed by transactions.
//!
//! A service declares its tables once with [`tables!`]. Its state is one *root* a [`Scope`], and all roots of all
//! services together are a [`World`]. A transaction is a synchronous closure over the tables of one root: it commits
//! whole or leaves nothing, also when it fails or panics. Readers take the root and never wait. A fork clones the
//! world and shares every row that neither side changes.
//!
//! ```
//! use standin_store::{Scope, Store};
//!
//! standin_store::tables! {
//!     /// What the service keeps in one account and region.
//!     pub struct Shelf: "shelf" {
//!         /// Copies by title.
//!         books: String => u32,
//!     }
//! }
//!
//! let store = Store::new();
//! let scope = Scope::regional("000000000000", "eu-west-1");
//! let copies: Result<u32, ()> = store.transaction(&scope, |tx: &mut standin_store::Transaction<Shelf>| {
//!     let copies = tx.tables.books.get("Emma").copied().unwrap_or(0) + 1;
//!     tx.tables.books.insert("Emma".to_owned(), copies);
//!     tx.wake("Emma");
//!     Ok(copies)
//! });
//! assert_eq!(copies, Ok(1));
//! assert_eq!(store.read::<Shelf>(&scope).books.get("Emma"), Some(&1));
//! ```

mod scope;
mod store;
mod table;
mod tables;
mod transaction;
mod waiters;
mod world;

pub use scope::Scope;
pub use store::Store;
pub use table::Table;
pub use tables::{TableSummary, Tables};
pub use transaction::{Transaction, WakeKey};
pub use waiters::Waiter;
pub use world::World;

pub use standin_core::Timestamp;

#[cfg(test)]
mod tests;
