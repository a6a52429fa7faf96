//! Requests whose answers were recorded.

use std::sync::Arc;

use http::Request;
use http::request::Parts;
use standin_core::BoxFuture;
use standin_protocol::Call;

use crate::chain::{AsyncRequestHandler, Flow, Handled};
use crate::recordings::{Asked, Recordings};
use crate::{Body, BodyLimits, RequestContext};

/// Answers from recordings what they have; all else goes on as it came.
///
/// The bodies of operations that were recorded are read whole, those of streams too.
pub(crate) struct AnswerRecorded {
    pub(crate) recordings: Arc<dyn Recordings>,
    pub(crate) limits: BodyLimits,
}

impl AsyncRequestHandler for AnswerRecorded {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        match context.call {
            Some(call) if self.recordings.knows(call) => Box::pin(self.answer(call, context)),
            _ => Box::pin(std::future::ready(Ok(Flow::Continue))),
        }
    }
}

impl AnswerRecorded {
    async fn answer(&self, call: Call, context: &mut RequestContext) -> Handled {
        context.body.check(self.limits)?;
        let body = std::mem::take(&mut context.body).read(self.limits).await?;
        context.body = Body::Whole(body.clone());
        let Some(operation) = &context.operation else { return Ok(Flow::Continue) };
        let head = head(context);
        let asked = Asked { call, context: operation, head: &head, body: &body };
        let Some(recorded) = self.recordings.answer(asked) else { return Ok(Flow::Continue) };
        context.evidence = recorded.evidence;
        context.response = Some(recorded.response.map(Body::Whole));
        Ok(Flow::Stop)
    }
}

/// The head as the operation's codec reads it.
fn head(context: &RequestContext) -> Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    head.method = context.request.method.clone();
    head.uri = context.codec_uri.as_ref().unwrap_or(&context.request.uri).clone();
    head.headers = context.request.headers.clone();
    head
}
