//! The id of a request, which every answer names.

use standin_core::Ids;

use crate::RequestContext;
use crate::chain::{Flow, Handled, RequestHandler};

/// Makes the request's id.
pub(crate) struct MakeRequestId(pub(crate) Ids);

impl RequestHandler for MakeRequestId {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let service = context.signing_name.as_deref().unwrap_or_default();
        // The ids of one client's requests must not depend on another's.
        let scope = (context.account, &context.region, service);
        context.request_id = self.0.next(scope, "request").uuid().into();
        Ok(Flow::Continue)
    }
}
