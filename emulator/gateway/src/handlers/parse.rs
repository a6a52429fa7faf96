//! From bytes to the operation's input.

use bytes::Bytes;
use http::Request;
use standin_core::Input;

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Body, BodyLimits, RequestContext};

/// Parses the request in its protocol.
pub(crate) struct Parse(pub(crate) BodyLimits);

impl RequestHandler for Parse {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let Some(call) = context.call else { return Ok(Flow::Continue) };
        let (bytes, stream) = match std::mem::take(&mut context.body) {
            Body::Whole(bytes) => (bytes, None),
            Body::Stream(stream) => (Bytes::new(), Some(stream)),
            Body::Empty | Body::Incoming(_) => (Bytes::new(), None),
        };
        let request = head_for_codec(context, bytes);
        let parsed = match context.initial.take() {
            Some(initial) => Ok(initial),
            None => call.parse_request_within(&request, self.0.parsing()),
        };
        context.request = request.into_parts().0;
        let events = context.events.take();
        context.input = Some(Input { document: parsed?, stream, events });
        Ok(Flow::Continue)
    }
}

/// The request with the URI that the codec reads. Its head is lent from the context, not copied.
fn head_for_codec(context: &mut RequestContext, body: Bytes) -> Request<Bytes> {
    let (none, ()) = Request::new(()).into_parts();
    let mut head = std::mem::replace(&mut context.request, none);
    if let Some(uri) = context.codec_uri.take() {
        head.uri = uri;
    }
    Request::from_parts(head, body)
}
