//! Interceptors around a backend, on streams.

use bytes::Bytes;
use http::{Request, Response};
use standin_core::{ByteStream, Context, StreamError};
use standin_intercept::{Body, Chain, Context as Seen, Outcome};
use standin_protocol::Call;

/// Where a request stands once the interceptors have seen it.
pub(crate) enum Intercepted {
    /// It goes to the backend.
    Forward(Request<ByteStream>),
    /// It is answered already.
    Answered(Response<ByteStream>),
}

/// What interceptors are told of a request.
pub(crate) fn seen(context: &Context, call: Call) -> Seen {
    Seen {
        call,
        account: Some(context.account.to_string()),
        region: Some(context.region.to_string()),
        request_id: context.request_id.to_string(),
    }
}

/// Runs a request past the interceptors; its body is read only if one of them asks for it.
pub(crate) async fn forward(
    chain: &Chain,
    seen: &Seen,
    request: Request<ByteStream>,
) -> Result<Intercepted, StreamError> {
    let (parts, body) = request.into_parts();
    let (body, passing) = split(chain, seen, body).await?;
    Ok(match chain.forward(Request::from_parts(parts, body), seen).await {
        Outcome::Answered(answer) => Intercepted::Answered(answer.map(ByteStream::from)),
        Outcome::Forward(request) => Intercepted::Forward(request.map(|body| join(body, passing))),
    })
}

/// Runs an answer past the interceptors; its body is read only if one of them asks for it.
pub(crate) async fn answer(
    chain: &Chain,
    seen: &Seen,
    response: Response<ByteStream>,
) -> Result<Response<ByteStream>, StreamError> {
    let (parts, body) = response.into_parts();
    let (body, passing) = split(chain, seen, body).await?;
    let response = chain.answer(Response::from_parts(parts, body), seen);
    Ok(response.map(|body| join(body, passing)))
}

async fn split(
    chain: &Chain,
    seen: &Seen,
    body: ByteStream,
) -> Result<(Body, Option<ByteStream>), StreamError> {
    if chain.reads_bodies(seen) {
        return Ok((Body::Whole(body.collect().await?), None));
    }
    Ok((Body::Passing, Some(body)))
}

fn join(body: Body, passing: Option<ByteStream>) -> ByteStream {
    match body {
        Body::Whole(bytes) => ByteStream::from(bytes),
        Body::Passing => passing.unwrap_or_else(|| ByteStream::from(Bytes::new())),
    }
}
