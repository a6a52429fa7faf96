//! From bytes to the operation's input.

use bytes::Bytes;
use http::Request;
use standin_core::{ByteStream, Input};

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Body, RequestContext};

/// Parses the request in its protocol.
pub(crate) struct Parse;

impl RequestHandler for Parse {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let Some(call) = context.call else { return Ok(Flow::Continue) };
        let (bytes, stream) = match std::mem::take(&mut context.body) {
            Body::Whole(bytes) => (bytes, None),
            Body::Stream(stream) => (Bytes::new(), Some(stream)),
            incoming => (Bytes::new(), Some(ByteStream::new(incoming))),
        };
        let (bytes, stream) = match call.streaming_input() {
            Some(_) => (Bytes::new(), Some(stream.unwrap_or_else(|| bytes.into()))),
            None => (bytes, stream),
        };
        let mut head = context.request.clone();
        if let Some(uri) = &context.codec_uri {
            head.uri.clone_from(uri);
        }
        let document = call.parse_request(&Request::from_parts(head, bytes))?;
        context.input = Some(Input { document, stream });
        Ok(Flow::Continue)
    }
}
