//! Requests with HTTP bindings.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Uri, header};
use percent_encoding::{AsciiSet, utf8_percent_encode};
use standin_model::{Document, Fields, Location, Protocol, Structure, TimestampFormat};

use super::query::{self, RESERVED};
use super::{Format, Side, body, check_known, header as headers};
use crate::answer;
use crate::codec::Strictness;
use crate::codec::text::Scalar;
use crate::uri::{Segment, UriTemplate};
use crate::{Call, ParseError, SerializeError};

const RESERVED_BUT_SLASH: &AsciiSet = &RESERVED.remove(b'/');

/// Server: reads the input.
pub(crate) fn parse<F: Format>(
    call: &Call,
    request: &Request<Bytes>,
) -> Result<Document, ParseError> {
    let Some(structure) = call.input().and_then(|shape| shape.structure()) else {
        return Ok(Document::empty());
    };
    let mut fields = Fields::default();
    read_labels(call, structure, request.uri().path(), &mut fields)?;
    query::read(call, structure, request.uri().query().unwrap_or_default(), &mut fields)?;
    let strictness = Side::Request.strictness();
    headers::read_headers(call.service, structure, request.headers(), strictness, &mut fields)?;
    body::parse::<F>(call, Side::Request, structure, request.body(), &mut fields)?;
    Ok(Document::Object(fields))
}

/// Client: writes the input.
pub(crate) fn serialize<F: Format>(
    call: &Call,
    input: &Document,
) -> Result<Request<Bytes>, SerializeError> {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = Method::from_bytes(call.operation.http.method.as_bytes())
        .map_err(|_| SerializeError::reason("no valid method"))?;
    let nothing = Fields::default();
    let shape = call.input();
    let fields = if shape.is_some() { answer::fields(input)? } else { &nothing };
    let structure = shape.and_then(|shape| shape.structure());
    if let Some(structure) = structure {
        check_known(structure, fields)?;
    }
    *request.uri_mut() = uri(call, structure, fields)?;
    let Some((shape, structure)) = shape.zip(structure) else { return Ok(request) };
    headers::write_headers(call.service, structure, fields, request.headers_mut())?;
    let body = body::serialize::<F>(call, Side::Request, shape, fields)?;
    if let Some(media_type) = body.media_type.filter(|_| !leaves_type_to_member(call, structure)) {
        let headers = request.headers_mut();
        headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(media_type));
    }
    *request.body_mut() = body.bytes;
    Ok(request)
}

/// A member of rest-xml that is this header says by its absence that the client named no type. rest-json names the
/// payload's all the same, as botocore's vectors show.
fn leaves_type_to_member(call: &Call, structure: &'static Structure) -> bool {
    call.protocol == Protocol::RestXml
        && structure.members.iter().any(|member| {
            member.location == Location::Header
                && member.wire_name().eq_ignore_ascii_case("content-type")
        })
}

fn read_labels(
    call: &Call,
    structure: &'static Structure,
    path: &str,
    fields: &mut Fields,
) -> Result<(), ParseError> {
    if !structure.members.iter().any(|member| member.location == Location::Uri) {
        return Ok(());
    }
    let template = call.operation.http.uri;
    let labels = UriTemplate::parse(template).labels(path).ok_or(ParseError::Path { template })?;
    for (name, text) in labels {
        let mut members = structure.members.iter().filter(|m| m.location == Location::Uri);
        let Some(member) = members.find(|member| member.wire_name() == name) else { continue };
        let scalar = Scalar::of(call.service, member, TimestampFormat::Iso8601);
        fields.push(member.name, scalar.parse(text, Strictness::Strict)?);
    }
    Ok(())
}

fn uri(
    call: &Call,
    structure: Option<&'static Structure>,
    fields: &Fields,
) -> Result<Uri, SerializeError> {
    let template = call.operation.http.uri;
    let parsed = UriTemplate::parse(template);
    let mut text = String::new();
    for segment in parsed.segments() {
        text.push('/');
        match *segment {
            Segment::Literal(literal) => text.push_str(literal),
            Segment::Label(name) => {
                let value = label(call, structure, fields, name)?;
                text.extend(utf8_percent_encode(&value, RESERVED));
            }
            Segment::Greedy(name) => {
                let value = label(call, structure, fields, name)?;
                text.extend(utf8_percent_encode(&value, RESERVED_BUT_SLASH));
            }
        }
    }
    if text.is_empty() || parsed.has_trailing_slash() {
        text.push('/');
    }
    let mut query = template.split_once('?').map_or("", |(_, query)| query).to_owned();
    if let Some(structure) = structure {
        query::write(call.service, structure, fields, &mut query)?;
    }
    if !query.is_empty() {
        text.push('?');
        text.push_str(&query);
    }
    Uri::try_from(text).map_err(|_| SerializeError::reason("no valid URI"))
}

fn label(
    call: &Call,
    structure: Option<&'static Structure>,
    fields: &Fields,
    name: &'static str,
) -> Result<String, SerializeError> {
    let members = structure.into_iter().flat_map(|structure| &structure.members);
    let mut members = members.filter(|member| member.location == Location::Uri);
    let missing = SerializeError::MissingLabel { member: name };
    let Some(member) = members.find(|member| member.wire_name() == name) else {
        return Err(missing);
    };
    let Some(value) = fields.get(member.name).filter(|value| **value != Document::Null) else {
        return Err(missing);
    };
    let scalar = Scalar::of(call.service, member, TimestampFormat::Iso8601);
    let text = scalar.format(value).map_err(|error| error.within(member.name))?;
    if text.is_empty() { Err(missing) } else { Ok(text.into_owned()) }
}
