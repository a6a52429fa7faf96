//! What must be recorded anew together.

use std::collections::BTreeMap;

use standin_tape::{ExchangeId, Recording};

use super::prepared::Prepared;

/// The exchanges of some operations, by their numbers, with all that they come after, all that comes after them, and
/// all that is about the same: what is made anew has other ids, and needs what it is made in.
pub(super) fn closure(recording: &Recording, operations: &[String]) -> BTreeMap<usize, ExchangeId> {
    let prepared = Prepared::new(recording.clone());
    let mut groups = Groups::new(recording.exchanges.len());
    for (number, part) in prepared.parts.iter().enumerate() {
        for next in &part.next {
            groups.join(number, *next as usize);
        }
    }
    for (one, other) in prepared.resources.ties() {
        groups.join(one as usize, other as usize);
    }
    let exchanges = || recording.exchanges.iter().enumerate();
    let named = exchanges().filter(|(_, exchange)| {
        !exchange.is_inferred() && operations.iter().any(|name| name == exchange.operation())
    });
    let roots: Vec<usize> = named.map(|(number, _)| groups.root(number)).collect();
    let again = exchanges().filter(|(number, exchange)| {
        !exchange.is_inferred() && roots.contains(&groups.root_of(*number))
    });
    again.map(|(number, exchange)| (number, exchange.id.clone())).collect()
}

/// Numbers in groups: each has one above it, the root of a group itself.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, number: usize) -> usize {
        let root = self.root_of(number);
        self.0[number] = root;
        root
    }

    fn root_of(&self, mut number: usize) -> usize {
        while self.0[number] != number {
            number = self.0[number];
        }
        number
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}
