//! Recorded answers as responses, with the values that this run gave to variables.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use standin_compare::Bindings;
use standin_model::{
    Answer, Document, Fields, Member, ServiceError, ShapeId, ShapeKind, Timestamp, TimestampFormat,
};
use standin_protocol::Call;
use standin_tape::template::{TemplateError, blob, form};
use standin_tape::{Events, Exchange, Outcome};

use super::miss::REQUEST_ID;
use super::pack::{WasPacked, is_mark};
use super::state::Ask;
use super::sums;
use crate::events;

/// What stands for a value that was scrubbed.
const REDACTED: &str = "REDACTED";

/// The response of an exchange, or why it can't be written.
pub(super) fn response(
    ask: Ask<'_>,
    exchange: &Exchange,
    bindings: &Bindings,
) -> Result<Response<Bytes>, String> {
    let call = ask.call;
    let Outcome::Answered { status, answer } = &exchange.outcome else {
        return Err(format!("{} was not recorded, only inferred", exchange.id));
    };
    let failed = |reason: String| format!("{} can't be answered: {reason}", exchange.id);
    let mut response = match answer {
        Answer::Output(output) => success(ask, (exchange, output), bindings).map_err(failed)?,
        Answer::Error(error) => {
            let error =
                fill_error(call, error, bindings).map_err(|error| failed(error.to_string()))?;
            call.serialize_error(&error, REQUEST_ID)
        }
    };
    *response.status_mut() = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
    for (name, value) in &exchange.wire.response_headers {
        // A streamed body is kept as it came, packed or not.
        if is_mark(name, value) && call.streaming_output().is_none() {
            response.extensions_mut().insert(WasPacked);
            continue;
        }
        let value =
            bindings.fill_text(value).ok().and_then(|text| HeaderValue::from_str(&text).ok());
        if let (Ok(name), Some(value)) = (name.parse::<HeaderName>(), value) {
            response.headers_mut().insert(name, value);
        }
    }
    if call.service.metadata.name == "dynamodb" {
        let sum = crc32fast::hash(response.body());
        response.headers_mut().insert("x-amz-crc32", sum.into());
    }
    Ok(response)
}

/// The response, asking for no pause before the next request.
pub(super) fn without_pauses(mut response: Response<Bytes>) -> Response<Bytes> {
    if let Some(pause) = response.headers_mut().get_mut(header::RETRY_AFTER) {
        *pause = HeaderValue::from_static("0");
    }
    response
}

fn success(
    ask: Ask<'_>,
    (exchange, output): (&Exchange, &Document),
    bindings: &Bindings,
) -> Result<Response<Bytes>, String> {
    let call = ask.call;
    let filled = fill(call, output, call.operation.output, bindings);
    let mut filled = filled.map_err(|error| error.to_string())?.unwrap_or_else(Document::empty);
    sums::recompute(call, ask.input, (exchange, &mut filled));
    if let Some(member) = call.event_stream_output() {
        return streamed(call, (member, output, filled), bindings);
    }
    let stream = match (call.streaming_output(), &mut filled) {
        (Some(member), Document::Object(fields)) => fields.remove(member.name),
        _ => None,
    };
    let mut response =
        call.serialize_response(&filled, REQUEST_ID).map_err(|error| error.to_string())?;
    match stream {
        Some(Document::Blob(bytes)) => *response.body_mut() = *bytes,
        Some(Document::String(text)) => *response.body_mut() = text.into(),
        _ => {}
    }
    Ok(response)
}

