//! Shapes, operations and traits of every AWS service, and the documents that are their values.
//!
//! A [`Service`] is decoded once from the pack and lives as long as the process, so every name in it
//! is a `&'static str` and a [`Document`] can use member names without copying them.

mod answer;
mod document;
mod service;
mod shape;
mod timestamp;

pub use answer::{Answer, ServiceError};
pub use document::{Document, Fields, Key, Number};
pub use service::{
    ErrorTrait, HttpTrait, Operation, Protocol, Service, ServiceMetadata, SigningMode,
};
pub use shape::{
    Constraints, ErrorInfo, Location, Member, Name, Shape, ShapeId, ShapeKind, Structure,
    TimestampFormat, XmlNamespace,
};
pub use timestamp::{Timestamp, TimestampError};
