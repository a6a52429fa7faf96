//! What the handlers know of a request, and what they have made of it so far.

use std::sync::{Arc, LazyLock};

use http::request::Parts;
use http::{HeaderValue, Response, Uri};
use standin_core::{
    AccountId, Caller, Context, Document, EventStream, Input, OperationHandler, Output, Region,
};
use standin_protocol::Call;

use crate::{Body, BodyFault};

/// A request on its way through the chain.
#[derive(Debug)]
pub struct RequestContext {
    /// The head of the request: as it came until it is parsed, with the codec's URI from then on. Empty once
    /// the request is forwarded.
    pub request: Parts,
    /// The body, until a handler takes it.
    pub body: Body,
    /// What was wrong with the body, where it is read as a stream.
    pub body_fault: Option<BodyFault>,
    /// The origin of a browser's page, to be named in the answer.
    pub origin: Option<HeaderValue>,
    /// The account the request acts in.
    pub account: AccountId,
    /// The region it acts in.
    pub region: Region,
    /// Who calls.
    pub caller: Caller,
    /// The signing name of the signature.
    pub signing_name: Option<Box<str>>,
    /// The id of the request.
    pub request_id: Arc<str>,
    /// The operation, once the request is routed.
    pub call: Option<Call>,
    /// The URI that the operation's codec reads, where it is not the request's.
    pub codec_uri: Option<Uri>,
    /// Who answers: `native`, or the backend.
    pub evidence: HeaderValue,
    /// What the provider is told.
    pub operation: Option<Context>,
    /// The provider's function.
    pub handler: Option<OperationHandler>,
    /// The events of the input.
    pub events: Option<EventStream>,
    /// The members besides the events, where the stream has begun with them.
    pub initial: Option<Document>,
    /// The input, once it is parsed.
    pub input: Option<Input>,
    /// The output, once the operation is done.
    pub output: Option<Output>,
    /// The answer.
    pub response: Option<Response<Body>>,
}

/// The region of requests that name none.
static DEFAULT_REGION: LazyLock<Region> = LazyLock::new(Region::us_east_1);

impl RequestContext {
    pub(crate) fn new(request: Parts, body: Body) -> Self {
        Self {
            request,
            body,
            body_fault: None,
            origin: None,
            account: AccountId::DEFAULT,
            region: DEFAULT_REGION.clone(),
            caller: Caller::default(),
            signing_name: None,
            request_id: Arc::default(),
            call: None,
            codec_uri: None,
            evidence: HeaderValue::from_static("native"),
            operation: None,
            handler: None,
            events: None,
            initial: None,
            input: None,
            output: None,
            response: None,
        }
    }

    /// A header's text; none if it is absent or not ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers.get(name)?.to_str().ok()
    }
}
