//! A provider whose missing operations are answered by the fallback.

use std::sync::Arc;

use standin_core::{
    ByteStream, Context, Document, Input, OperationHandler, Output, Provider, ServiceError, error,
};
use standin_model::Catalog;
use standin_protocol::Call;

/// Wraps a provider: what it has no function for goes to the fallback, its answer parsed.
///
/// For callers in memory. The gateway forwards such a request as it came, before its body is read. An
/// operation that a provider has in part calls the fallback itself ([`Context::call_fallback`]), since
/// only it still has the input.
pub struct Dispatcher {
    provider: Arc<dyn Provider>,
    catalog: &'static Catalog,
}

impl Dispatcher {
    /// Wraps a provider.
    pub fn new(provider: Arc<dyn Provider>, catalog: &'static Catalog) -> Self {
        Self { provider, catalog }
    }
}

impl Provider for Dispatcher {
    fn service(&self) -> &'static str {
        self.provider.service()
    }

    fn operations(&self) -> Vec<&'static str> {
        self.provider.operations()
    }

    fn operation(self: Arc<Self>, name: &str) -> Option<OperationHandler> {
        let catalog = self.catalog;
        let native = self.provider.clone().operation(name);
        Some(native.unwrap_or_else(|| {
            OperationHandler::new(move |context, input| forward(catalog, context, input))
        }))
    }
}

async fn forward(
    catalog: &'static Catalog,
    context: Context,
    input: Input,
) -> Result<Output, ServiceError> {
    let Input { mut document, stream } = input;
    if let Some(stream) = stream {
        insert(catalog, &context, &mut document, stream).await?;
    }
    context.call_fallback(document).await.map(Output::from)
}

/// Puts the streamed member into the input, where the client's half of a protocol looks for it.
async fn insert(
    catalog: &'static Catalog,
    context: &Context,
    document: &mut Document,
    stream: ByteStream,
) -> Result<(), ServiceError> {
    let bytes = stream
        .collect()
        .await
        .map_err(|broken| ServiceError::sender("RequestTimeout", broken.to_string()))?;
    let unknown = || error::not_implemented(context.service, context.operation);
    let service = catalog.service(context.service).ok_or_else(unknown)?;
    let operation = service.operation(context.operation).ok_or_else(unknown)?;
    let call = Call { service, operation, protocol: context.protocol };
    if let (Some(member), Some(fields)) = (call.streaming_input(), document.as_object_mut()) {
        fields.insert(member.name, Document::Blob(bytes));
    }
    Ok(())
}
