//! Values of any shape: a proptest strategy that is led by the model.
//!
//! [`generate`] makes a value of a shape without asking where it travels; [`legal`] makes of it what the
//! wire can carry at each place; [`shrink`] makes it smaller, and legal again.

mod generate;
pub(crate) mod legal;
mod patterns;
mod scalars;
mod shrink;
mod text;

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use standin_model::{Document, Shape, ShapeId};
use standin_protocol::Call;
use standin_protocol::eventstream::Direction;

pub use patterns::Patterns;

/// Which of a call's values: what a request, a success, an error or a message of a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The input.
    Input,
    /// The output.
    Output,
    /// The members of an error that the operation declares.
    Error(ShapeId),
    /// An event, or an exception, of the stream that goes this way.
    Event(Direction),
}

/// How a value takes the model's constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taste {
    /// Lengths, ranges, enums and patterns hold, as far as a value of bounded size can.
    Fitting,
    /// Only the types hold: what a codec must carry whatever a validator says of it.
    Hostile,
}

/// The strategy: values of a part of a call, legal where they travel.
#[derive(Clone, Copy, Debug)]
pub struct Values<'p> {
    /// The operation and its protocol.
    pub call: Call,
    /// Which of its values.
    pub part: Part,
    /// How it takes constraints.
    pub taste: Taste,
    /// The patterns compiled so far.
    pub patterns: &'p Patterns,
}

/// A value, and the smaller ones that it can become.
#[derive(Debug)]
pub struct Tree {
    call: Call,
    part: Part,
    /// The last value that is known to fail.
    base: Document,
    current: Document,
    /// The smaller values of `base` that are not tried yet, the next one last.
    smaller: Vec<Document>,
}

impl Part {
    /// The parts that are events of a call's streams.
    pub fn events(call: &Call) -> impl Iterator<Item = Self> + use<> {
        let input = call.event_stream_input().map(|_| Self::Event(Direction::Input));
        let output = call.event_stream_output().map(|_| Self::Event(Direction::Output));
        input.into_iter().chain(output)
    }

    /// The shape of the part, if the operation has it.
    pub fn shape(self, call: &Call) -> Option<&'static Shape> {
        let id = match self {
            Self::Input => call.operation.input,
            Self::Output => call.operation.output,
            Self::Error(id) => Some(id),
            Self::Event(Direction::Input) => call.event_stream_input().map(|member| member.shape),
            Self::Event(Direction::Output) => call.event_stream_output().map(|member| member.shape),
        };
        id.map(|id| call.service.shape(id))
    }
}

impl Strategy for Values<'_> {
    type Tree = Tree;
    type Value = Document;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let free = generate::value(self, runner);
        let base = legal::legalise(&self.call, self.part, free);
        let current = base.clone();
        Ok(Tree { call: self.call, part: self.part, base, current, smaller: Vec::new() })
    }
}

impl Tree {
    /// Takes the next smaller value of the base that is still smaller once it is legal.
    fn advance(&mut self) -> bool {
        let size = shrink::size(&self.base);
        while let Some(next) = self.smaller.pop() {
            let legal = legal::legalise(&self.call, self.part, next);
            if shrink::size(&legal) < size {
                self.current = legal;
                return true;
            }
        }
        self.current = self.base.clone();
        false
    }
}

impl ValueTree for Tree {
    type Value = Document;

    fn current(&self) -> Document {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        self.base = self.current.clone();
        self.smaller = shrink::smaller(&self.base);
        self.smaller.reverse();
        self.advance()
    }

    fn complicate(&mut self) -> bool {
        self.advance()
    }
}

#[cfg(test)]
mod tests;
