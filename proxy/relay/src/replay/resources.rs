//! What exchanges are about, and so which changes a read must come after.
//!
//! An exchange is about the names in its required members: table and key, bucket and key, queue. A change concerns a
//! read where one is about no more than the other: `PutObject` of a key concerns the reads of that key and the
//! listing of its bucket, `DeleteBucket` concerns both. The names are those of the recording, variables included, so
//! that all of this is known before the first request.

use std::collections::{BTreeSet, HashMap};

use standin_model::{Document, Effect, ShapeId, ShapeKind};
use standin_protocol::Call;
use standin_tape::template::{Part, parts};
use standin_tape::{Exchange, VariableKind};

/// Exchanges that are about the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ClassId(u32);

/// What the exchanges of a recording are about. It doesn't change.
#[derive(Debug, Default)]
pub(super) struct Resources {
    classes: Vec<Class>,
    /// The class of each exchange.
    of: Vec<ClassId>,
    /// Whether an exchange is a change that was made.
    changes: Vec<bool>,
}

#[derive(Debug, Default)]
struct Class {
    /// The changes that are about the same, in order.
    own: Vec<u32>,
    /// The changes that are about more, in order.
    wider: Vec<u32>,
    /// The classes that are about less.
    narrower: Vec<ClassId>,
    /// Whether it is certain that changes that are about more concern this class: a container's need not.
    is_item: bool,
    /// Whether it is about nothing by name: a listing of all there is.
    is_nothing: bool,
}

/// How far a run has come with the changes of a recording.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    own: Vec<Reached>,
    wider: Vec<Reached>,
}

/// How far a run has come with one list of changes.
#[derive(Clone, Copy, Debug, Default)]
struct Reached {
    /// How many from the beginning were made.
    made: usize,
    /// One more than the last that was made.
    last: u32,
}

/// Between which exchanges a read belongs now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Reads before this one were recorded before a change that was made.
    pub(super) from: u32,
    /// Reads after this one were recorded after a change that was not made yet.
    pub(super) to: u32,
}

/// The bounds of a read: by all changes that may concern it, and by those that do for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// By all.
    pub(super) narrow: Bounds,
    /// By the certain ones.
    pub(super) wide: Bounds,
}

impl Resources {
    /// What exchanges are about; `calls` are theirs, and `kind` tells what variables stand for.
    pub(super) fn of(
        exchanges: &[Exchange],
        calls: &[Option<Call>],
        kind: &dyn Fn(&str) -> Option<VariableKind>,
    ) -> Self {
        let mut names = Names::default();
        let mut known: HashMap<(&str, Vec<u32>), ClassId> = HashMap::new();
        let mut resources = Self::default();
        let mut about: Vec<(&str, Vec<u32>)> = Vec::new();
        for (exchange, call) in exchanges.iter().zip(calls) {
            let key = names.of(exchange, *call, kind);
            let key = (exchange.service.as_str(), key);
            let class = *known.entry(key.clone()).or_insert_with(|| {
                let (is_item, is_nothing) = (key.1.len() > 1, key.1.is_empty());
                resources.classes.push(Class { is_item, is_nothing, ..Class::default() });
                about.push(key);
                ClassId(index(resources.classes.len() - 1))
            });
            let is_change = is_change(exchange, *call);
            if is_change {
                let number = index(resources.of.len());
                resources.classes[class.0 as usize].own.push(number);
            }
            resources.of.push(class);
            resources.changes.push(is_change);
        }
        resources.relate(&about, &names.counts);
        resources
    }

    /// The class of an exchange.
    pub(super) fn class(&self, exchange: u32) -> ClassId {
        self.of[exchange as usize]
    }

    /// Whether an exchange is a change that was made.
    pub(super) fn is_change(&self, exchange: u32) -> bool {
        self.changes[exchange as usize]
    }

