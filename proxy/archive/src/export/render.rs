//! From an exchange to the request and response that it stands for.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header,
};
use standin_model::{
    Answer, Catalog, Document, Fields, Protocol, ServiceError, SigningMode, Timestamp,
    TimestampFormat,
};
use standin_protocol::eventstream::{Direction, Event};
use standin_protocol::{Call, HostPrefix};
use standin_tape::template::TemplateError;
use standin_tape::{EventKind, Events, Exchange, Outcome, Recording, Signing};

use super::fill::{Filler, REDACTED};
use super::stand_in::{self, ACCOUNT};

/// The request id of all answers.
const REQUEST_ID: &str = "00000000-0000-4000-a000-000000000000";

/// An exchange as HTTP.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The operation, in the protocol that was recorded.
    pub call: Call,
    /// When it began: the day of the recording, and the pauses since.
    pub time: Timestamp,
    /// The request, with the host in its URI.
    pub request: Request<Bytes>,
    /// The output or error that the response was written of, with stand-ins.
    pub answer: Answer,
    /// The response.
    pub response: Response<Bytes>,
}

/// When a recording begins: its first exchange's pause is none, and its day is known.
pub fn start(recording: &Recording) -> Timestamp {
    let text = format!("{}T00:00:00Z", recording.date);
    let epoch = || Timestamp::from_unix(0, 0).expect("within what timestamps hold");
    Timestamp::parse(&text, TimestampFormat::Iso8601).unwrap_or_else(|_| epoch())
}

