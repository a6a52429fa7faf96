//! From passages to decoded exchanges, scrubbed.

use std::borrow::Cow;
use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::request::Parts;
use http::{Response, header};
use standin_model::{Answer, Document, Location};
use standin_protocol::Call;
use standin_protocol::routing::{Route, Router};
use standin_tape::{Scrubber, Signing, template};

use super::formats::NO_HOST;
use super::{Passage, place, stream};

/// The hosts where a machine asks for its own metadata and credentials.
const METADATA: [&str; 3] = ["169.254.169.254", "169.254.170.2", "169.254.170.23"];

/// How many bytes a compressed answer may hold.
const UNPACKED: u64 = 16 * 1024 * 1024;

/// A passage that was understood, plain: neither scrubbed nor a template yet.
#[derive(Clone, Debug)]
pub(super) struct Decoded {
    pub(super) call: Call,
    pub(super) host: String,
    pub(super) input: Document,
    pub(super) knowledge: Knowledge,
    pub(super) status: u16,
    pub(super) answer: Answer,
    pub(super) headers: Vec<(String, String)>,
    pub(super) signing: Signing,
    pub(super) seconds: Option<i64>,
    /// Whether `<name:n>` in it stands for a value.
    pub(super) has_placeholders: bool,
    /// The response that the answer was read of, where there was one.
    pub(super) wire: Option<Response<Bytes>>,
}

/// How much of an exchange a file knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge {
    /// Request and answer.
    Whole,
    /// The answer; the input is empty and means nothing.
    AnswerOnly,
}

/// Routes and parses a passage; the reason if it can't be used.
pub(super) fn decode(router: &Router, passage: &Passage) -> Result<Decoded, String> {
    let request = passage.request.clone();
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let host = host.unwrap_or_default().to_owned();
    let (mut parts, body) = request.into_parts();
    if !is_for_aws(&parts, &host) {
        return Err("the request is for none of AWS's services".to_owned());
    }
    let route = route(router, &parts, &body)?;
    route.apply(&mut parts);
    let call = route.call;
    if let Some(reason) = &passage.unusable {
        return Err(reason.clone());
    }
    let request = http::Request::from_parts(parts, body);
    if call.event_stream_input().is_some() {
        return Err("a request that is a stream of events can't be imported".to_owned());
    }
    let input = call.parse_request(&request).map_err(|error| format!("the request: {error}"))?;
    let input = with_body(input, call.streaming_input(), request.body());
    let response = unpacked(call, &passage.response)?;
    let answer = answer(call, &response)?;
    let headers = passage.response.headers().iter();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Decoded {
        call,
        host: if host == NO_HOST { String::new() } else { host },
        input,
        knowledge: Knowledge::Whole,
        status: passage.response.status().as_u16(),
        answer,
        headers: headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        signing: passage.signing,
        seconds: passage.date.map(standin_model::Timestamp::seconds),
        has_placeholders: false,
        wire: Some(response.into_owned()),
    })
}

/// Whether a request is for AWS, or for what stands in for it: its host is AWS's, or its form is.
fn is_for_aws(parts: &Parts, host: &str) -> bool {
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    if METADATA.contains(&name) {
        return false;
    }
    let has = |name: &str| parts.headers.contains_key(name);
    let query = parts.uri.query().unwrap_or_default();
    let is_signed = has("x-amz-date") || query.contains("X-Amz-Algorithm=");
    is_signed || has("x-amz-target") || name == NO_HOST || place::region(host).is_some()
}

/// What stands for a signature in a scrubbed file may be none, and then misleads.
fn route(router: &Router, parts: &Parts, body: &[u8]) -> Result<Route, String> {
    let found = router.route(parts, body);
    if found.is_ok() || !parts.headers.contains_key(header::AUTHORIZATION) {
        return found.map_err(|error| format!("not routed: {error}"));
    }
    let mut unsigned = parts.clone();
    unsigned.headers.remove(header::AUTHORIZATION);
    router.route(&unsigned, body).map_err(|error| format!("not routed: {error}"))
}

