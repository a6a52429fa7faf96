//! Tests of the store: transactions, forks, wake-ups, due rows.

mod model;
mod waking;

use crate::{Scope, Store, Transaction};

crate::tables! {
    /// Tables of the tests.
    pub(crate) struct Numbers: "numbers" {
        /// Rows by number.
        rows: u16 => u32,
        /// A second table, to see that both commit together.
        sums: String => u64,
    }
}

pub(crate) fn scope() -> Scope {
    Scope::regional("000000000000", "us-east-1")
}

pub(crate) fn put(store: &Store, key: u16, row: u32) {
    let done: Result<(), ()> = store.transaction(&scope(), |tx: &mut Transaction<Numbers>| {
        tx.tables.rows.insert(key, row);
        Ok(())
    });
    done.unwrap();
}

#[test]
fn a_failed_transaction_leaves_nothing() {
    let store = Store::new();
    put(&store, 1, 10);
    let failed = store.transaction(&scope(), |tx: &mut Transaction<Numbers>| {
        tx.tables.rows.insert(1, 11);
        tx.tables.sums.insert("all".to_owned(), 11);
        Err::<(), _>("no")
    });
    assert_eq!(failed, Err("no"));
    let after = store.read::<Numbers>(&scope());
    assert_eq!((after.rows.get(&1), after.sums.len()), (Some(&10), 0));
    assert_eq!(store.world().commit(), 1);
}

#[test]
fn a_panicking_transaction_leaves_nothing_and_the_next_one_works() {
    let store = Store::new();
    put(&store, 1, 10);
    let panicked = std::panic::catch_unwind(|| {
        let _: Result<(), ()> = store.transaction(&scope(), |tx: &mut Transaction<Numbers>| {
            tx.tables.rows.insert(1, 11);
            panic!("in the middle")
        });
    });
    assert!(panicked.is_err());
    assert_eq!(store.read::<Numbers>(&scope()).rows.get(&1), Some(&10));
    put(&store, 1, 12);
    assert_eq!(store.read::<Numbers>(&scope()).rows.get(&1), Some(&12));
}

#[test]
fn a_transaction_that_changes_nothing_is_no_commit() {
    let store = Store::new();
    put(&store, 1, 10);
    let looked: Result<Option<u32>, ()> =
        store.transaction(&scope(), |tx: &mut Transaction<Numbers>| {
            tx.tables.rows.remove(&7);
            tx.tables.rows.get_mut(&8);
            Ok(tx.tables.rows.get(&1).copied())
        });
    assert_eq!(looked, Ok(Some(10)));
    assert_eq!(store.world().commit(), 1);
}

#[test]
fn scopes_and_services_are_apart() {
    let store = Store::new();
    put(&store, 1, 10);
    for other in [
        Scope::regional("000000000000", "eu-west-1"),
        Scope::regional("111111111111", "us-east-1"),
        Scope::cross_region("000000000000"),
        Scope::cross_account("us-east-1"),
        Scope::global(),
    ] {
        assert!(store.read::<Numbers>(&other).rows.is_empty(), "{other}");
    }
    let world = store.world();
    let roots: Vec<_> = world
        .roots()
        .map(|(service, scope, commit, _)| (service, scope.to_string(), commit))
        .collect();
    assert_eq!(roots, [("numbers", "000000000000/us-east-1".to_owned(), 1)]);
}

#[test]
fn a_reader_keeps_what_it_took() {
    let store = Store::new();
    put(&store, 1, 10);
    let before = store.read::<Numbers>(&scope());
    put(&store, 1, 11);
    assert_eq!(before.rows.get(&1), Some(&10));
}

#[test]
fn parallel_writers_lose_no_increment() {
    let store = Store::new();
    let add = || {
        for _ in 0..500 {
            let done: Result<(), ()> =
                store.transaction(&scope(), |tx: &mut Transaction<Numbers>| {
                    let sum = tx.tables.sums.get("all").copied().unwrap_or(0);
                    tx.tables.sums.insert("all".to_owned(), sum + 1);
                    Ok(())
                });
            done.unwrap();
        }
    };
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(add);
        }
    });
    assert_eq!(store.read::<Numbers>(&scope()).sums.get("all"), Some(&2000));
    assert_eq!(store.world().commit(), 2000);
}
