//! Operations that we don't have: handed to the fallback with their bodies unread.

use std::sync::Arc;

use http::{HeaderValue, Request};
use standin_core::{BoxFuture, Forward, error};

use crate::chain::{AsyncRequestHandler, Flow, Handled};
use crate::{Body, BodyLimits, Exception, RequestContext};

/// Forwards the request to the backend of its service.
pub(crate) struct ForwardToBackend {
    pub(crate) forward: Arc<dyn Forward>,
    pub(crate) limits: BodyLimits,
}

impl AsyncRequestHandler for ForwardToBackend {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        if context.handler.is_some() {
            return Box::pin(std::future::ready(Ok(Flow::Continue)));
        }
        Box::pin(self.forward(context))
    }
}

impl ForwardToBackend {
    async fn forward(&self, context: &mut RequestContext) -> Handled {
        let Some(operation) = context.operation.clone() else { return Ok(Flow::Continue) };
        let Some(backend) = self.forward.backend(operation.service) else {
            return Err(error::not_implemented(operation.service, operation.operation).into());
        };
        context.body.check(self.limits)?;
        let (body, fault) = std::mem::take(&mut context.body).into_stream(self.limits)?;
        let (none, ()) = Request::new(()).into_parts();
        let head = std::mem::replace(&mut context.request, none);
        let request = Request::from_parts(head, body);
        let forwarded = self.forward.forward(operation, request).await;
        // Where the client's body was the cause, the backend's error says less than the fault, which is our answer.
        if let (Err(_), Some(fault)) = (&forwarded, fault.take()) {
            return Err(fault);
        }
        // An error is ours: it says what the backend could not do.
        let response = forwarded.map_err(Exception::Service)?;
        if let Ok(evidence) = HeaderValue::from_str(&format!("fallback:{backend}")) {
            context.evidence = evidence;
        }
        context.response = Some(response.map(Body::Stream));
        Ok(Flow::Stop)
    }
}