fn answer(call: Call, response: &Response<Bytes>) -> Result<Answer, String> {
    let answer = call.parse_response(response).map_err(|error| format!("the answer: {error}"))?;
    match answer {
        answer @ Answer::Output(_) if call.event_stream_output().is_some() => {
            let member = call.event_stream_output().expect("looked at above");
            stream::with_events(answer, call, member, response.body())
        }
        Answer::Output(output) => {
            Ok(Answer::Output(with_body(output, call.streaming_output(), response.body())))
        }
        Answer::Error(error) if &*error.code == "SignatureDoesNotMatch" => {
            Err("the answer depends on a signature, which is not recorded".to_owned())
        }
        error @ Answer::Error(_) => Ok(error),
    }
}

/// The answer without the compression that was put on it on its way; many recorders take it off and leave the header.
fn unpacked(call: Call, response: &Response<Bytes>) -> Result<Cow<'_, Response<Bytes>>, String> {
    let encoding = response.headers().get(header::CONTENT_ENCODING);
    let is_own =
        call.operation.output.and_then(|id| call.service.structure(id)).is_some_and(|output| {
            output.members.iter().any(|member| {
                member.location == Location::Header
                    && member.wire_name().eq_ignore_ascii_case("content-encoding")
            })
        });
    if is_own || encoding.is_none_or(|encoding| encoding != "gzip") {
        return Ok(Cow::Borrowed(response));
    }
    let mut plain = response.clone();
    plain.headers_mut().remove(header::CONTENT_ENCODING);
    if response.body().starts_with(&[0x1f, 0x8b]) {
        let mut body = Vec::new();
        let mut reader = MultiGzDecoder::new(&response.body()[..]).take(UNPACKED + 1);
        reader.read_to_end(&mut body).map_err(|error| format!("the answer's gzip: {error}"))?;
        if body.len() as u64 > UNPACKED {
            return Err(format!("the answer unpacks to more than {UNPACKED} bytes"));
        }
        *plain.body_mut() = body.into();
    }
    Ok(Cow::Owned(plain))
}

/// The operation and the answer of a passage, whether or not its request can be used.
pub(super) fn witness(router: &Router, passage: &Passage) -> Option<(Call, Answer)> {
    let (parts, body) = passage.request.clone().into_parts();
    let call = route(router, &parts, &body).ok()?.call;
    let response = unpacked(call, &passage.response).ok()?;
    Some((call, answer(call, &response).ok()?))
}

/// The document with the streamed body in its member.
fn with_body(
    mut document: Document,
    member: Option<&'static standin_model::Member>,
    body: &bytes::Bytes,
) -> Document {
    if let (Some(member), Some(fields)) = (member, document.as_object_mut())
        && fields.get(member.name).is_none()
    {
        fields.push(member.name, Document::blob(body.clone()));
    }
    document
}

/// What is kept of a decoded passage: scrubbed templates.
pub(super) struct Kept {
    pub(super) input: Document,
    pub(super) answer: Answer,
    pub(super) host: String,
    pub(super) headers: Vec<(String, String)>,
}

/// Scrubs a passage; the reason if it must not be kept.
pub(super) fn scrub(scrubber: &mut Scrubber, decoded: &Decoded) -> Result<Kept, String> {
    let Call { service, operation, .. } = decoded.call;
    scrubber.admit(service, operation).map_err(|refused| refused.to_string())?;
    let input = match decoded.knowledge {
        Knowledge::Whole => scrubber.input(service, operation, decoded.input.clone()),
        Knowledge::AnswerOnly => template::unknown(),
    };
    let answer = scrubber.answer(service, operation, decoded.answer.clone());
    let headers = decoded.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let headers = scrubber.response_headers((service, operation), &decoded.answer, headers);
    let host = template::escape(&decoded.host).into_owned();
    Ok(Kept { input, answer, host, headers })
}
