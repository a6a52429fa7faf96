//! Wire bytes to the documents of a record.

use std::borrow::Cow;
use std::io::Read as _;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, header};
use standin_model::{Answer, Document, Fields, Member};
use standin_protocol::{Call, ParseError};
use standin_sigv4::{ChunkedError, Framing, FramingError, decode_chunked, strip_framing};

use crate::connect::BODY_LIMIT;
use crate::events::{self, EventsError};
use crate::upload::Trailers;

/// Bytes that can't be decoded for the record.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    /// The body is not what its protocol says.
    #[error("{0}")]
    Parse(#[from] ParseError),
    /// The aws-chunked framing is broken.
    #[error(transparent)]
    Chunked(#[from] ChunkedError),
    /// The headers of the framing are malformed.
    #[error(transparent)]
    Framing(#[from] FramingError),
    /// The compressed body is broken, or too large.
    #[error("the answer's gzip is broken or too large")]
    Gzip,
    /// There was no room for the copy of a body.
    #[error("there is no room for its body: {0}")]
    Copy(#[from] std::io::Error),
    /// The body of an input that is not streamed is not here any more.
    #[error("its body is gone")]
    Gone,
    /// A request that streams events: the client and the origin take turns, which recordings can't tell.
    #[error("{0} streams events to the origin, which recordings can't hold")]
    Dialogue(&'static str),
    /// The events of an answer can't be read.
    #[error(transparent)]
    Events(#[from] EventsError),
}

/// The input of a request, its streamed body in its member.
pub(crate) fn input(call: Call, parts: &Parts, body: &Bytes) -> Result<Document, DecodeError> {
    if call.event_stream_input().is_some() {
        return Err(DecodeError::Dialogue(call.operation.name));
    }
    let request = unframed(parts, body)?;
    let mut input = call.parse_request(&request)?;
    put_stream(&mut input, call.streaming_input(), request.into_body());
    Ok(input)
}

/// The input of a request whose body was handed on: what its head says, and what the body came to.
pub(crate) fn streamed_input(
    call: Call,
    parts: &Parts,
    (body, trailers): (Bytes, Trailers),
) -> Result<Document, DecodeError> {
    if call.event_stream_input().is_some() && !body.is_empty() {
        return Err(DecodeError::Dialogue(call.operation.name));
    }
    let mut parts = parts.clone();
    if Framing::of(&parts.headers)?.is_some() {
        strip_framing(&mut parts.headers);
        put_trailers(&mut parts, trailers);
    }
    let mut input = call.parse_request(&Request::from_parts(parts, Bytes::new()))?;
    put_stream(&mut input, call.streaming_input(), body);
    Ok(input)
}

/// The answer of a response whose body was handed on.
pub(crate) fn streamed_answer(
    call: Call,
    head: &Response<()>,
    body: Bytes,
) -> Result<Answer, DecodeError> {
    if let Some(member) = call.event_stream_output() {
        return streamed_events(call, member, (head, &body));
    }
    let mut answer = call.parse_response(&head.clone().map(|()| Bytes::new()))?;
    if let Answer::Output(output) = &mut answer {
        put_stream(output, call.streaming_output(), body);
    }
    Ok(answer)
}

/// The answer of a response, its streamed body in its member.
pub(crate) fn answer(call: Call, head: &Response<()>, body: &Bytes) -> Result<Answer, DecodeError> {
    let response = &head.clone().map(|()| body.clone());
    if let Some(member) = call.event_stream_output()
        && response.status().is_success()
    {
        return streamed_events(call, member, (head, body));
    }
    let streams = call.streaming_output();
    let plain = if streams.is_some() { Cow::Borrowed(response) } else { unzipped(response)? };
    let mut answer = call.parse_response(&plain)?;
    if let Answer::Output(output) = &mut answer {
        put_stream(output, streams, plain.body().clone());
    }
    Ok(answer)
}

/// The answer of a response whose body is a stream of events.
fn streamed_events(
    call: Call,
    member: &'static Member,
    (head, body): (&Response<()>, &Bytes),
) -> Result<Answer, DecodeError> {
    let (initial, events) = events::read(call, body)?;
    let bodiless = head.clone().map(|()| Bytes::new());
    // RPC protocols say nothing in the head, and what they say stands in the first message.
    let mut members = match call.parse_response(&bodiless) {
        Ok(Answer::Output(Document::Object(members))) => members,
        _ => Fields::default(),
    };
    for (name, value) in initial {
        members.insert(name, value);
    }
    members.insert(member.name, events.into_document());
    Ok(Answer::Output(Document::Object(members)))
}

/// The request without its aws-chunked framing; trailers become headers.
fn unframed(parts: &Parts, body: &Bytes) -> Result<Request<Bytes>, DecodeError> {
    let mut parts = parts.clone();
    let Some(framing) = Framing::of(&parts.headers)? else {
        return Ok(Request::from_parts(parts, body.clone()));
    };
    let decoded = decode_chunked(body, framing.decoded_length)?;
    strip_framing(&mut parts.headers);
    put_trailers(&mut parts, decoded.trailers);
    Ok(Request::from_parts(parts, decoded.payload))
}

fn put_trailers(parts: &mut Parts, trailers: Trailers) {
    for (name, value) in trailers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
            parts.headers.insert(name, value);
        }
    }
}

fn put_stream(document: &mut Document, member: Option<&'static Member>, body: Bytes) {
    if let (Some(member), Document::Object(fields)) = (member, document)
        && !body.is_empty()
    {
        fields.insert(member.name, Document::blob(body));
    }
}

/// The answer without gzip, if it has some.
fn unzipped(response: &Response<Bytes>) -> Result<Cow<'_, Response<Bytes>>, DecodeError> {
    let encoding = response.headers().get(header::CONTENT_ENCODING);
    if encoding.is_none_or(|encoding| encoding != "gzip") || response.body().is_empty() {
        return Ok(Cow::Borrowed(response));
    }
    let plain = gunzip(response.body()).ok_or(DecodeError::Gzip)?;
    let mut unzipped = response.clone().map(|_| plain);
    unzipped.headers_mut().remove(header::CONTENT_ENCODING);
    Ok(Cow::Owned(unzipped))
}

/// What a gzip body holds; none where it is broken or too large.
pub(crate) fn gunzip(body: &[u8]) -> Option<Bytes> {
    let mut plain = Vec::new();
    let reader = flate2::read::MultiGzDecoder::new(body);
    let read = reader.take(BODY_LIMIT as u64).read_to_end(&mut plain);
    (read.is_ok() && plain.len() < BODY_LIMIT).then(|| plain.into())
}
