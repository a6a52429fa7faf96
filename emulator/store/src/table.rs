//! One declared table: rows in the order of their keys.

use std::borrow::Borrow;
use std::fmt;
use std::ops::RangeBounds;

use imbl::OrdMap;

/// Rows under typed keys, in key order. A clone shares all rows; a change copies only the path to its row.
#[derive(Clone)]
pub struct Table<K, V> {
    rows: OrdMap<K, V>,
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// The row under `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.rows.get(key)
    }

    /// The row under `key`, to be changed in place.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        // A plain mutable lookup would copy the path to a row that isn't there.
        if self.rows.contains_key(key) { self.rows.get_mut(key) } else { None }
    }

    /// Whether there is a row under `key`.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.rows.contains_key(key)
    }

    /// Puts a row under `key`; the earlier row comes back.
    pub fn insert(&mut self, key: K, row: V) -> Option<V> {
        self.rows.insert(key, row)
    }

    /// Takes the row under `key` out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        // As above: a removal that finds nothing must not copy anything.
        if self.rows.contains_key(key) { self.rows.remove(key) } else { None }
    }

    /// All rows in key order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        self.rows.iter()
    }

    /// The rows whose keys lie in `range`, in key order.
    pub fn range<Q: Ord + ?Sized>(
        &self,
        range: impl RangeBounds<Q>,
    ) -> impl DoubleEndedIterator<Item = (&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.rows.range(range)
    }

    /// The row with the lowest key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.rows.get_min().map(|(key, row)| (key, row))
    }

    /// The row with the highest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.rows.get_max().map(|(key, row)| (key, row))
    }

    /// Takes all rows out.
    pub fn clear(&mut self) {
        self.rows = OrdMap::new();
    }
}

impl<K, V> Table<K, V> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether both tables share all their rows, so that neither was changed since they were cloned.
    pub fn is_same(&self, other: &Self) -> bool {
        self.rows.ptr_eq(&other.rows)
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: OrdMap::new() }
    }
}

impl<K: Ord + fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.rows.iter()).finish()
    }
}
