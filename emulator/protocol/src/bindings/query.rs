//! Members in the query string.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use standin_model::{
    Document, Fields, Items, Key, Location, Member, Service, ShapeKind, Structure, TimestampFormat,
};

use crate::codec::Strictness;
use crate::codec::form::decode_pairs;
use crate::codec::text::Scalar;
use crate::uri::UriTemplate;
use crate::{Call, ParseError, SerializeError};

/// What stands for itself in a path or query string.
pub(super) const RESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What the parameters of a presigned URL begin with.
const SIGNATURE: &str = "X-Amz-";

/// Reads the members of a structure that stand in the query string.
pub(super) fn read(
    call: &Call,
    structure: &'static Structure,
    query: &str,
    fields: &mut Fields,
) -> Result<(), ParseError> {
    let service = call.service;
    let members = || structure.members.iter().filter(|m| m.location == Location::QueryString);
    if members().next().is_none() {
        return Ok(());
    }
    let pairs = decode_pairs(query.as_bytes())?;
    for member in members() {
        let values = pairs.iter().filter(|(name, _)| name == member.wire_name());
        let values = values.map(|(_, value)| value);
        let value = match &service.shape(member.shape).kind {
            ShapeKind::List(element) => list(service, element, values)?,
            ShapeKind::Map(_, element) => {
                let template = UriTemplate::parse(call.operation.http.uri);
                let claimed = |name: &str| {
                    members().any(|m| m.wire_name() == name && m.name != member.name)
                        || template.query().iter().any(|literal| literal.name == name)
                        || name.starts_with(SIGNATURE)
                };
                map(service, element, pairs.iter().filter(|(name, _)| !claimed(name)))?
            }
            _ => {
                let scalar = Scalar::of(service, member, TimestampFormat::Iso8601);
                let mut values = values;
                let first = values.next();
                first.map(|text| scalar.parse(text.clone(), Strictness::Strict)).transpose()?
            }
        };
        if let Some(value) = value {
            fields.push(member.name, value);
        }
    }
    Ok(())
}

/// Appends the members of a structure that stand in the query string to the literal parameters of
/// the operation's template.
pub(super) fn write(
    service: &'static Service,
    structure: &'static Structure,
    fields: &Fields,
    query: &mut String,
) -> Result<(), SerializeError> {
    let members = || structure.members.iter().filter(|m| m.location == Location::QueryString);
    for member in members().filter(|member| !is_map(service, member)) {
        if let Some(value) = fields.get(member.name) {
            write_member(service, member, value, query)
                .map_err(|error| error.within(member.name))?;
        }
    }
    for member in members().filter(|member| is_map(service, member)) {
        let Some(Document::Object(map)) = fields.get(member.name) else { continue };
        let ShapeKind::Map(_, element) = &service.shape(member.shape).kind else { continue };
        for (key, value) in map.iter() {
            // A named member wins over one of the map.
            let named = members().find(|member| member.wire_name() == key.as_ref());
            if named.is_none_or(|member| fields.get(member.name).is_none()) {
                write_value(service, (key, element), value, query)
                    .map_err(|error| error.within(member.name))?;
            }
        }
    }
    Ok(())
}

fn is_map(service: &Service, member: &Member) -> bool {
    matches!(service.shape(member.shape).kind, ShapeKind::Map(..))
}

fn list<'v, 'b: 'v>(
    service: &'static Service,
    element: &'static Member,
    values: impl Iterator<Item = &'v Cow<'b, str>>,
) -> Result<Option<Document>, ParseError> {
    let scalar = Scalar::of(service, element, TimestampFormat::Iso8601);
    let items = values.map(|text| scalar.parse(text.clone(), Strictness::Strict));
    let items = items.collect::<Result<Items, _>>()?;
    Ok((!items.is_empty()).then_some(Document::List(items)))
}

/// The parameters that no named member claims. Smithy would put those here too, but to a service whose
/// map is one of filters, a page's size is none.
fn map<'v, 'b: 'v>(
    service: &'static Service,
    element: &'static Member,
    pairs: impl Iterator<Item = &'v (Cow<'b, str>, Cow<'b, str>)>,
) -> Result<Option<Document>, ParseError> {
    let mut pairs: Vec<_> = pairs.collect();
    // Stable, so that the values of one name keep their order.
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let mut fields = Fields::default();
    for group in pairs.chunk_by(|a, b| a.0 == b.0) {
        let values = group.iter().map(|(_, value)| value);
        let value = match &service.shape(element.shape).kind {
            ShapeKind::List(element) => list(service, element, values)?.unwrap_or(Document::Null),
            _ => {
                let scalar = Scalar::of(service, element, TimestampFormat::Iso8601);
                scalar.parse(group[0].1.clone(), Strictness::Strict)?
            }
        };
        fields.push(Key::new(&group[0].0), value);
    }
    Ok((!fields.is_empty()).then_some(Document::Object(fields)))
}

fn write_member(
    service: &'static Service,
    member: &'static Member,
    value: &Document,
    query: &mut String,
) -> Result<(), SerializeError> {
    write_value(service, (member.wire_name(), member), value, query)
}

fn write_value(
    service: &'static Service,
    (name, member): (&str, &'static Member),
    value: &Document,
    query: &mut String,
) -> Result<(), SerializeError> {
    match (&service.shape(member.shape).kind, value) {
        (_, Document::Null) => {}
        (ShapeKind::List(element), Document::List(items)) => {
            let scalar = Scalar::of(service, element, TimestampFormat::Iso8601);
            for item in items.iter().filter(|item| **item != Document::Null) {
                pair(query, name, &scalar.format(item)?);
            }
        }
        _ => {
            let scalar = Scalar::of(service, member, TimestampFormat::Iso8601);
            pair(query, name, &scalar.format(value)?);
        }
    }
    Ok(())
}

fn pair(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.extend(utf8_percent_encode(name, RESERVED));
    query.push('=');
    query.extend(utf8_percent_encode(value, RESERVED));
}
