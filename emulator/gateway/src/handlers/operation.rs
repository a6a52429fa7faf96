//! Whether we have the operation.

use std::sync::Arc;

use standin_core::{Context, Environment};

use crate::chain::{Flow, Handled, RequestHandler};
use crate::gateway::Shared;
use crate::{Providers, RequestContext};

/// Asks the providers' tables for the operation.
pub(crate) struct FindOperation {
    providers: Arc<Providers>,
    environment: Arc<Environment>,
}

impl FindOperation {
    pub(crate) fn new(shared: &Shared) -> Self {
        Self { providers: shared.providers.clone(), environment: shared.environment.clone() }
    }
}

impl RequestHandler for FindOperation {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let Some(call) = context.call else { return Ok(Flow::Continue) };
        let (service, operation) = (call.service.metadata.name, call.operation.name);
        context.handler = self.providers.operation(service, operation);
        context.operation = Some(Context {
            account: context.account,
            region: context.region.clone(),
            service,
            operation,
            protocol: call.protocol,
            request_id: context.request_id.clone(),
            endpoint: endpoint(context),
            caller: context.caller.clone(),
            environment: self.environment.clone(),
        });
        Ok(Flow::Continue)
    }
}

/// Scheme and host of the URL that the client used, to be used in URLs given to it.
fn endpoint(context: &RequestContext) -> Arc<str> {
    let uri = &context.request.uri;
    let scheme = uri.scheme_str().unwrap_or("http");
    let authority = uri.authority().map(http::uri::Authority::as_str);
    let host = context.header("host").or(authority).unwrap_or("localhost");
    format!("{scheme}://{host}").into()
}
