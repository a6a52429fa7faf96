//! From passages to decoded exchanges, scrubbed.

use http::header;
use standin_model::{Answer, Document};
use standin_protocol::Call;
use standin_protocol::routing::Router;
use standin_tape::{Scrubber, Signing, template};

use super::Passage;

/// A passage that was understood, plain: neither scrubbed nor a template yet.
#[derive(Clone, Debug)]
pub(super) struct Decoded {
    pub(super) call: Call,
    pub(super) host: String,
    pub(super) input: Document,
    pub(super) status: u16,
    pub(super) answer: Answer,
    pub(super) headers: Vec<(String, String)>,
    pub(super) signing: Signing,
    pub(super) seconds: Option<i64>,
}

/// Routes and parses a passage; the reason if it can't be used.
pub(super) fn decode(router: &Router, passage: &Passage) -> Result<Decoded, String> {
    let request = passage.request.clone();
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let host = host.unwrap_or_default().to_owned();
    let (mut parts, body) = request.into_parts();
    let route = router.route(&parts, &body).map_err(|error| format!("not routed: {error}"))?;
    route.apply(&mut parts);
    let call = route.call;
    if let Some(reason) = &passage.unusable {
        return Err(reason.clone());
    }
    let request = http::Request::from_parts(parts, body);
    let input = call.parse_request(&request).map_err(|error| format!("the request: {error}"))?;
    let input = with_body(input, call.streaming_input(), request.body());
    let answer = answer(call, passage)?;
    let headers = passage.response.headers().iter();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Decoded {
        call,
        host,
        input,
        status: passage.response.status().as_u16(),
        answer,
        headers: headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        signing: passage.signing,
        seconds: passage.date.map(standin_model::Timestamp::seconds),
    })
}

fn answer(call: Call, passage: &Passage) -> Result<Answer, String> {
    let response = &passage.response;
    let answer = call.parse_response(response).map_err(|error| format!("the answer: {error}"))?;
    match answer {
        Answer::Output(output) => {
            Ok(Answer::Output(with_body(output, call.streaming_output(), response.body())))
        }
        Answer::Error(error) if &*error.code == "SignatureDoesNotMatch" => {
            Err("the answer depends on a signature, which is not recorded".to_owned())
        }
        error @ Answer::Error(_) => Ok(error),
    }
}

/// The operation and the answer of a passage, whether or not its request can be used.
pub(super) fn witness(router: &Router, passage: &Passage) -> Option<(Call, Answer)> {
    let (parts, body) = passage.request.clone().into_parts();
    let call = router.route(&parts, &body).ok()?.call;
    Some((call, answer(call, passage).ok()?))
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
        fields.push(member.name, Document::Blob(body.clone()));
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
    let input = scrubber.input(service, operation, decoded.input.clone());
    let answer = scrubber.answer(service, operation, decoded.answer.clone());
    let headers = decoded.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let headers = scrubber.response_headers((service, operation), &decoded.answer, headers);
    let host = template::escape(&decoded.host).into_owned();
    Ok(Kept { input, answer, host, headers })
}
