//! Our own resources, such as `/_standin/health`.

use http::{Response, StatusCode};

use crate::chain::{Flow, Handled, RequestHandler};
use crate::routes::PREFIX;
use crate::{Body, RequestContext, Routes};

/// Answers requests to our own paths.
pub(crate) struct AnswerResource(pub(crate) Routes);

impl RequestHandler for AnswerResource {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let path = context.request.uri.path();
        if !path.starts_with(PREFIX) {
            return Ok(Flow::Continue);
        }
        let resource = self.0.find(path);
        context.response = Some(match resource {
            Some(resource) => resource.answer(&context.request),
            None => not_found(),
        });
        Ok(Flow::Stop)
    }
}

fn not_found() -> Response<Body> {
    let body = "{\"message\":\"no such resource\"}\n";
    let mut response = Response::new(Body::Whole(body.into()));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
