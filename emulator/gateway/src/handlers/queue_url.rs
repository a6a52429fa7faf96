//! SQS requests to a queue's own URL.

use standin_model::Document;

use crate::RequestContext;
use crate::chain::{Flow, Handled, RequestHandler};

/// A request to a queue's URL means that queue, unless its input names one.
pub(crate) struct ImplyQueueUrl;

const QUEUE_URL: &str = "QueueUrl";

impl RequestHandler for ImplyQueueUrl {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let path = context.request.uri.path();
        let (Some(call), Some(operation)) = (context.call, &context.operation) else {
            return Ok(Flow::Continue);
        };
        // A queue's URL has an account and a name; an endpoint may have a path of one segment.
        if operation.service != "sqs" || path.trim_matches('/').split('/').count() < 2 {
            return Ok(Flow::Continue);
        }
        let input = call.operation.input.and_then(|id| call.service.structure(id));
        if input.is_none_or(|input| input.member(QUEUE_URL).is_none()) {
            return Ok(Flow::Continue);
        }
        let url = format!("{}{path}", operation.endpoint);
        let document = context.input.as_mut().map(|input| &mut input.document);
        if let Some(fields) = document.and_then(Document::as_object_mut)
            && fields.get(QUEUE_URL).is_none()
        {
            fields.insert(QUEUE_URL, Document::String(url));
        }
        Ok(Flow::Continue)
    }
}
