//! Prints how long a transaction of one row and one index row takes, by the size of the tables, and a fork.

#![expect(clippy::print_stdout, reason = "the figures are its purpose")]

use std::convert::Infallible;
use std::hint::black_box;
use std::time::Instant;

use standin_store::{Scope, Store, Transaction};

standin_store::tables! {
    /// Small rows with an index.
    struct Rows: "rows" {
        /// The rows.
        rows: u64 => u64,
        /// The index over their values.
        index: (u64, u64) => (),
    }
}

fn main() {
    for size in [1_000, 100_000, 1_000_000] {
        measure(size);
    }
}

fn measure(size: u64) {
    let store = Store::new();
    let scope = Scope::regional("000000000000", "us-east-1");
    change(&store, &scope, |rows| (0..size).for_each(|key| put(rows, key, key)));
    let rounds = 200_000;
    let start = Instant::now();
    for round in 0..rounds {
        let key = round * 7919 % size;
        change(&store, &scope, |rows| put(rows, key, round));
    }
    let transaction = start.elapsed() / u32::try_from(rounds).expect("fits");
    let start = Instant::now();
    for _ in 0..1000 {
        black_box(store.fork());
    }
    println!("{size:>9} rows: a transaction {transaction:?}, a fork {:?}", start.elapsed() / 1000);
}

fn put(rows: &mut Rows, key: u64, value: u64) {
    if let Some(before) = rows.rows.insert(key, value) {
        rows.index.remove(&(before, key));
    }
    rows.index.insert((value, key), ());
}

fn change(store: &Store, scope: &Scope, change: impl FnOnce(&mut Rows)) {
    let done: Result<(), Infallible> = store.transaction(scope, |tx: &mut Transaction<Rows>| {
        change(&mut tx.tables);
        Ok(())
    });
    done.unwrap_or_else(|never| match never {});
}
