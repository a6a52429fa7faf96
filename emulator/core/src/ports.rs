//! Ports: what providers call and others, above them, implement.

use std::fmt;

use crate::{BoxFuture, ByteStream, Context, Document, ServiceError, error};

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

/// Forwards to a backend a request that no provider answers, its body unread.
///
/// The gateway asks it for operations without a native function; a streamed body can't be sent twice, so
/// it is handed over as the stream that it is, and the backend's answer comes back as one.
pub trait Forward: fmt::Debug + Send + Sync {
    /// Sends the request as the client made it, headers and raw path included, on behalf of the context's account
    /// and region. An error is one that the protocol's serializer can write: the backend can't be reached (503), or
    /// the operation sets up what isn't bridged (501).
    fn forward(
        &self,
        context: Context,
        request: http::Request<ByteStream>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, ServiceError>>;

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

impl Forward for NoFallback {
    fn forward(
        &self,
        context: Context,
        _request: http::Request<ByteStream>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, ServiceError>> {
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
