//! The vocabulary of providers: context, errors, clock, ids, ARNs, and the ports to other services.
//!
//! A provider is made with [`provider!`] over the typed shapes that the scaffold generates. It takes
//! time, ids, and other services from its [`Context`], keeps its state in a store, and never sees HTTP.

mod access_key;
mod account;
mod arn;
mod clock;
pub mod constraints;
mod context;
pub mod error;
mod events;
mod ids;
pub mod paging;
mod ports;
mod provider;
mod region;
pub mod shape;
mod stream;

pub use access_key::{AccessKey, KeyDecoding, is_issued, issue_access_key};
pub use account::{AccountId, InvalidAccountId};
pub use arn::{Arn, InvalidArn};
pub use clock::{Clock, SystemClock, VirtualClock};
pub use context::{Caller, Context, Environment};
pub use events::{EventStream, Events};
pub use ids::{IdStream, Ids};
pub use ports::{Fallback, Forward, NoFallback, NoServices, ServiceClient};
pub use provider::{Input, OperationHandler, Output, Provider};
pub use region::{InvalidRegion, Partition, Region};
pub use standin_model::{
    Answer, Document, Fields, Items, Key, Number, Protocol, ServiceError, Timestamp,
};
pub use stream::{ByteStream, Chunks, StreamError};

/// Immutable bytes, the type of blobs.
pub use bytes::Bytes;

/// A boxed future, as the methods of object-safe traits give it.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
