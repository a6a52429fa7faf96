//! Calls from one service to another, in memory.

use std::sync::Arc;

use standin_core::{BoxFuture, Context, Document, ServiceClient, ServiceError};
use standin_gateway::Providers;

/// Calls the provider of a service, or else the fallback.
#[derive(Debug)]
pub(crate) struct InMemory(pub(crate) Arc<Providers>);

impl ServiceClient for InMemory {
    fn call(
        &self,
        context: Context,
        input: Document,
    ) -> BoxFuture<'_, Result<Document, ServiceError>> {
        let handler = self.0.operation(context.service, context.operation);
        Box::pin(async move {
            match handler {
                Some(handler) => Ok(handler.call(context, input.into()).await?.document),
                None => context.call_fallback(input).await,
            }
        })
    }
}
