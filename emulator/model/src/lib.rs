//! Shapes, operations and traits of every AWS service, and the documents that are their values.
//!
//! A [`Service`] is decoded once from the pack and lives as long as the process, so every name in it
//! is a `&'static str` and a [`Document`] can use member names without copying them.

mod answer;
pub mod botocore;
mod catalog;
mod document;
mod effect;
pub mod endpoints;
mod fields;
mod index;
pub mod json_patch;
mod key;
pub mod pack;
mod service;
mod shape;
mod timestamp;
mod undo;

pub use answer::{Answer, ServiceError};
pub use catalog::Catalog;
pub use document::{Digits, Document, Items, Number};
pub use effect::Effect;
pub use fields::{Fields, IntoFields};
pub use index::{OperationEntry, ServiceEntry};
pub use key::Key;
pub use service::{
    ErrorTrait, HttpTrait, Operation, Pagination, Protocol, Service, ServiceMetadata, SigningMode,
};
pub use shape::{
    Constraints, ErrorInfo, Location, Member, Name, Shape, ShapeId, ShapeKind, Structure,
    TimestampFormat, XmlNamespace,
};
pub use timestamp::{Timestamp, TimestampError};
pub use undo::{Undo, makes, undo};
