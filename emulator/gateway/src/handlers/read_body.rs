//! The body of an operation that we have.

use standin_core::BoxFuture;

use crate::chain::{AsyncRequestHandler, Flow, Handled};
use crate::{Body, BodyLimits, RequestContext};

/// Reads the body into memory, unless the operation takes it as a stream.
pub(crate) struct ReadBody(pub(crate) BodyLimits);

impl AsyncRequestHandler for ReadBody {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        Box::pin(async move {
            let streamed = context.call.is_some_and(|call| call.streaming_input().is_some());
            context.body.check(self.0)?;
            let body = std::mem::take(&mut context.body);
            context.body = match streamed {
                true => {
                    let (stream, fault) = body.into_stream(self.0)?;
                    context.body_fault = Some(fault);
                    Body::Stream(stream)
                }
                false => Body::Whole(body.read(self.0).await?),
            };
            Ok(Flow::Continue)
        })
    }
}
