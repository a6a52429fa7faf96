//! The operation itself.

use standin_core::BoxFuture;

use crate::RequestContext;
use crate::chain::{AsyncRequestHandler, Flow, Handled};

/// Calls the provider's function.
pub(crate) struct Call;

impl AsyncRequestHandler for Call {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        Box::pin(async move {
            let taken = (context.handler.take(), context.operation.take(), context.input.take());
            if let (Some(handler), Some(operation), Some(input)) = taken {
                context.output = Some(handler.call(operation, input).await?);
            }
            Ok(Flow::Continue)
        })
    }
}