/// A response whose body is a stream of events.
fn streamed(
    call: Call,
    (member, recorded, mut filled): (&Member, &Document, Document),
    bindings: &Bindings,
) -> Result<Response<Bytes>, String> {
    if let Some(fields) = filled.as_object_mut() {
        fields.remove(member.name);
    }
    let events = recorded.get(member.name).and_then(Events::in_document);
    let mut events = events.transpose().map_err(|error| error.to_string())?.unwrap_or_default();
    let union = call.service.structure(member.shape);
    for event in &mut events.0 {
        let shape = union.and_then(|union| union.member(event.kind.name())).map(|it| it.shape);
        let payload = fill(call, &event.payload, shape, bindings);
        let payload = payload.map_err(|error| error.to_string())?;
        event.payload = payload.unwrap_or_else(Document::empty);
        for (_, value) in &mut event.headers {
            *value = bindings.fill_text(value).map_err(|error| error.to_string())?;
        }
    }
    let head = call.serialize_response(&filled, REQUEST_ID).map_err(|error| error.to_string())?;
    events::write(call, (head, &filled), events).map_err(|error| error.to_string())
}

fn fill_error(
    call: Call,
    error: &ServiceError,
    bindings: &Bindings,
) -> Result<ServiceError, TemplateError> {
    let message = error.message.as_deref().map(|text| bindings.fill_text(text)).transpose()?;
    let shape = call.service.error(&error.code).map(|found| found.shape);
    let kind = shape.map(|shape| &shape.kind);
    let members = fill_fields((call, bindings), &error.members, kind)?;
    Ok(ServiceError { message, members, ..error.clone() })
}

/// The plain document of a recorded one: variables have their values, times among them are times. Of values that
/// were not kept, a redacted text says so, others are absent.
fn fill(
    call: Call,
    document: &Document,
    id: Option<ShapeId>,
    bindings: &Bindings,
) -> Result<Option<Document>, TemplateError> {
    let kind = id.map(|id| &call.service.shape(id).kind);
    Ok(Some(match (document, kind) {
        (Document::Object(_), _) if form(document) == Some("$derived") => {
            return Ok(bindings.fill(document).ok());
        }
        (Document::Object(_), kind) if form(document).is_some() => {
            return Ok(match kind {
                Some(ShapeKind::String) => Some(Document::String(REDACTED.to_owned())),
                Some(ShapeKind::Blob) => {
                    Some(Document::blob(Bytes::from_static(REDACTED.as_bytes())))
                }
                _ => None,
            });
        }
        (Document::Object(_), _) if blob(document).is_some() => bindings.fill(document)?,
        (Document::Object(fields), kind) => {
            Document::Object(fill_fields((call, bindings), fields, kind)?)
        }
        (Document::List(items), kind) => {
            let of = match kind {
                Some(ShapeKind::List(member)) => Some(member.shape),
                _ => None,
            };
            let filled = items.iter().map(|item| fill(call, item, of, bindings));
            let filled: Vec<Option<Document>> = filled.collect::<Result<_, _>>()?;
            Document::List(filled.into_iter().flatten().collect())
        }
        (Document::String(text), Some(ShapeKind::Timestamp)) => {
            let text = bindings.fill_text(text)?;
            match Timestamp::parse(&text, TimestampFormat::Iso8601) {
                Ok(time) => Document::Timestamp(time),
                Err(_) => Document::String(text),
            }
        }
        (Document::String(text), _) if text.contains('«') => bindings.fill(document)?,
        (other, _) => other.clone(),
    }))
}

fn fill_fields(
    (call, bindings): (Call, &Bindings),
    fields: &Fields,
    kind: Option<&ShapeKind>,
) -> Result<Fields, TemplateError> {
    let of = |key: &str| match kind {
        Some(ShapeKind::Structure(structure)) => structure.member(key).map(|it| it.shape),
        Some(ShapeKind::Map(_, value)) => Some(value.shape),
        _ => None,
    };
    let mut filled = Fields::with_capacity(fields.len());
    for (key, value) in fields.iter() {
        let Some(value) = fill(call, value, of(key), bindings)? else { continue };
        let plain = key.strip_prefix('$').unwrap_or(key);
        if plain.contains('«') || plain.len() != key.len() {
            filled.push(bindings.fill_text(plain)?, value);
        } else {
            filled.push(key.clone(), value);
        }
    }
    Ok(filled)
}