/// Writes an exchange as HTTP, at a time; the reason if it can't be.
///
/// An exchange whose request is not recorded has no HTTP, but see [`answer`].
pub fn render(
    recording: &Recording,
    exchange: &Exchange,
    (catalog, time): (&'static Catalog, Timestamp),
) -> Result<Rendered, String> {
    let value = |name: &str| Some(stand_in::value(recording, name, time));
    let call = call(catalog, exchange)?;
    let filler = Filler { service: call.service, value: &value };
    let (answer, response) = respond(call, exchange, &filler, time)?;
    let request = request(call, (recording, exchange), &filler, time)?;
    Ok(Rendered { call, time, request, answer, response })
}

fn call(catalog: &'static Catalog, exchange: &Exchange) -> Result<Call, String> {
    let unknown = |what: &str| format!("{what} is not in the models");
    let service = catalog.service(&exchange.service).ok_or_else(|| unknown(&exchange.service))?;
    let operation = service.operation(exchange.operation());
    let operation = operation.ok_or_else(|| unknown(exchange.operation()))?;
    Ok(Call { service, operation, protocol: exchange.wire.protocol })
}

fn request(
    call: Call,
    (recording, exchange): (&Recording, &Exchange),
    filler: &Filler<'_>,
    time: Timestamp,
) -> Result<Request<Bytes>, String> {
    if standin_tape::template::form(&exchange.input) == Some("$unknown") {
        return Err("its request is not recorded".to_owned());
    }
    let failed = |error: TemplateError| error.to_string();
    let input = filler.document(&exchange.input, call.operation.input).map_err(failed)?;
    let input = input.unwrap_or_else(Document::empty);
    let request = call.serialize_request(&input).map_err(|error| error.to_string())?;
    let host = host(call, (recording, exchange), filler, &input).map_err(failed)?;
    let prefix = request.extensions().get::<HostPrefix>().map_or("", |prefix| prefix.0.as_str());
    let host = if host.starts_with(prefix) { host } else { format!("{prefix}{host}") };
    let (mut parts, mut body) = request.into_parts();
    if let Some(raw) = &exchange.wire.raw.request {
        body = bytes_of(raw, filler).map_err(failed)?;
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri = format!("https://{host}{path}").parse::<Uri>();
    parts.uri = uri.map_err(|error| format!("its address: {error}"))?;
    parts.headers.insert(header::HOST, header_value(&host)?);
    if !body.is_empty() || parts.method != Method::GET {
        parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    }
    if call.operation.signing != SigningMode::None && exchange.wire.signing != Signing::None {
        sign(&mut parts.headers, (call, recording), time)?;
    }
    Ok(Request::from_parts(parts, body))
}

/// What of a signature says what the request is for: its date and scope, and no secret's work.
fn sign(
    headers: &mut HeaderMap,
    (call, recording): (Call, &Recording),
    time: Timestamp,
) -> Result<(), String> {
    let date: String = time.format(TimestampFormat::Iso8601);
    let date: String = date.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let date = date.split(['.', 'Z']).next().unwrap_or_default().to_owned() + "Z";
    let scope = format!(
        "{}/{}/{}/aws4_request",
        &date[..8.min(date.len())],
        recording.region,
        call.service.metadata.signing_name
    );
    let text = format!(
        "AWS4-HMAC-SHA256 Credential={ACCOUNT}/{scope}, SignedHeaders=host;x-amz-date, Signature={REDACTED}"
    );
    headers.insert("x-amz-date", header_value(&date)?);
    headers.insert(header::AUTHORIZATION, header_value(&text)?);
    Ok(())
}

/// The recorded host, without the bucket that a virtual-hosted request has in it: the path has it now.
fn host(
    call: Call,
    (recording, exchange): (&Recording, &Exchange),
    filler: &Filler<'_>,
    input: &Document,
) -> Result<String, TemplateError> {
    let metadata = &call.service.metadata;
    let Some(template) = &exchange.wire.host else {
        return Ok(format!("{}.{}.amazonaws.com", metadata.endpoint_prefix, recording.region));
    };
    let mut host = filler.text(template)?;
    if metadata.signing_name == "s3"
        && let Some(bucket) = input.get("Bucket").and_then(Document::as_str)
        && let Some(rest) = host.strip_prefix(bucket).and_then(|rest| rest.strip_prefix('.'))
    {
        host = rest.to_owned();
    }
    Ok(host)
}

/// The response of an exchange, and the answer that it was written of.
fn respond(
    call: Call,
    exchange: &Exchange,
    filler: &Filler<'_>,
    time: Timestamp,
) -> Result<(Answer, Response<Bytes>), String> {
    let Outcome::Answered { status, answer } = &exchange.outcome else {
        return Err("it was not recorded, only inferred".to_owned());
    };
    let failed = |error: TemplateError| error.to_string();
    let answer = plain(call, answer, filler).map_err(failed)?;
    let mut response = match &answer {
        Answer::Output(output) => success(call, output)?,
        Answer::Error(error) => call.serialize_error(error, REQUEST_ID),
    };
    *response.status_mut() =
        StatusCode::from_u16(*status).map_err(|_| format!("{status} is no HTTP status"))?;
    // The answer is written as it reads, whatever it was packed with.
    let headers = exchange.wire.response_headers.iter().filter(|it| it.0 != "content-encoding");
    for (name, value) in headers {
        let name = name.parse::<HeaderName>().map_err(|error| error.to_string())?;
        response.headers_mut().insert(name, header_value(&filler.text(value).map_err(failed)?)?);
    }
    if let Some(raw) = &exchange.wire.raw.response {
        *response.body_mut() = bytes_of(raw, filler).map_err(failed)?;
    }
    let date = time.format(TimestampFormat::Rfc822);
    response.headers_mut().insert(header::DATE, header_value(&date)?);
    Ok((answer, response))
}

/// The answer of an exchange alone, whose request may be unknown, and the response that says it.
pub fn answer(
    recording: &Recording,
    exchange: &Exchange,
    (catalog, time): (&'static Catalog, Timestamp),
) -> Result<(Call, Answer, Response<Bytes>), String> {
    let value = |name: &str| Some(stand_in::value(recording, name, time));
    let call = call(catalog, exchange)?;
    let filler = Filler { service: call.service, value: &value };
    let (answer, response) = respond(call, exchange, &filler, time)?;
    Ok((call, answer, response))
}

fn plain(call: Call, answer: &Answer, filler: &Filler<'_>) -> Result<Answer, TemplateError> {
    Ok(match answer {
        Answer::Output(output) => {
            let output = filler.document(output, call.operation.output)?;
            Answer::Output(output.unwrap_or_else(Document::empty))
        }
        Answer::Error(error) => {
            let shape = call.service.error(&error.code).map(|found| &found.shape.kind);
            let members = filler.fields(&error.members, shape)?;
            let message = error.message.as_deref().map(|text| filler.text(text)).transpose()?;
            Answer::Error(ServiceError { message, members, ..error.clone() })
        }
    })
}

fn success(call: Call, output: &Document) -> Result<Response<Bytes>, String> {
    let mut output = output.clone();
    let stream = call.streaming_output().or_else(|| call.event_stream_output());
    let stream = stream.and_then(|member| output.as_object_mut()?.remove(member.name));
    let mut response =
        call.serialize_response(&output, REQUEST_ID).map_err(|error| error.to_string())?;
    match stream {
        Some(Document::Blob(bytes)) => *response.body_mut() = *bytes,
        Some(Document::String(text)) => *response.body_mut() = text.into(),
        Some(document) => {
            if let Some(Ok(events)) = Events::in_document(&document) {
                *response.body_mut() = frames(call, &output, events)?;
            }
        }
        None => {}
    }
    Ok(response)
}

/// The messages of a stream, after the other members where a protocol has no other place for them.
fn frames(call: Call, output: &Document, events: Events) -> Result<Bytes, String> {
    let has_bindings = matches!(call.protocol, Protocol::RestJson | Protocol::RestXml);
    let mut all = Vec::new();
    if !has_bindings {
        all.push(Event::Initial(output.clone()));
    }
    for event in events.0 {
        all.push(match event.kind {
            EventKind::Event(name) => {
                let union = [(name.into(), event.payload)].into_iter().collect();
                Event::Event(Document::Object(union))
            }
            EventKind::Exception(code) => Event::Error(exception(code, event.payload)),
        });
    }
    let mut body = Vec::new();
    for event in all {
        let message = call.encode_event(Direction::Output, &event);
        let message = message.map_err(|error| error.to_string())?;
        body.extend_from_slice(&message.encode().map_err(|error| error.to_string())?);
    }
    Ok(body.into())
}

fn exception(code: String, payload: Document) -> ServiceError {
    let mut members = match payload {
        Document::Object(fields) => fields,
        _ => Fields::default(),
    };
    let message = members.remove("message").and_then(|text| text.as_str().map(str::to_owned));
    ServiceError { message, members, ..ServiceError::sender(code, "") }
}

fn bytes_of(raw: &Document, filler: &Filler<'_>) -> Result<Bytes, TemplateError> {
    Ok(match raw {
        Document::String(text) => filler.text(text)?.into(),
        Document::Blob(bytes) => Bytes::clone(bytes),
        _ => Bytes::new(),
    })
}

fn header_value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| "a header's value is malformed".to_owned())
}
