//! Who calls, in which account and region.

use std::sync::Arc;

use standin_core::{AccessKey, KeyDecoding};
use standin_protocol::routing::credential;

use crate::RequestContext;
use crate::chain::{Flow, Handled, RequestHandler};

/// Reads account, region and session from the signature. The signature itself isn't verified.
pub(crate) struct ReadCaller(pub(crate) KeyDecoding);

/// The header that names a world, before the access key does.
const WORLD: &str = "x-standin-world";

impl RequestHandler for ReadCaller {
    fn handle(&self, context: &mut RequestContext) -> Handled {
        let Some(credential) = credential(&context.request) else { return Ok(Flow::Continue) };
        let region = credential.region.as_deref().and_then(|region| region.parse().ok());
        let key = credential.access_key.as_deref();
        let parsed = key.map(|key| AccessKey::parse(key, self.0));
        let key = key.map(Arc::from);
        let signing_name = credential.signing_name.as_deref().map(Box::from);
        let token = credential.session_token.as_deref().map(Arc::from);
        context.signing_name = signing_name;
        if let Some(region) = region {
            context.region = region;
        }
        let mut session = None;
        if let Some(parsed) = parsed {
            context.account = parsed.account;
            session = parsed.name;
        }
        let world = context.header(WORLD).map(Arc::from);
        context.caller.session = world.or_else(|| session.map(Arc::from));
        context.caller.access_key_id = key;
        context.caller.session_token = token;
        Ok(Flow::Continue)
    }
}
