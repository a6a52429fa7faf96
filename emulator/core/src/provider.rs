//! Providers: our implementations of services, as the gateway sees them.

use std::sync::Arc;

use crate::{BoxFuture, ByteStream, Context, Document, EventStream, ServiceError};

/// An implementation of a service.
///
/// Made by [`crate::provider!`], which binds the operations that it lists to typed functions.
pub trait Provider: Send + Sync + 'static {
    /// The service, by botocore's name.
    fn service(&self) -> &'static str;

    /// The operations it implements.
    fn operations(&self) -> Vec<&'static str>;

    /// What answers an operation. None is "not implemented", known before a body is read.
    fn operation(self: Arc<Self>, name: &str) -> Option<OperationHandler>;
}

/// What an operation is given: its input and, where the model streams a member, that member's bytes.
#[derive(Debug)]
pub struct Input {
    /// The input structure.
    pub document: Document,
    /// The streamed member.
    pub stream: Option<ByteStream>,
    /// The stream of events, where the model has one.
    pub events: Option<EventStream>,
}

/// What an operation answers: its output and, where the model streams a member, that member's bytes.
#[derive(Debug)]
pub struct Output {
    /// The output structure.
    pub document: Document,
    /// The streamed member.
    pub stream: Option<ByteStream>,
    /// The stream of events, where the model has one.
    pub events: Option<EventStream>,
}

/// One operation of a provider, ready to be called once.
pub struct OperationHandler(Call);

type Call = Box<dyn FnOnce(Context, Input) -> BoxFuture<'static, Answered> + Send>;
type Answered = Result<Output, ServiceError>;

impl OperationHandler {
    /// A handler that calls a function.
    pub fn new<F>(call: impl FnOnce(Context, Input) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answered> + Send + 'static,
    {
        Self(Box::new(|context, input| Box::pin(call(context, input))))
    }

    /// Calls the operation.
    pub fn call(self, context: Context, input: Input) -> BoxFuture<'static, Answered> {
        (self.0)(context, input)
    }
}

impl std::fmt::Debug for OperationHandler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OperationHandler")
    }
}

impl From<Document> for Input {
    fn from(document: Document) -> Self {
        Self { document, stream: None, events: None }
    }
}

impl From<Document> for Output {
    fn from(document: Document) -> Self {
        Self { document, stream: None, events: None }
    }
}
