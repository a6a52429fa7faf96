//! The way of a request, from its arrival to its answer, as one list.

use standin_protocol::routing::Router;

use crate::chain::{Chain, Link};
use crate::gateway::Shared;
use crate::handlers::{
    allowed_origin::{AddCorsHeaders, CheckOrigin},
    answer_exception::AnswerException,
    answer_recorded::AnswerRecorded,
    call::Call,
    caller::ReadCaller,
    check_input::CheckInput,
    check_signature::CheckSignature,
    content_encoding::DecodeContent,
    evidence::AddEvidence,
    forward::ForwardToBackend,
    intercept::{InterceptAnswer, InterceptRequest},
    log_exception::LogException,
    operation::FindOperation,
    parse::Parse,
    queue_url::ImplyQueueUrl,
    read_body::ReadBody,
    read_form::ReadForm,
    request_id::MakeRequestId,
    resources::AnswerResource,
    route::RouteRequest,
    serialize::Serialize,
    validate::Validate,
};

/// The handlers in the order in which they run.
pub(crate) fn chain(shared: &Shared) -> Chain {
    let limits = shared.config.limits;
    let key_decoding = shared.config.key_decoding;
    let catalog = shared.catalog;
    Chain {
        request: vec![
            // A page in a browser that may not call us must not get as far as any effect.
            Link::now(CheckOrigin::new(&shared.config.allowed_origins)),
            Link::now(AnswerResource(shared.routes.clone())),
            Link::now(ReadCaller(key_decoding)),
            Link::now(MakeRequestId(shared.environment.ids.clone())),
            // The query protocols name the operation in the body; all others are routed without it.
            Link::later(ReadForm { limits, key_decoding }),
            Link::now(RouteRequest(Router::new(catalog))),
            // After the routing, so that the refusal is in the request's protocol.
            Link::now(CheckSignature),
            // Whether we have the operation is known before its body is read.
            Link::now(FindOperation::new(shared)),
            // What an origin said counts for more than what we would say.
            Link::later(AnswerRecorded { recordings: shared.recordings.clone(), limits }),
            Link::later(CheckInput { forward: shared.forward.clone(), limits }),
            Link::later(ForwardToBackend { forward: shared.forward.clone(), limits }),
            Link::later(ReadBody(limits)),
            Link::now(DecodeContent(limits)),
            Link::later(InterceptRequest(shared.config.interceptors.clone())),
            Link::now(Parse(limits)),
            Link::now(ImplyQueueUrl),
            Link::now(Validate::new(shared.config.validation, &shared.providers)),
            Link::later(Call),
            Link::now(Serialize),
        ],
        exception: vec![
            Box::new(LogException(shared.config.log.clone())),
            Box::new(AnswerException(catalog)),
        ],
        response: vec![
            Box::new(InterceptAnswer(shared.config.interceptors.clone())),
            Box::new(AddEvidence),
            Box::new(AddCorsHeaders),
        ],
    }
}
