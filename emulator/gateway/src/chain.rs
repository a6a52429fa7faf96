//! The handler chain: what runs on a request, in which order, and what an exception changes.

use standin_core::BoxFuture;

use crate::unwind::catch_unwind;
use crate::{Exception, Log, RequestContext};

/// What becomes of the chain after a request handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next request handler runs.
    Continue,
    /// The other request handlers are left out; the response handlers run.
    Stop,
    /// The other request handlers and all response handlers are left out.
    Terminate,
}

/// What a request handler gives.
pub type Handled = Result<Flow, Exception>;

/// Runs on each request, in order, until the chain is stopped.
pub trait RequestHandler: Send + Sync {
    /// Does its part of the work, at once.
    fn handle(&self, context: &mut RequestContext) -> Handled;
}

/// A request handler that waits: for a body, a provider, a backend.
pub trait AsyncRequestHandler: Send + Sync {
    /// Does its part of the work.
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled>;
}

/// Runs on each exception, before the response handlers.
pub trait ExceptionHandler: Send + Sync {
    /// Takes note of the exception, or makes the response for it.
    fn handle(&self, exception: &Exception, context: &mut RequestContext) -> Result<(), Exception>;
}

/// Runs once a response is there.
pub trait ResponseHandler: Send + Sync {
    /// Adds its part to the response.
    fn handle(&self, context: &mut RequestContext) -> Result<(), Exception>;
}

/// A request handler of either kind.
///
/// Most handlers never wait, and those that don't cost no future.
pub enum Link {
    /// It does its work at once.
    Now(Box<dyn RequestHandler>),
    /// It waits.
    Later(Box<dyn AsyncRequestHandler>),
}

/// The handlers, in the order in which they run. Plugins insert theirs before it is put to use.
#[derive(Default)]
pub struct Chain {
    /// Run until one stops the chain or fails.
    pub request: Vec<Link>,
    /// All run when a request handler has failed.
    pub exception: Vec<Box<dyn ExceptionHandler>>,
    /// All run, unless the chain was terminated.
    pub response: Vec<Box<dyn ResponseHandler>>,
}

impl Link {
    /// A handler that does its work at once.
    pub fn now(handler: impl RequestHandler + 'static) -> Self {
        Self::Now(Box::new(handler))
    }

    /// A handler that waits.
    pub fn later(handler: impl AsyncRequestHandler + 'static) -> Self {
        Self::Later(Box::new(handler))
    }
}

impl Chain {
    /// Runs the handlers on a request. What the client gets is the context's response afterwards.
    pub async fn run(&self, context: &mut RequestContext, log: &dyn Log) {
        let handled = catch_unwind(self.run_request_handlers(context)).await;
        let exception = match handled {
            Ok(Ok(Flow::Terminate)) => return,
            Ok(Ok(_)) => None,
            Ok(Err(exception)) => Some(exception),
            Err(panic) => Some(Exception::Panic(panic)),
        };
        if let Some(exception) = exception {
            for handler in &self.exception {
                let handled = handler.handle(&exception, context);
                report(log, context, "exception", handled);
            }
        }
        for handler in &self.response {
            let handled = handler.handle(context);
            report(log, context, "response", handled);
        }
    }

    async fn run_request_handlers(&self, context: &mut RequestContext) -> Handled {
        for link in &self.request {
            let flow = match link {
                Link::Now(handler) => handler.handle(context)?,
                Link::Later(handler) => handler.handle(context).await?,
            };
            if flow != Flow::Continue {
                return Ok(flow);
            }
        }
        Ok(Flow::Stop)
    }
}

/// An exception here must not stop the flow: there is a response already.
fn report(log: &dyn Log, context: &RequestContext, kind: &str, handled: Result<(), Exception>) {
    if let Err(exception) = handled {
        let id = &context.request_id;
        log.line(&format!("request {id}: a handler of the {kind} failed: {exception}"));
    }
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chain")
            .field("request", &self.request.len())
            .field("exception", &self.exception.len())
            .field("response", &self.response.len())
            .finish()
    }
}
