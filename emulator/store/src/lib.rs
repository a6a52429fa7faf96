//! Declared tables, transactions and worlds.
