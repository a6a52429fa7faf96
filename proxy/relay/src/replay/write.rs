//! Recorded answers as responses, with the values that this run gave to variables.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use standin_compare::Bindings;
use standin_model::{
    Answer, Document, Fields, ServiceError, ShapeId, ShapeKind, Timestamp, TimestampFormat,
};
use standin_protocol::Call;
use standin_tape::template::{TemplateError, form};
use standin_tape::{Exchange, Outcome};

use super::miss::REQUEST_ID;

/// What stands for a value that was scrubbed.
const REDACTED: &str = "REDACTED";

/// The response of an exchange, or why it can't be written.
pub(super) fn response(
    call: Call,
    exchange: &Exchange,
    bindings: &Bindings,
) -> Result<Response<Bytes>, String> {
    let Outcome::Answered { status, answer } = &exchange.outcome else {
        return Err(format!("{} was not recorded, only inferred", exchange.id));
    };
    let failed = |reason: String| format!("{} can't be answered: {reason}", exchange.id);
    let mut response = match answer {
        Answer::Output(output) => success(call, output, bindings).map_err(failed)?,
        Answer::Error(error) => {
            let error =
                fill_error(call, error, bindings).map_err(|error| failed(error.to_string()))?;
            call.serialize_error(&error, REQUEST_ID)
        }
    };
    *response.status_mut() = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
    for (name, value) in &exchange.wire.response_headers {
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

fn success(call: Call, output: &Document, bindings: &Bindings) -> Result<Response<Bytes>, String> {
    let plain = without_forms(call, output, call.operation.output).unwrap_or_else(Document::empty);
    let mut filled = bindings.fill(&plain).map_err(|error| error.to_string())?;
    retype(call, &mut filled, call.operation.output);
    let stream = match (call.streaming_output(), &mut filled) {
        (Some(member), Document::Object(fields)) => fields.remove(member.name),
        _ => None,
    };
    let mut response =
        call.serialize_response(&filled, REQUEST_ID).map_err(|error| error.to_string())?;
    match stream {
        Some(Document::Blob(bytes)) => *response.body_mut() = bytes,
        Some(Document::String(text)) => *response.body_mut() = text.into(),
        _ => {}
    }
    Ok(response)
}

fn fill_error(
    call: Call,
    error: &ServiceError,
    bindings: &Bindings,
) -> Result<ServiceError, TemplateError> {
    let message = error.message.as_deref().map(|text| bindings.fill_text(text)).transpose()?;
    let members = Document::Object(error.members.clone());
    let members = without_forms(call, &members, None).unwrap_or_else(Document::empty);
    let members = bindings.fill(&members)?;
    let members = members.as_object().cloned().unwrap_or_default();
    Ok(ServiceError { message, members, ..error.clone() })
}

/// The document without values that were not kept: a redacted text says so, other values are absent.
fn without_forms(call: Call, document: &Document, id: Option<ShapeId>) -> Option<Document> {
    let shape = id.map(|id| call.service.shape(id));
    match (document, shape.map(|shape| &shape.kind)) {
        (Document::Object(_), kind) if form(document).is_some() => match kind {
            Some(ShapeKind::String) => Some(Document::String(REDACTED.to_owned())),
            Some(ShapeKind::Blob) => Some(Document::Blob(Bytes::from_static(REDACTED.as_bytes()))),
            _ => None,
        },
        (Document::Object(fields), kind) => {
            let of = |key: &str| match kind {
                Some(ShapeKind::Structure(structure)) => structure.member(key).map(|it| it.shape),
                Some(ShapeKind::Map(_, value)) => Some(value.shape),
                _ => None,
            };
            let kept = fields.iter().filter_map(|(key, value)| {
                Some((key.clone(), without_forms(call, value, of(key))?))
            });
            Some(Document::Object(kept.collect::<Fields>()))
        }
        (Document::List(items), kind) => {
            let of = match kind {
                Some(ShapeKind::List(member)) => Some(member.shape),
                _ => None,
            };
            let kept = items.iter().filter_map(|item| without_forms(call, item, of));
            Some(Document::List(kept.collect()))
        }
        (other, _) => Some(other.clone()),
    }
}

/// Makes times of the texts that stand for them.
fn retype(call: Call, document: &mut Document, id: Option<ShapeId>) {
    let Some(shape) = id.map(|id| call.service.shape(id)) else { return };
    match (&shape.kind, document) {
        (ShapeKind::Timestamp, document) => {
            let time =
                document.as_str().map(|text| Timestamp::parse(text, TimestampFormat::Iso8601));
            if let Some(Ok(time)) = time {
                *document = Document::Timestamp(time);
            }
        }
        (ShapeKind::Structure(structure), Document::Object(fields)) => {
            for (key, value) in fields.iter_mut() {
                let member = structure.member(key);
                retype(call, value, member.map(|member| member.shape));
            }
        }
        (ShapeKind::List(member), Document::List(items)) => {
            for item in items {
                retype(call, item, Some(member.shape));
            }
        }
        (ShapeKind::Map(_, member), Document::Object(fields)) => {
            for (_, value) in fields.iter_mut() {
                retype(call, value, Some(member.shape));
            }
        }
        _ => {}
    }
}
