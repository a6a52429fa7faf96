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
                let output =
                    called.map_err(|error| fault().unwrap_or(Exception::Service(error)))?;
                context.output = Some(output);
            }
            Ok(Flow::Continue)
        })
    }
}
