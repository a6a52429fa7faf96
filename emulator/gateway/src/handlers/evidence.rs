//! Who answered.

use http::HeaderValue;

use crate::chain::ResponseHandler;
use crate::{EVIDENCE, Exception, RequestContext};

const NATIVE: HeaderValue = HeaderValue::from_static("native");

/// Says that we answered, where no backend has said that it did.
pub(crate) struct AddEvidence;

impl ResponseHandler for AddEvidence {
    fn handle(&self, context: &mut RequestContext) -> Result<(), Exception> {
        if let Some(response) = &mut context.response {
            response.headers_mut().entry(EVIDENCE).or_insert(NATIVE);
        }
        Ok(())
    }
}
