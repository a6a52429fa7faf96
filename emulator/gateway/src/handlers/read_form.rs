//! Forms, which must be read before a request can be routed.

use standin_core::{AccessKey, BoxFuture, KeyDecoding};
use standin_protocol::routing::{form_access_key, needs_body};

use crate::chain::{AsyncRequestHandler, Flow, Handled};
use crate::{Body, BodyLimits, RequestContext};

/// Reads the body if it may name the operation, or who calls.
pub(crate) struct ReadForm {
    pub(crate) limits: BodyLimits,
    pub(crate) key_decoding: KeyDecoding,
}

impl AsyncRequestHandler for ReadForm {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        Box::pin(async move {
            if needs_body(&context.request) {
                context.body.check(self.limits)?;
                let body = std::mem::take(&mut context.body).read(self.limits).await?;
                self.read_caller(&body, context);
                context.body = Body::Whole(body);
            }
            Ok(Flow::Continue)
        })
    }
}

impl ReadForm {
    /// Signature version 2 of the query services has the key in the form.
    fn read_caller(&self, form: &[u8], context: &mut RequestContext) {
        if context.caller.access_key_id.is_none()
            && let Some(key) = form_access_key(form)
        {
            context.account = AccessKey::parse(&key, self.key_decoding).account;
            context.caller.access_key_id = Some(key.into());
        }
    }
}
