//! Compressed request bodies.

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Body, BodyLimits, RequestContext};

/// Unpacks gzip bodies. Bodies that are streamed are data of the client's, and stay as they are.
pub(crate) struct DecodeContent(pub(crate) BodyLimits);

impl RequestHandler for DecodeContent {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        if let (Some(call), Body::Whole(bytes)) = (context.call, &context.body)
            && let Some(unpacked) =
                call.unpack(&mut context.request.headers, bytes, self.0.bytes)?
        {
            context.body = Body::Whole(unpacked);
        }
        Ok(Flow::Continue)
    }
}
