//! Whether what goes to a backend can be read at all.

use std::sync::Arc;

use http::Request;
use http::request::Parts;
use standin_core::{BoxFuture, Bytes, Forward};
use standin_protocol::Call;
use standin_protocol::checksum::BodyCheck;
use standin_sigv4::{Framing, strip_framing};

use crate::chain::{AsyncRequestHandler, Flow, Handled};
use crate::transfer::Decoding;
use crate::{Body, BodyLimits, Exception, RequestContext};

/// Refuses what the operation's codec can't read, as a native service would: backends fail at it, or make up an input.
///
/// Bodies that operations take as streams pass unread. The others are read, and go on as they came.
pub(crate) struct CheckInput {
    pub(crate) forward: Arc<dyn Forward>,
    pub(crate) limits: BodyLimits,
}

impl AsyncRequestHandler for CheckInput {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        match context.call {
            Some(call) if self.concerns(call, context) => Box::pin(self.check(call, context)),
            _ => Box::pin(std::future::ready(Ok(Flow::Continue))),
        }
    }
}

impl CheckInput {
    fn concerns(&self, call: Call, context: &RequestContext) -> bool {
        context.handler.is_none()
            && call.streaming_input().is_none()
            && call.event_stream_input().is_none()
            && self.forward.backend(call.service.metadata.name).is_some()
    }

    async fn check(&self, call: Call, context: &mut RequestContext) -> Handled {
        context.body.check(self.limits)?;
        let body = std::mem::take(&mut context.body).read(self.limits).await?;
        context.body = Body::Whole(body.clone());
        let (mut head, ()) = Request::new(()).into_parts();
        head.method = context.request.method.clone();
        head.uri = context.codec_uri.as_ref().unwrap_or(&context.request.uri).clone();
        head.headers = context.request.headers.clone();
        let payload = self.payload(call, &mut head, body)?;
        call.parse_request_within(&Request::from_parts(head, payload), self.limits.parsing())?;
        Ok(Flow::Continue)
    }

    /// The body without its framing and compression; the head loses what says of them.
    fn payload(&self, call: Call, head: &mut Parts, mut body: Bytes) -> Result<Bytes, Exception> {
        if let Some(framing) = Framing::of(&head.headers)? {
            strip_framing(&mut head.headers);
            // Checksums are for the backend to compare.
            let decoding = Decoding::new(Some(framing), BodyCheck::default(), self.limits);
            (body, _) = decoding.whole(body)?;
        }
        let unpacked = call.unpack(&mut head.headers, &body, self.limits.bytes)?;
        Ok(unpacked.unwrap_or(body))
    }
}
