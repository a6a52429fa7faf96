//! Forms, which must be read before a request can be routed.

use standin_core::BoxFuture;
use standin_protocol::routing::needs_body;

use crate::chain::{AsyncRequestHandler, Flow, Handled};
use crate::{Body, BodyLimits, RequestContext};

/// Reads the body if it may name the operation.
pub(crate) struct ReadForm(pub(crate) BodyLimits);

impl AsyncRequestHandler for ReadForm {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        Box::pin(async move {
            if needs_body(&context.request) {
                context.body.check(self.0)?;
                let body = std::mem::take(&mut context.body);
                context.body = Body::Whole(body.read(self.0).await?);
            }
            Ok(Flow::Continue)
        })
    }
}
