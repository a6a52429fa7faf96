//! Operations with typed inputs and outputs.

use super::{ShapeError, Structure};
use crate::{ByteStream, Context, EventStream, Input, Output, ServiceError, error};

/// An operation of a service; [`crate::operations!`] makes one type each.
pub trait Operation {
    /// The operation's name.
    const NAME: &'static str;

    /// What it is given.
    type Input: Accept;

    /// What it answers.
    type Output: Give;
}

/// An operation's input or output with the bytes of the member that the model streams.
#[derive(Debug)]
pub struct Streamed<T> {
    /// The other members.
    pub shape: T,
    /// The streamed member.
    pub stream: ByteStream,
}

/// An operation's input or output with the events that the model streams.
#[derive(Debug)]
pub struct Evented<T> {
    /// The other members.
    pub shape: T,
    /// The events, as documents.
    pub events: EventStream,
}

/// Made from an operation's input.
pub trait Accept: Sized {
    /// Moves the values out of an input.
    fn accept(input: Input) -> Result<Self, ShapeError>;
}

/// Turned into an operation's output.
pub trait Give {
    /// Moves the values into an output.
    fn give(self) -> Output;
}

impl<T: Structure> Accept for T {
    fn accept(input: Input) -> Result<Self, ShapeError> {
        super::from_document(input.document)
    }
}

impl<T: Structure> Accept for Streamed<T> {
    fn accept(input: Input) -> Result<Self, ShapeError> {
        let stream = input.stream.unwrap_or_else(|| bytes::Bytes::new().into());
        Ok(Self { shape: super::from_document(input.document)?, stream })
    }
}

impl<T: Structure> Accept for Evented<T> {
    fn accept(input: Input) -> Result<Self, ShapeError> {
        let events = input.events.unwrap_or_else(|| EventStream::from_iter([]));
        Ok(Self { shape: super::from_document(input.document)?, events })
    }
}

impl<T: Structure> Give for T {
    fn give(self) -> Output {
        super::into_document(self).into()
    }
}

impl<T: Structure> Give for Streamed<T> {
    fn give(self) -> Output {
        Output { stream: Some(self.stream), ..super::into_document(self.shape).into() }
    }
}

impl<T: Structure> Give for Evented<T> {
    fn give(self) -> Output {
        Output { events: Some(self.events), ..super::into_document(self.shape).into() }
    }
}

/// Sees the caller of each operation of a provider, before anything is said about the input.
pub type Admission<P> = fn(&P, &Context) -> Result<(), ServiceError>;

/// What an operation answers that a provider doesn't list.
pub fn not_implemented<T>(context: &Context) -> Result<T, ServiceError> {
    Err(error::not_implemented(context.service, context.operation))
}
