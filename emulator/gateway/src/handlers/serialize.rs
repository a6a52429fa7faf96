//! From the operation's output to bytes.

use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::chain::{Flow, Handled, RequestHandler};
use crate::events::{MEDIA_TYPE, Outgoing};
use crate::{Body, RequestContext};

/// Writes the output in the request's protocol.
pub(crate) struct Serialize;

impl RequestHandler for Serialize {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let (Some(call), Some(output)) = (context.call, context.output.take()) else {
            return Ok(Flow::Continue);
        };
        let mut response = call.serialize_response(&output.document, &context.request_id)?;
        context.response = Some(match (output.events, output.stream) {
            (Some(events), _) => {
                let media_type = HeaderValue::from_static(MEDIA_TYPE);
                response.headers_mut().insert(CONTENT_TYPE, media_type);
                let stream = Outgoing::stream(call, output.document, events);
                response.map(|_| Body::Stream(stream))
            }
            (None, Some(stream)) => response.map(|_| Body::Stream(stream)),
            (None, None) => response.map(Body::Whole),
        });
        Ok(Flow::Stop)
    }
}
