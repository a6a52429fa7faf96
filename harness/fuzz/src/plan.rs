//! Which values are tried: any number, spread evenly over the operations by a seed.

use sha2::{Digest, Sha256};
use standin_model::{Catalog, Operation, Service};
use standin_protocol::Call;
use standin_protocol::eventstream::Direction;

use crate::Part;

/// What is to be tried.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many values in all.
    pub cases: u64,
    /// What decides the values, and which operations get one more than others.
    pub seed: u64,
    /// Only this service.
    pub service: Option<String>,
    /// Only this operation.
    pub operation: Option<String>,
}

/// One value to be tried.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The operation and its protocol.
    pub call: Call,
    /// Which of its values.
    pub part: Part,
    /// The how-manieth value of the operation it is.
    pub round: u64,
    /// The plan's seed.
    pub seed: u64,
}

/// A plan can't be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The catalog has no such service.
    #[error("no service is called {0}; `standin specs list` shows those there are")]
    UnknownService(String),
    /// No service of the plan has the operation.
    #[error("no operation is called {0}")]
    UnknownOperation(String),
}

/// The operations of a service and how many values each gets.
pub(crate) struct Share {
    pub(crate) service: &'static Service,
    operations: Vec<(&'static Operation, u64)>,
    seed: u64,
}

impl Plan {
    /// The share of each service, in the order of their names.
    pub(crate) fn shares(&self, catalog: &'static Catalog) -> Result<Vec<Share>, PlanError> {
        let names = catalog.services().iter().map(|entry| entry.name);
        let wanted = |name: &&str| self.service.as_deref().is_none_or(|only| only == *name);
        let services: Vec<_> =
            names.filter(wanted).filter_map(|name| catalog.service(name)).collect();
        if let (Some(name), []) = (&self.service, services.as_slice()) {
            return Err(PlanError::UnknownService(name.clone()));
        }
        let mut operations: Vec<_> = services
            .iter()
            .zip(0_usize..)
            .flat_map(|(service, place)| service.operations.iter().map(move |op| (place, op)))
            .filter(|(_, op)| self.operation.as_deref().is_none_or(|only| only == op.name))
            .map(|(place, op)| (self.order(services[place], op), place, op))
            .collect();
        if let (Some(name), []) = (&self.operation, operations.as_slice()) {
            return Err(PlanError::UnknownOperation(name.clone()));
        }
        operations.sort_by_key(|(order, ..)| *order);
        let count = operations.len() as u64;
        let mut shares: Vec<_> = services
            .into_iter()
            .map(|service| Share { service, operations: Vec::new(), seed: self.seed })
            .collect();
        for ((_, place, operation), index) in operations.into_iter().zip(0_u64..) {
            let values = self.cases / count + u64::from(index < self.cases % count);
            shares[place].operations.push((operation, values));
        }
        for share in &mut shares {
            share.operations.sort_by_key(|(operation, _)| operation.name);
        }
        Ok(shares)
    }

    fn order(&self, service: &Service, operation: &Operation) -> u64 {
        number(&[&self.seed.to_string(), service.metadata.name, operation.name])
    }
}

impl Share {
    /// How many values the service gets.
    pub(crate) fn count(&self) -> u64 {
        self.operations.iter().map(|(_, values)| values).sum()
    }

    /// The cases: an operation's rounds go through its protocols and parts, from a place that the seed names.
    pub(crate) fn cases(&self) -> impl Iterator<Item = Case> {
        self.operations
            .iter()
            .flat_map(|(operation, rounds)| (0..*rounds).map(|round| self.case(operation, round)))
    }

    fn case(&self, operation: &'static Operation, round: u64) -> Case {
        let (service, seed) = (self.service, self.seed);
        let start = number(&[&seed.to_string(), service.metadata.name, operation.name, "start"]);
        let protocols = &service.metadata.protocols;
        let mut call = Call { service, operation, protocol: protocols[0] };
        let mut parts = vec![Part::Input, Part::Output];
        if !operation.errors.is_empty() {
            let errors = operation.errors.len() as u64;
            parts.push(Part::Error(operation.errors[place((start / 7 + round) % errors)]));
        }
        parts.extend(Part::events(&call));
        let kinds = parts.len() as u64;
        let turn = (start % 1_000_000 + round) % (kinds * protocols.len() as u64);
        call.protocol = protocols[place(turn / kinds)];
        Case { call, part: parts[place(turn % kinds)], round, seed }
    }
}

impl Case {
    /// The part's name: `request`, `answer`, `error` with its shape's, or `event` with the way it goes.
    pub fn part_name(&self) -> String {
        match self.part {
            Part::Input => "request".to_owned(),
            Part::Output => "answer".to_owned(),
            Part::Error(id) => format!("error {}", self.call.service.shape(id).name),
            Part::Event(Direction::Input) => "event of request".to_owned(),
            Part::Event(Direction::Output) => "event of answer".to_owned(),
        }
    }

    /// What decides the case's value, and nothing else does.
    pub(crate) fn entropy(&self) -> [u8; 32] {
        digest(&[
            &self.seed.to_string(),
            self.call.service.metadata.name,
            self.call.protocol.name(),
            self.call.operation.name,
            &self.part_name(),
            &self.round.to_string(),
        ])
    }
}

fn place(index: u64) -> usize {
    usize::try_from(index).expect("below the length of a list")
}

fn digest(parts: &[&str]) -> [u8; 32] {
    Sha256::digest(parts.join("/")).into()
}

fn number(parts: &[&str]) -> u64 {
    let digest = digest(parts);
    u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"))
}
