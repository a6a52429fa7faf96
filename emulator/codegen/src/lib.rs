//! The scaffold: a service's model to its crate of typed shapes.
//!
//! What is generated is only tables in the words of `standin_core`'s macros (`structure!`, `operations!` and their
//! kin), a line a member, so that it stays small and quick to compile.

mod docs;
mod emit;
mod names;
mod plan;
mod skeleton;
mod tree;

pub use docs::{Docs, DocsError};
pub use emit::generate;
pub use skeleton::provider;
pub use tree::{File, TreeError, check, save};

/// The folder, below the repository's root, that holds a folder of shapes a service.
pub const SHAPES: &str = "emulator/shapes";

/// The folder, below the repository's root, that holds a folder of code a provider.
pub const PROVIDERS: &str = "emulator/providers";

#[cfg(test)]
mod tests;
