//! The declaration of a service's tables.

use standin_core::Timestamp;

use crate::Transaction;

/// The tables that one service keeps for one scope. [`tables!`](crate::tables) implements it.
pub trait Tables: Clone + Default + Send + Sync + 'static {
    /// The service whose state this is, as the models name it; with a suffix if it keeps several kinds of roots.
    const SERVICE: &'static str;

    /// Whether nothing was changed since one was cloned from the other.
    fn is_same(&self, other: &Self) -> bool;

    /// The tables by name with the number of their rows.
    fn summary(&self) -> Vec<TableSummary>;

    /// When the earliest of the rows that wait for a time falls due.
    fn next_due(&self) -> Option<Timestamp>;

    /// Does what is due at `now`; afterwards no row may be due at or before it.
    fn fall_due(tx: &mut Transaction<Self>, now: Timestamp);
}

/// The size of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableSummary {
    /// The table's name.
    pub name: &'static str,
    /// How many rows it has.
    pub rows: usize,
}

/// Declares the tables of a service: `pub struct Name: "service" { table: Key => Row, ... }`.
///
/// A second part, `due(next_function, fall_due_function)`, names the two functions of rows that wait for a time:
/// `fn(&Name) -> Option<Timestamp>` and `fn(&mut Transaction<Name>, Timestamp)`.
#[macro_export]
macro_rules! tables {
    (@due $self:ident) => { None };
    (@due $self:ident $next:path) => { $next($self) };
    (@fall $tx:ident $now:ident) => { let _ = ($tx, $now); };
    (@fall $tx:ident $now:ident $fall:path) => { $fall($tx, $now); };
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident: $service:literal {
            $($(#[$table_meta:meta])* $table:ident: $key:ty => $row:ty),* $(,)?
        }
        $(due($next:path, $fall:path))?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        $visibility struct $name {
            $($(#[$table_meta])* pub $table: $crate::Table<$key, $row>,)*
        }

        impl $crate::Tables for $name {
            const SERVICE: &'static str = $service;

            fn is_same(&self, other: &Self) -> bool {
                $(self.$table.is_same(&other.$table))&&*
            }

            fn summary(&self) -> Vec<$crate::TableSummary> {
                vec![$($crate::TableSummary { name: stringify!($table), rows: self.$table.len() },)*]
            }

            fn next_due(&self) -> Option<$crate::Timestamp> {
                $crate::tables!(@due self $($next)?)
            }

            fn fall_due(tx: &mut $crate::Transaction<Self>, now: $crate::Timestamp) {
                $crate::tables!(@fall tx now $($fall)?);
            }
        }
    };
}