    /// Pairs of exchanges that are about the same, or one about more than the other; each is tied to all of its kind
    /// by some pairs. What is about nothing is tied to nobody.
    pub(super) fn ties(&self) -> Vec<(u32, u32)> {
        let mut first: Vec<Option<u32>> = vec![None; self.classes.len()];
        let mut ties = Vec::new();
        for (number, class) in (0_u32..).zip(&self.of) {
            let class = class.0 as usize;
            if self.classes[class].is_nothing {
                continue;
            }
            match first[class] {
                Some(first) => ties.push((first, number)),
                None => first[class] = Some(number),
            }
        }
        for (class, one) in self.classes.iter().zip(&first) {
            let narrower = class.narrower.iter().filter_map(|it| first[it.0 as usize]);
            ties.extend(narrower.filter_map(|other| Some(((*one)?, other))));
        }
        ties
    }

    /// Finds for each class those that are about less. Each class is listed under its rarest name, so that few are
    /// looked at.
    fn relate(&mut self, about: &[(&str, Vec<u32>)], counts: &[u32]) {
        let mut listed: HashMap<(&str, Option<u32>), Vec<u32>> = HashMap::new();
        for (number, (service, names)) in about.iter().enumerate() {
            let rarest = names.iter().copied().min_by_key(|name| counts[*name as usize]);
            listed.entry((service, rarest)).or_default().push(index(number));
        }
        for (number, (service, names)) in about.iter().enumerate() {
            let keys = names.iter().copied().map(Some).chain([None]);
            let mut narrower: Vec<ClassId> = keys
                .filter_map(|key| listed.get(&(*service, key)))
                .flatten()
                .filter(|other| is_less(&about[**other as usize].1, names))
                .map(|other| ClassId(*other))
                .collect();
            narrower.sort_unstable();
            for class in &narrower {
                let own = self.classes[number].own.clone();
                self.classes[class.0 as usize].wider.extend(own);
            }
            // Classes without changes bound nobody.
            self.classes[number].narrower = narrower;
        }
        for class in &mut self.classes {
            class.wider.sort_unstable();
        }
    }
}

impl Progress {
    /// At the beginning; what `done` says was made before.
    pub(super) fn new(resources: &Resources) -> Self {
        let none = vec![Reached::default(); resources.classes.len()];
        Self { own: none.clone(), wider: none }
    }

    /// An exchange was asked for. `done` says which were, this one included.
    pub(super) fn consume(&mut self, resources: &Resources, exchange: u32, done: &[bool]) {
        if !resources.is_change(exchange) {
            return;
        }
        let class = resources.class(exchange).0 as usize;
        self.own[class].advance(&resources.classes[class].own, exchange, done);
        for narrower in &resources.classes[class].narrower {
            let narrower = narrower.0 as usize;
            self.wider[narrower].advance(&resources.classes[narrower].wider, exchange, done);
        }
    }

    /// Where the next read of a class belongs.
    pub(super) fn window(&self, resources: &Resources, class: ClassId) -> Window {
        let number = class.0 as usize;
        let class = &resources.classes[number];
        let mut wide = self.own[number].bounds(&class.own);
        for narrower in &class.narrower {
            let narrower = narrower.0 as usize;
            wide = wide.and(self.own[narrower].bounds(&resources.classes[narrower].own));
        }
        let wider = self.wider[number].bounds(&class.wider);
        let narrow = wide.and(wider);
        Window { narrow, wide: if class.is_item { narrow } else { wide } }
    }
}

impl Reached {
    fn advance(&mut self, changes: &[u32], made: u32, done: &[bool]) {
        self.last = self.last.max(made + 1);
        while changes.get(self.made).is_some_and(|change| done[*change as usize]) {
            self.made += 1;
        }
    }

    fn bounds(self, changes: &[u32]) -> Bounds {
        Bounds { from: self.last, to: changes.get(self.made).copied().unwrap_or(u32::MAX) }
    }
}

impl Bounds {
    fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

fn is_change(exchange: &Exchange, call: Option<Call>) -> bool {
    let Some(call) = call else { return false };
    exchange.status().is_some_and(|status| status < 400)
        && Effect::of(call.service, call.operation) == Effect::Changes
}

/// Whether all of `less` is in `more`, and not the other way round. Both are sorted.
fn is_less(less: &[u32], more: &[u32]) -> bool {
    less.len() < more.len() && less.iter().all(|name| more.binary_search(name).is_ok())
}

fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The names that exchanges are about, numbered.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, u32>,
    counts: Vec<u32>,
}

