//! Which operation the request is for.

use standin_protocol::routing::Router;

use crate::chain::{Flow, Handled, RequestHandler};
use crate::{Body, RequestContext};

/// Finds the operation, and the URI that its codec reads.
pub(crate) struct RouteRequest(pub(crate) Router);

impl RequestHandler for RouteRequest {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let body = match &context.body {
            Body::Whole(bytes) => bytes,
            _ => &[][..],
        };
        let signing_name = context.signing_name.as_deref();
        let route = self.0.route_signed(&context.request, body, signing_name)?;
        context.call = Some(route.call);
        context.codec_uri = route.uri;
        Ok(Flow::Continue)
    }
}
