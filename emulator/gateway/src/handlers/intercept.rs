//! Interceptors around our own operations, as they stand around backends.

use std::sync::Arc;

use http::{Request, Response};
use standin_core::BoxFuture;
use standin_intercept::{Body as Seen, Chain, Context, Outcome};

use crate::chain::{AsyncRequestHandler, Flow, Handled, ResponseHandler};
use crate::{Body, Exception, RequestContext};

/// Runs the request of an operation that we have past the interceptors.
pub(crate) struct InterceptRequest(pub(crate) Arc<Chain>);

/// Runs its answer past them, an error's too.
pub(crate) struct InterceptAnswer(pub(crate) Arc<Chain>);

impl AsyncRequestHandler for InterceptRequest {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        if self.0.is_empty() {
            return Box::pin(std::future::ready(Ok(Flow::Continue)));
        }
        Box::pin(self.run(context))
    }
}

impl InterceptRequest {
    async fn run(&self, context: &mut RequestContext) -> Handled {
        let Some(about) = about(context) else { return Ok(Flow::Continue) };
        let (none, ()) = Request::new(()).into_parts();
        let head = std::mem::replace(&mut context.request, none);
        let (seen, passing) = split(std::mem::take(&mut context.body));
        match self.0.forward(Request::from_parts(head, seen), &about).await {
            Outcome::Answered(answer) => {
                context.response = Some(answer.map(Body::Whole));
                Ok(Flow::Stop)
            }
            Outcome::Forward(request) => {
                let (parts, body) = request.into_parts();
                context.request = parts;
                context.body = join(body, passing);
                Ok(Flow::Continue)
            }
        }
    }
}

impl ResponseHandler for InterceptAnswer {
    fn handle(&self, context: &mut RequestContext) -> Result<(), Exception> {
        // What a backend answers has passed the interceptors there.
        let forwarded = context.evidence.as_bytes().starts_with(b"fallback:");
        if self.0.is_empty() || forwarded {
            return Ok(());
        }
        let (Some(about), Some(response)) = (about(context), context.response.take()) else {
            return Ok(());
        };
        let (parts, body) = response.into_parts();
        let (seen, passing) = split(body);
        let response = self.0.answer(Response::from_parts(parts, seen), &about);
        context.response = Some(response.map(|body| join(body, passing)));
        Ok(())
    }
}

fn about(context: &RequestContext) -> Option<Context> {
    Some(Context {
        call: context.call?,
        account: Some(context.account.to_string()),
        region: Some(context.region.to_string()),
        request_id: context.request_id.to_string(),
    })
}

/// The body as interceptors see it, and what passes by: a stream stays one.
fn split(body: Body) -> (Seen, Option<Body>) {
    match body {
        Body::Whole(bytes) => (Seen::Whole(bytes), None),
        body => (Seen::Passing, Some(body)),
    }
}

fn join(body: Seen, passing: Option<Body>) -> Body {
    match body {
        Seen::Whole(bytes) => Body::Whole(bytes),
        Seen::Passing => passing.unwrap_or_default(),
    }
}
