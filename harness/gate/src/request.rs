//! From a recorded exchange to a signed request, and from a response to an answer.

use std::time::SystemTime;

use bytes::Bytes;
use http::{Method, Request, Response, Uri, header};
use standin_compare::Bindings;
use standin_model::{Answer, Catalog, Document, SigningMode};
use standin_protocol::{Call, HostPrefix};
use standin_sigv4::{Credentials, Payload, Signer};
use standin_tape::template::TemplateError;
use standin_tape::{Exchange, Recording, Signing};

/// Why an exchange was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotSent {
    /// A variable has no value.
    Unbound(String),
    /// It can't be sent by anyone.
    Unusable(String),
}

/// The secret of the requests that a check signs; it guards nothing.
const SECRET: &str = "standin-check-secret-that-guards-nothing";

/// The operation of an exchange, in the protocol that was recorded.
pub(crate) fn call(catalog: &'static Catalog, exchange: &Exchange) -> Result<Call, NotSent> {
    let unknown = |what: &str| NotSent::Unusable(format!("{what} is not in the models"));
    let service = catalog.service(&exchange.service).ok_or_else(|| unknown(&exchange.service))?;
    let operation =
        service.operation(exchange.operation()).ok_or_else(|| unknown(exchange.operation()))?;
    Ok(Call { service, operation, protocol: exchange.wire.protocol })
}

/// The request of an exchange with the run's values in it, signed by the run's account.
pub(crate) fn request(
    call: Call,
    (recording, exchange): (&Recording, &Exchange),
    bindings: &Bindings,
    (account, now): (&str, SystemTime),
) -> Result<Request<Bytes>, NotSent> {
    let input = bindings.fill(&exchange.input).map_err(not_filled)?;
    let unusable = |error: &dyn std::fmt::Display| NotSent::Unusable(error.to_string());
    let request = call.serialize_request(&input).map_err(|error| unusable(&error))?;
    let host = host(call, recording, exchange, (&input, bindings))?;
    let prefix = request.extensions().get::<HostPrefix>().map_or("", |prefix| prefix.0.as_str());
    let host = if host.starts_with(prefix) { host } else { format!("{prefix}{host}") };
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = format!("https://{host}{path}").parse::<Uri>().map_err(|error| unusable(&error))?;
    parts.headers.insert(header::HOST, host.parse().map_err(|_| unusable(&"the host"))?);
    if !body.is_empty() || parts.method != Method::GET {
        parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    }
    if call.operation.signing != SigningMode::None && exchange.wire.signing != Signing::None {
        let credentials = Credentials::new(account, SECRET, None, None, "check");
        let signing_name = call.service.metadata.signing_name;
        let signer = Signer::new(&credentials, &recording.region, signing_name, now);
        let payload = Payload::of(&parts.headers).map_err(|error| unusable(&error))?;
        standin_sigv4::sign(&mut parts, &payload, &body, &signer)
            .map_err(|error| unusable(&error))?;
    }
    Ok(Request::from_parts(parts, body))
}

/// The decoded answer; a streamed body stands in its member.
pub(crate) fn answer(call: Call, response: &Response<Bytes>) -> Result<Answer, String> {
    let mut answer = call.parse_response(response).map_err(|error| error.to_string())?;
    if let (Answer::Output(Document::Object(fields)), Some(member)) =
        (&mut answer, call.streaming_output())
        && fields.get(member.name).is_none()
    {
        fields.push(member.name, Document::blob(response.body().clone()));
    }
    Ok(answer)
}

fn not_filled(error: TemplateError) -> NotSent {
    match error {
        TemplateError::Unbound(name) => NotSent::Unbound(name),
        other => NotSent::Unusable(other.to_string()),
    }
}

/// The recorded host, without the bucket that a virtual-hosted request has in it: the path has it now.
fn host(
    call: Call,
    recording: &Recording,
    exchange: &Exchange,
    (input, bindings): (&Document, &Bindings),
) -> Result<String, NotSent> {
    let metadata = &call.service.metadata;
    let Some(template) = &exchange.wire.host else {
        let region = &recording.region;
        return Ok(format!("{}.{region}.amazonaws.com", metadata.endpoint_prefix));
    };
    let host = bindings.fill_text(template).map_err(not_filled)?;
    let bucket = input.get("Bucket").and_then(Document::as_str);
    let path_style = bucket
        .filter(|_| metadata.signing_name == "s3")
        .and_then(|bucket| host.strip_prefix(bucket)?.strip_prefix('.'));
    Ok(path_style.map_or_else(|| host.clone(), str::to_owned))
}
