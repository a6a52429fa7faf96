//! Who answered.

use crate::chain::ResponseHandler;
use crate::{EVIDENCE, Exception, RequestContext};

/// Says who answered: we, or the backend that the request was forwarded to.
pub(crate) struct AddEvidence;

impl ResponseHandler for AddEvidence {
    fn handle(&self, context: &mut RequestContext) -> Result<(), Exception> {
        if let Some(response) = &mut context.response {
            response.headers_mut().insert(EVIDENCE, context.evidence.clone());
        }
        Ok(())
    }
}
