//! What a recording supposes to exist, inferred from its exchanges.
//!
//! Recordings of test suites begin after their set-up: the bucket, the table and the key are there. Each
//! module here knows one kind of such state. What it can't infer it leaves out.

mod dynamodb;
mod fields;
mod kms;
mod named;
mod s3;

use std::collections::HashMap;

use bytes::Bytes;
use standin_model::{Answer, Document};
use standin_protocol::Call;
use standin_tape::Variable;

use super::decode::Decoded;

/// A request that must come first, plain.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) call: Call,
    pub(super) host: String,
    pub(super) input: Document,
}

/// What a recording supposes.
#[derive(Clone, Debug, Default)]
pub(super) struct Prologue {
    pub(super) steps: Vec<Step>,
    /// Variables that the steps define, with the recorded value that each stands for.
    pub(super) variables: Vec<(Variable, String)>,
}

/// What all files together know.
#[derive(Clone, Debug, Default)]
pub(super) struct Siblings {
    /// `DescribeTable`'s `Table`, by the table's name.
    tables: HashMap<String, Document>,
    /// Object bodies by the MD5 that is their `ETag`.
    bodies: HashMap<String, Bytes>,
}

impl Siblings {
    /// Learns from an answer, whose request may be unusable.
    pub(super) fn witness(&mut self, call: Call, answer: &Answer) {
        if let Answer::Output(output) = answer {
            dynamodb::learn(self, call, output);
        }
    }

    /// Learns from a whole exchange.
    pub(super) fn learn(&mut self, decoded: &Decoded) {
        s3::learn(self, decoded);
    }
}

/// The prologue of a recording's exchanges.
pub(super) fn infer(exchanges: &[Decoded], siblings: &Siblings, region: &str) -> Prologue {
    let mut prologue = Prologue::default();
    prologue.steps.extend(s3::infer(exchanges, siblings, region));
    prologue.steps.extend(dynamodb::infer(exchanges, siblings));
    prologue.steps.extend(named::queues(exchanges));
    prologue.steps.extend(named::roles(exchanges));
    kms::infer(exchanges, &mut prologue);
    prologue
}

impl Decoded {
    /// The output, if the exchange is of the service and succeeded.
    fn output_of(&self, service: &str) -> Option<&Document> {
        match &self.answer {
            Answer::Output(output) if self.is_of(service) => Some(output),
            _ => None,
        }
    }

    fn is_of(&self, service: &str) -> bool {
        self.call.service.metadata.name == service
    }

    /// A step of the same service, to the same host.
    fn step(&self, operation: &str, input: Document) -> Option<Step> {
        let operation = self.call.service.operation(operation)?;
        Some(Step { call: Call { operation, ..self.call }, host: self.host.clone(), input })
    }
}
