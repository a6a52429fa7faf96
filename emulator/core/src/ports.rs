//! Ports: what providers call and others, above them, implement.

use std::fmt;

use crate::{BoxFuture, Context, Document, ServiceError, error};

/// Answers what no provider does, by a backend.
pub trait Fallback: fmt::Debug + Send + Sync {
    /// Sends an operation's input to the backend, and gives its parsed answer.
    fn call(
        &self,
        context: Context,
        input: Document,
    ) -> BoxFuture<'_, Result<Document, ServiceError>>;

    /// The backend that would answer for a service (`moto@5.1`), if one would.
    fn backend(&self, service: &str) -> Option<String>;
}

/// Calls an operation of another service, in memory.
pub trait ServiceClient: fmt::Debug + Send + Sync {
    /// Sends an input to the operation that the context names, in the account and region that it names.
    fn call(
        &self,
        context: Context,
        input: Document,
    ) -> BoxFuture<'_, Result<Document, ServiceError>>;
}

/// No fallback: what no provider answers is not implemented.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFallback;

impl Fallback for NoFallback {
    fn call(
        &self,
        context: Context,
        _input: Document,
    ) -> BoxFuture<'_, Result<Document, ServiceError>> {
        Box::pin(async move { Err(error::not_implemented(context.service, context.operation)) })
    }

    fn backend(&self, _service: &str) -> Option<String> {
        None
    }
}

/// No other services, for tests of one provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoServices;

impl ServiceClient for NoServices {
    fn call(
        &self,
        context: Context,
        _input: Document,
    ) -> BoxFuture<'_, Result<Document, ServiceError>> {
        Box::pin(async move { Err(error::not_implemented(context.service, context.operation)) })
    }
}
