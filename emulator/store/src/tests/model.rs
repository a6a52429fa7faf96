//! Random transactions, failures and forks, compared with plain maps.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Numbers, scope};
use crate::{Store, Transaction};

#[derive(Clone, Debug)]
enum Change {
    Insert(u16, u32),
    Remove(u16),
    Add(u16, u32),
    Clear,
}

#[derive(Clone, Debug)]
enum Step {
    Commit(usize, Vec<Change>),
    Fail(usize, Vec<Change>),
    Fork(usize),
    Rewind(usize, usize),
}

type Model = BTreeMap<u16, u32>;

proptest! {
    #[test]
    fn stores_do_as_plain_maps_do(steps in proptest::collection::vec(step(), 1..60)) {
        let mut stores = vec![(Store::new(), Model::new())];
        for step in steps {
            take(&mut stores, step);
            for (store, model) in &stores {
                let tables = store.read::<Numbers>(&scope());
                prop_assert_eq!(tables.rows.iter().collect::<Vec<_>>(), model.iter().collect::<Vec<_>>());
                prop_assert_eq!(tables.rows.len(), model.len());
            }
        }
    }

    #[test]
    fn ranges_are_those_of_plain_maps(rows in proptest::collection::btree_map(any::<u16>(), any::<u32>(), 0..300), from: u16, to: u16) {
        prop_assume!(from <= to);
        let mut table = crate::Table::default();
        for (key, row) in &rows {
            table.insert(*key, *row);
        }
        prop_assert!(table.range(from..to).eq(rows.range(from..to)));
        prop_assert!(table.range(from..=to).rev().eq(rows.range(from..=to).rev()));
        prop_assert_eq!(table.first(), rows.first_key_value());
        prop_assert_eq!(table.last(), rows.last_key_value());
    }
}

fn step() -> impl Strategy<Value = Step> {
    let changes = || proptest::collection::vec(change(), 0..20);
    prop_oneof![
        6 => (0..4usize, changes()).prop_map(|(store, changes)| Step::Commit(store, changes)),
        3 => (0..4usize, changes()).prop_map(|(store, changes)| Step::Fail(store, changes)),
        1 => (0..4usize).prop_map(Step::Fork),
        1 => (0..4usize, 0..4usize).prop_map(|(store, to)| Step::Rewind(store, to)),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        8 => (0..200u16, any::<u32>()).prop_map(|(key, row)| Change::Insert(key, row)),
        4 => (0..200u16).prop_map(Change::Remove),
        4 => (0..200u16, any::<u32>()).prop_map(|(key, row)| Change::Add(key, row)),
        1 => Just(Change::Clear),
    ]
}

fn take(stores: &mut Vec<(Store, Model)>, step: Step) {
    let count = stores.len();
    match step {
        Step::Commit(store, changes) => {
            let (store, model) = &mut stores[store % count];
            change_all(model, &changes);
            run(store, &changes, Ok(())).unwrap();
        }
        Step::Fail(store, changes) => run(&stores[store % count].0, &changes, Err(())).unwrap_err(),
        Step::Fork(store) => {
            let (store, model) = &stores[store % count];
            let fork = (store.fork(), model.clone());
            stores.push(fork);
        }
        Step::Rewind(store, to) => {
            let (kept, model) = &stores[to % count];
            stores[store % count] = (Store::of(kept.world()), model.clone());
        }
    }
}

fn run(store: &Store, changes: &[Change], result: Result<(), ()>) -> Result<(), ()> {
    store.transaction(&scope(), |tx: &mut Transaction<Numbers>| {
        let rows = &mut tx.tables.rows;
        for change in changes {
            match *change {
                Change::Insert(key, row) => drop(rows.insert(key, row)),
                Change::Remove(key) => drop(rows.remove(&key)),
                Change::Add(key, by) => {
                    if let Some(row) = rows.get_mut(&key) {
                        *row = row.wrapping_add(by);
                    }
                }
                Change::Clear => rows.clear(),
            }
        }
        result
    })
}

fn change_all(model: &mut Model, changes: &[Change]) {
    for change in changes {
        match *change {
            Change::Insert(key, row) => drop(model.insert(key, row)),
            Change::Remove(key) => drop(model.remove(&key)),
            Change::Add(key, by) => {
                if let Some(row) = model.get_mut(&key) {
                    *row = row.wrapping_add(by);
                }
            }
            Change::Clear => model.clear(),
        }
    }
}
