//! One copy of each name for the life of the process.

use std::collections::HashSet;

use crate::Name;

/// The names met so far.
#[derive(Debug, Default)]
pub(crate) struct Names(HashSet<Name>);

impl Names {
    /// The lasting copy of a name.
    pub(crate) fn keep(&mut self, name: &str) -> Name {
        if let Some(kept) = self.0.get(name) {
            return kept;
        }
        let kept: Name = String::leak(name.to_owned());
        self.0.insert(kept);
        kept
    }

    /// The lasting copy of a name that may be absent.
    pub(crate) fn keep_some(&mut self, name: Option<&String>) -> Option<Name> {
        name.map(|name| self.keep(name))
    }

    /// The lasting copies of several names.
    pub(crate) fn keep_all(&mut self, names: &[String]) -> Vec<Name> {
        names.iter().map(|name| self.keep(name)).collect()
    }
}
