//! Exchanges by operation and by what their inputs say, so that a request looks at few of them.

use std::collections::{BTreeSet, HashMap};

use super::fingerprint::{Fingerprint, Sums};
use super::resources::ClassId;

/// Exchanges that may be asked for, by fingerprint.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    operations: HashMap<(&'static str, &'static str), Vec<Group>>,
    /// Where each exchange stands.
    places: HashMap<u32, Place>,
}

/// The exchanges of one operation of which the same paths are open.
#[derive(Clone, Debug)]
struct Group {
    open: Vec<u64>,
    shelves: HashMap<u64, Shelf>,
}

/// Exchanges whose inputs look alike, by the class of what they are about.
#[derive(Clone, Debug, Default)]
pub(super) struct Shelf {
    classes: HashMap<ClassId, BTreeSet<u32>>,
    /// The first exchange of each class.
    order: BTreeSet<(u32, ClassId)>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    operation: (&'static str, &'static str),
    group: usize,
    sum: u64,
    class: ClassId,
}

impl Index {
    /// Puts an exchange where its fingerprint says; it leaves where it stood.
    pub(super) fn put(
        &mut self,
        exchange: u32,
        operation: (&'static str, &'static str),
        (print, class): (&Fingerprint, ClassId),
    ) {
        self.take(exchange);
        let groups = self.operations.entry(operation).or_default();
        let group = groups.iter().position(|group| group.open == print.open);
        let group = group.unwrap_or_else(|| {
            groups.push(Group { open: print.open.clone(), shelves: HashMap::new() });
            groups.len() - 1
        });
        let shelf = groups[group].shelves.entry(print.sum).or_default();
        shelf.change(class, |exchanges| exchanges.insert(exchange));
        self.places.insert(exchange, Place { operation, group, sum: print.sum, class });
    }

    /// Takes an exchange out.
    pub(super) fn take(&mut self, exchange: u32) {
        let Some(place) = self.places.remove(&exchange) else { return };
        let Some(groups) = self.operations.get_mut(&place.operation) else { return };
        let shelves = &mut groups[place.group].shelves;
        let Some(shelf) = shelves.get_mut(&place.sum) else { return };
        shelf.change(place.class, |exchanges| exchanges.remove(&exchange));
        if shelf.order.is_empty() {
            shelves.remove(&place.sum);
        }
    }

    /// The exchanges of an operation that an input may be.
    pub(super) fn find<'i>(
        &'i self,
        operation: (&'static str, &'static str),
        sums: &'i Sums,
    ) -> impl Iterator<Item = &'i Shelf> {
        let groups = self.operations.get(&operation).map(Vec::as_slice).unwrap_or_default();
        groups
            .iter()
            .filter(|group| !group.shelves.is_empty())
            .filter_map(|group| group.shelves.get(&sums.without(&group.open)))
    }
}

impl Shelf {
    /// The exchanges by class, the class with the first exchange first.
    pub(super) fn classes(&self) -> impl Iterator<Item = (ClassId, &BTreeSet<u32>)> {
        self.order.iter().filter_map(|(_, class)| Some((*class, self.classes.get(class)?)))
    }

    fn change(&mut self, class: ClassId, change: impl FnOnce(&mut BTreeSet<u32>) -> bool) {
        let exchanges = self.classes.entry(class).or_default();
        if let Some(first) = exchanges.first() {
            self.order.remove(&(*first, class));
        }
        change(exchanges);
        match exchanges.first() {
            Some(first) => {
                self.order.insert((*first, class));
            }
            None => {
                self.classes.remove(&class);
            }
        }
    }
}
