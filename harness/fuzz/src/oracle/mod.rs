//! A second opinion: what another implementation of the protocols makes of the same values.

mod judge;
mod process;
mod rules;
mod wire;

use bytes::Bytes;
use http::{Request, Response};
use standin_model::Document;
use standin_protocol::eventstream::Direction;

use crate::{Case, Part};

pub use process::{Botocore, OracleError};
pub use rules::{Rule, rules};

pub(crate) use judge::{judge, judge_value};

/// What an oracle is asked about a case.
#[derive(Debug)]
pub struct Question<'q> {
    /// The operation, its protocol, and which of its values it is about.
    pub case: &'q Case,
    /// What the oracle is given.
    pub given: Given<'q>,
}

/// What an oracle is given.
#[derive(Debug)]
pub enum Given<'q> {
    /// An input, to be written as a request.
    Input(&'q Document),
    /// An answer of ours, to be read.
    Response(&'q Response<Bytes>),
    /// An answer of ours, to be read with the stream that is in it: bytes, or a list of events.
    Streamed(&'q Response<Bytes>),
}

/// What an oracle says.
#[derive(Debug)]
pub enum Reply {
    /// The request that it wrote.
    Request(Request<Bytes>),
    /// The output that it read.
    Output(Document),
    /// The error that it read.
    Error {
        /// The code.
        code: String,
        /// The text.
        message: String,
        /// The members.
        members: Document,
    },
    /// It could not.
    Failed(String),
}

/// Whoever gives the second opinion.
pub trait Oracle {
    /// Replies to questions about one service, in their order.
    fn ask(&mut self, questions: &[Question<'_>]) -> Result<Vec<Reply>, OracleError>;
}

/// Whether the oracle has an opinion about a case. Of answers that are streams it reads the events one by one, and it
/// writes none.
pub(crate) fn is_asked(case: &Case) -> bool {
    match case.part {
        Part::Output => case.call.event_stream_output().is_none(),
        Part::Event(direction) => direction == Direction::Output,
        Part::Input | Part::Error(_) => true,
    }
}