impl Names {
    /// The names of an exchange, sorted.
    fn of(
        &mut self,
        exchange: &Exchange,
        call: Option<Call>,
        kind: &dyn Fn(&str) -> Option<VariableKind>,
    ) -> Vec<u32> {
        let mut found = BTreeSet::new();
        if let Some(call) = call {
            let gather = Gather { call, kind };
            gather.required(&exchange.input, &mut found);
            if found.is_empty() {
                gather.texts(&exchange.input, &mut found);
            }
        }
        let mut numbers: Vec<u32> = found.into_iter().map(|name| self.number(name)).collect();
        numbers.sort_unstable();
        numbers
    }

    fn number(&mut self, name: String) -> u32 {
        let next = index(self.counts.len());
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.counts.push(0);
        }
        self.counts[number as usize] += 1;
        number
    }
}

struct Gather<'g> {
    call: Call,
    kind: &'g dyn Fn(&str) -> Option<VariableKind>,
}

impl Gather<'_> {
    /// The names in the members that the operation can't be without. What lists hold is several things at once, and
    /// names none of them.
    fn required(&self, input: &Document, found: &mut BTreeSet<String>) {
        let structure = self.call.operation.input.and_then(|id| self.call.service.structure(id));
        let (Some(structure), Some(fields)) = (structure, input.as_object()) else { return };
        for (key, value) in fields.iter() {
            if let Some(member) = structure.member(key)
                && member.required
            {
                self.below(value, Some(member.shape), found);
            }
        }
    }

    fn below(&self, value: &Document, id: Option<ShapeId>, found: &mut BTreeSet<String>) {
        match value {
            Document::String(text) => self.name(text, found),
            Document::Object(fields) => {
                let kind = id.map(|id| &self.call.service.shape(id).kind);
                for (key, value) in fields.iter() {
                    let id = match kind {
                        Some(ShapeKind::Structure(structure)) => {
                            structure.member(key).map(|member| member.shape)
                        }
                        Some(ShapeKind::Map(_, value)) => Some(value.shape),
                        _ => None,
                    };
                    if matches!((kind, value), (Some(ShapeKind::Map(..)), Document::List(_))) {
                        self.name(key, found);
                    }
                    self.below(value, id, found);
                }
            }
            _ => {}
        }
    }

    /// All texts of the first two levels.
    fn texts(&self, input: &Document, found: &mut BTreeSet<String>) {
        let Some(fields) = input.as_object() else { return };
        for (_, value) in fields.iter() {
            match value {
                Document::String(text) => self.name(text, found),
                Document::List(items) => {
                    items.iter().filter_map(Document::as_str).for_each(|text| {
                        self.name(text, found);
                    });
                }
                _ => {}
            }
        }
    }

    /// A value as a name; of ARNs and URLs the pieces, without those that all have.
    fn name(&self, text: &str, found: &mut BTreeSet<String>) {
        let is_compound = text.starts_with("arn:") || text.contains("://") || self.has_host(text);
        let mut piece = String::new();
        for part in parts(text).unwrap_or_default() {
            match part {
                Part::Literal(literal) if is_compound => {
                    for character in literal.chars() {
                        match character {
                            '/' | ':' | '?' => self.add(&mut piece, found),
                            character => piece.push(character),
                        }
                    }
                }
                Part::Literal(literal) => piece.push_str(&literal),
                Part::Variable(name) => match (self.kind)(name) {
                    Some(VariableKind::Account | VariableKind::Region | VariableKind::Host)
                        if is_compound => {}
                    _ => {
                        piece.push('«');
                        piece.push_str(name);
                    }
                },
            }
        }
        self.add(&mut piece, found);
    }

    fn has_host(&self, text: &str) -> bool {
        parts(text).unwrap_or_default().iter().any(|part| {
            matches!(part, Part::Variable(name) if (self.kind)(name) == Some(VariableKind::Host))
        })
    }

    fn add(&self, piece: &mut String, found: &mut BTreeSet<String>) {
        const COMMON: [&str; 5] = ["", "arn", "aws", "http", "https"];
        let piece = std::mem::take(piece);
        if !COMMON.contains(&piece.as_str()) && piece != self.call.service.metadata.signing_name {
            found.insert(piece);
        }
    }
}
