//! All roots of all services, as one persistent map.

use std::any::Any;
use std::sync::Arc;

use imbl::OrdMap;
use standin_core::Timestamp;

use crate::{Scope, TableSummary, Tables, Transaction, WakeKey};

/// The state of everything at one commit. A clone is one pointer a part and shares all rows.
#[derive(Clone, Default)]
pub struct World {
    commit: u64,
    roots: OrdMap<RootKey, Root>,
}

/// Which root: the service and the scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RootKey {
    pub(crate) service: &'static str,
    pub(crate) scope: Scope,
}

/// One root and the commit that changed it last.
#[derive(Clone)]
pub(crate) struct Root {
    pub(crate) commit: u64,
    pub(crate) tables: Arc<dyn AnyTables>,
}

/// A root's tables without their type.
pub(crate) trait AnyTables: Any + Send + Sync {
    fn summary(&self) -> Vec<TableSummary>;
    fn next_due(&self) -> Option<Timestamp>;
    /// The tables after what is due was done, with the wake-ups; none if nothing was.
    fn after_due(&self, now: Timestamp) -> Option<(Arc<dyn AnyTables>, Vec<WakeKey>)>;
}

impl World {
    /// How many commits led to this world.
    pub fn commit(&self) -> u64 {
        self.commit
    }

    /// Each root: its service, its scope, the commit that changed it last, and its tables' sizes.
    pub fn roots(&self) -> impl Iterator<Item = (&'static str, &Scope, u64, Vec<TableSummary>)> {
        self.roots
            .iter()
            .map(|(key, root)| (key.service, &key.scope, root.commit, root.tables.summary()))
    }

    /// The tables of one root, empty if nothing was ever written there.
    pub fn tables<T: Tables>(&self, scope: &Scope) -> Arc<T> {
        let key = RootKey { service: T::SERVICE, scope: scope.clone() };
        self.root(&key).map_or_else(|| Arc::new(T::default()), |root| downcast(&root.tables))
    }

    pub(crate) fn root(&self, key: &RootKey) -> Option<&Root> {
        self.roots.get(key)
    }

    pub(crate) fn due(&self) -> impl Iterator<Item = (Timestamp, &RootKey)> {
        self.roots.iter().filter_map(|(key, root)| Some((root.tables.next_due()?, key)))
    }

    /// The world after `tables` became the root under `key`.
    pub(crate) fn with_root(&self, key: &RootKey, tables: &Arc<dyn AnyTables>) -> Self {
        let mut next = self.clone();
        next.commit += 1;
        let root = Root { commit: next.commit, tables: Arc::clone(tables) };
        next.roots.insert(key.clone(), root);
        next
    }
}

impl<T: Tables> AnyTables for T {
    fn summary(&self) -> Vec<TableSummary> {
        Tables::summary(self)
    }

    fn next_due(&self) -> Option<Timestamp> {
        Tables::next_due(self)
    }

    fn after_due(&self, now: Timestamp) -> Option<(Arc<dyn AnyTables>, Vec<WakeKey>)> {
        let mut tx = Transaction::over(self.clone());
        T::fall_due(&mut tx, now);
        let (tables, wakes) = tx.into_parts();
        (!tables.is_same(self)).then(|| (Arc::new(tables) as Arc<dyn AnyTables>, wakes))
    }
}

/// The tables with their type again.
pub(crate) fn downcast<T: Tables>(tables: &Arc<dyn AnyTables>) -> Arc<T> {
    let any: Arc<dyn Any + Send + Sync> = Arc::<dyn AnyTables>::clone(tables);
    any.downcast().expect("a service name stands for one declaration of tables")
}
