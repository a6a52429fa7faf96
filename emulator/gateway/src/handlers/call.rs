//! The operation itself.

use standin_core::BoxFuture;

use crate::chain::{AsyncRequestHandler, Flow, Handled};
use crate::{Exception, RequestContext};

/// Calls the provider's function.
pub(crate) struct Call;

impl AsyncRequestHandler for Call {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        Box::pin(async move {
            let taken = (context.handler.take(), context.operation.take(), context.input.take());
            if let (Some(handler), Some(operation), Some(input)) = taken {
                let fault = context.body_fault.take();
                let fault = || fault.and_then(|fault| fault.take());
                let called = handler.call(operation, input).await;
                // Whatever was made of a broken body, it is no success.
                context.output = match (called, fault()) {
                    (_, Some(exception)) => return Err(exception),
                    (called, None) => Some(called.map_err(Exception::Service)?),
                };
            }
            Ok(Flow::Continue)
        })
    }
}
