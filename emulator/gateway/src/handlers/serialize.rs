//! From the operation's output to bytes.

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Body, RequestContext};

/// Writes the output in the request's protocol.
pub(crate) struct Serialize;

impl RequestHandler for Serialize {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let (Some(call), Some(output)) = (context.call, context.output.take()) else {
            return Ok(Flow::Continue);
        };
        let response = call.serialize_response(&output.document, &context.request_id)?;
        context.response = Some(match output.stream {
            Some(stream) => response.map(|_| Body::Stream(stream)),
            None => response.map(Body::Whole),
        });
        Ok(Flow::Stop)
    }
}
