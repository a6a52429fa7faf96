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
pub struct OperationHandler {
    admit: Option<Admit>,
    call: Call,
}

type Admit = Box<dyn FnOnce(&Context) -> Result<(), ServiceError> + Send>;
type Call = Box<dyn FnOnce(Context, Input) -> BoxFuture<'static, Answered> + Send>;
type Answered = Result<Output, ServiceError>;

impl OperationHandler {
    /// A handler that calls a function.
    pub fn new<F>(call: impl FnOnce(Context, Input) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answered> + Send + 'static,
    {
        Self { admit: None, call: Box::new(|context, input| Box::pin(call(context, input))) }
    }

    /// Asks a function about the caller, before anything is said about the input.
    #[must_use]
    pub fn admitted_by(
        mut self,
        admit: impl FnOnce(&Context) -> Result<(), ServiceError> + Send + 'static,
    ) -> Self {
        self.admit = Some(Box::new(admit));
        self
    }

    /// Whether the caller may call, if that wasn't asked before.
    pub fn admit(&mut self, context: &Context) -> Result<(), ServiceError> {
        self.admit.take().map_or(Ok(()), |admit| admit(context))
    }

    /// Calls the operation. The caller is asked for, unless that was done.
    pub fn call(mut self, context: Context, input: Input) -> BoxFuture<'static, Answered> {
        match self.admit(&context) {
            Ok(()) => (self.call)(context, input),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
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
