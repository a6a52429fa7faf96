//! The body of an operation that we have.

use http::{HeaderValue, header};
use standin_core::BoxFuture;
use standin_sigv4::{Framing, strip_framing};

use crate::chain::{AsyncRequestHandler, Flow, Handled};
use crate::events::{Incoming, begins_with_members};
use crate::transfer::{Decoded, Decoding};
use crate::{Body, BodyLimits, Exception, RequestContext};

/// Reads the body into memory, unless the operation takes it as a stream; aws-chunked framing comes off, and checksums
/// are compared, on the way.
pub(crate) struct ReadBody(pub(crate) BodyLimits);

impl AsyncRequestHandler for ReadBody {
    fn handle<'c>(&'c self, context: &'c mut RequestContext) -> BoxFuture<'c, Handled> {
        Box::pin(async move {
            context.body.check(self.0)?;
            let decoding = decoding(context, self.0)?;
            let call = context.call;
            let streamed = call.is_some_and(|call| call.streaming_input().is_some());
            let evented = call.filter(|call| call.event_stream_input().is_some());
            let body = std::mem::take(&mut context.body);
            if !streamed && evented.is_none() {
                let body = body.read(self.0).await?;
                context.body = Body::Whole(whole(context, body, decoding)?);
                return Ok(Flow::Continue);
            }
            let (stream, fault) = body.into_stream(self.0)?;
            let stream = Decoded::stream(stream, decoding, fault.clone());
            context.body_fault = Some(fault.clone());
            match evented {
                None => context.body = Body::Stream(stream),
                Some(call) => {
                    let mut events = Incoming::new(call, stream, self.0, fault);
                    if begins_with_members(call.protocol) {
                        context.initial = Some(events.initial().await?);
                    }
                    context.events = Some(events.stream());
                }
            }
            Ok(Flow::Continue)
        })
    }
}

/// What must be done with the body, by its headers; those of the framing are taken off.
fn decoding(
    context: &mut RequestContext,
    limits: BodyLimits,
) -> Result<Option<Decoding>, Exception> {
    let headers = &mut context.request.headers;
    let framing = Framing::of(headers)?;
    let trailers = framing.as_ref().map_or(&[][..], |framing| &framing.trailers);
    let check = context.call.map(|call| call.body_check(headers, trailers)).transpose()?;
    let check = check.unwrap_or_default();
    if let Some(framing) = &framing {
        strip_framing(headers);
        headers.remove(header::CONTENT_LENGTH);
        if let Some(length) = framing.decoded_length {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
    }
    let needed = framing.is_some() || !check.is_empty();
    Ok(needed.then(|| Decoding::new(framing, check, limits)))
}

/// The payload of a body that is here as a whole; its trailers become headers.
fn whole(
    context: &mut RequestContext,
    body: bytes::Bytes,
    decoding: Option<Decoding>,
) -> Result<bytes::Bytes, Exception> {
    let Some(decoding) = decoding else { return Ok(body) };
    let (payload, trailers) = decoding.whole(body)?;
    for (name, value) in trailers {
        let malformed = || Exception::Trailer(name.clone());
        let name: http::HeaderName = name.parse().map_err(|_| malformed())?;
        let value = HeaderValue::from_str(&value).map_err(|_| malformed())?;
        context.request.headers.insert(name, value);
    }
    Ok(payload)
}
