//! Members in headers.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};
use standin_model::{
    Document, Fields, Location, Member, Service, Shape, ShapeKind, Structure, TimestampFormat,
};

use crate::codec::text::Scalar;
use crate::codec::{Strictness, scalar};
use crate::{ParseError, SerializeError};

/// Reads the members of a structure that stand in headers.
pub(crate) fn read_headers(
    service: &'static Service,
    structure: &'static Structure,
    headers: &HeaderMap,
    strictness: Strictness,
    fields: &mut Fields,
) -> Result<(), ParseError> {
    for member in &structure.members {
        let value = match member.location {
            Location::Header => read_member(service, member, headers, strictness)?,
            Location::Headers => read_prefix(service, member, headers, strictness)?,
            _ => None,
        };
        if let Some(value) = value {
            fields.push(member.name, value);
        }
    }
    Ok(())
}

/// Writes the members of a structure that stand in headers.
pub(crate) fn write_headers(
    service: &'static Service,
    structure: &'static Structure,
    fields: &Fields,
    headers: &mut HeaderMap,
) -> Result<(), SerializeError> {
    for member in &structure.members {
        let Some(value) = fields.get(member.name) else { continue };
        match (member.location, value) {
            (_, Document::Null) => {}
            (Location::Header, value) => {
                write_member(service, member, value, headers)
                    .map_err(|error| error.within(member.name))?;
            }
            (Location::Headers, Document::Object(map)) => {
                write_prefix(service, member, map, headers)
                    .map_err(|error| error.within(member.name))?;
            }
            (Location::Headers, value) => {
                return Err(SerializeError::mismatch("map", value).within(member.name));
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_member(
    service: &'static Service,
    member: &'static Member,
    headers: &HeaderMap,
    strictness: Strictness,
) -> Result<Option<Document>, ParseError> {
    let name = member.wire_name();
    if !headers.contains_key(name) {
        return Ok(None);
    }
    let text = joined(headers, name);
    let shape = service.shape(member.shape);
    let value = match &shape.kind {
        ShapeKind::List(element) => {
            let scalar = Scalar::of(service, element, TimestampFormat::Rfc822);
            let items = split(&text, scalar).into_iter();
            let items = items.map(|item| scalar.parse(item.into(), strictness));
            Document::List(items.collect::<Result<_, _>>()?)
        }
        _ if member.json_value || shape.json_value => {
            let decoded = scalar::parse_blob(&text, strictness)
                .and_then(|b| String::from_utf8(b.into()).ok());
            match (decoded, strictness) {
                (Some(json), _) => Document::String(json),
                (None, Strictness::Lenient) => Document::String(text.into_owned()),
                (None, Strictness::Strict) => {
                    return Err(ParseError::value(format!("{name} is not base64")));
                }
            }
        }
        _ => {
            let scalar = Scalar::of(service, member, TimestampFormat::Rfc822);
            scalar.parse(text, strictness)?
        }
    };
    Ok(Some(value))
}

/// Headers that share a prefix; their names come in lower case, as HTTP/2 carries all.
fn read_prefix(
    service: &'static Service,
    member: &'static Member,
    headers: &HeaderMap,
    strictness: Strictness,
) -> Result<Option<Document>, ParseError> {
    let ShapeKind::Map(_, value) = &service.shape(member.shape).kind else { return Ok(None) };
    let prefix = member.location_name.unwrap_or_default().to_ascii_lowercase();
    let scalar = Scalar::of(service, value, TimestampFormat::Rfc822);
    let mut map = Fields::default();
    for name in headers.keys() {
        if let Some(key) = name.as_str().strip_prefix(prefix.as_str()) {
            let text = joined(headers, name.as_str());
            map.push(key.to_owned(), scalar.parse(text, strictness)?);
        }
    }
    Ok((!map.is_empty()).then_some(Document::Object(map)))
}

fn write_member(
    service: &'static Service,
    member: &'static Member,
    value: &Document,
    headers: &mut HeaderMap,
) -> Result<(), SerializeError> {
    let shape = service.shape(member.shape);
    let text = match (&shape.kind, value) {
        (ShapeKind::List(_), Document::List(items)) if items.is_empty() => return Ok(()),
        (ShapeKind::List(element), Document::List(items)) => {
            Cow::Owned(join(service, element, items)?)
        }
        (_, Document::String(json)) if member.json_value || shape.json_value => {
            scalar::format_blob(json.as_bytes()).into()
        }
        _ => Cow::Owned(
            Scalar::of(service, member, TimestampFormat::Rfc822).format(value)?.into_owned(),
        ),
    };
    set(headers, member.wire_name(), &text)
}

fn write_prefix(
    service: &'static Service,
    member: &'static Member,
    map: &Fields,
    headers: &mut HeaderMap,
) -> Result<(), SerializeError> {
    let shape: &Shape = service.shape(member.shape);
    let ShapeKind::Map(_, element) = &shape.kind else {
        return Err(SerializeError::reason("headers with a prefix are a map"));
    };
    let scalar = Scalar::of(service, element, TimestampFormat::Rfc822);
    for (key, value) in map.iter() {
        let name = format!("{}{key}", member.location_name.unwrap_or_default());
        // A named member wins over one of the map.
        if *value != Document::Null && !headers.contains_key(&name) {
            set(headers, &name, &scalar.format(value)?).map_err(|error| error.within(key))?;
        }
    }
    Ok(())
}

fn set(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), SerializeError> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| SerializeError::reason("no valid header name"))?;
    let value = HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| SerializeError::reason("control characters can't stand in a header"))?;
    headers.insert(name, value);
    Ok(())
}

/// The values of all header lines of a name, as one.
fn joined<'h>(headers: &'h HeaderMap, name: &str) -> Cow<'h, str> {
    let mut values = headers.get_all(name).iter().map(|value| latin_or_utf8(value.as_bytes()));
    let first = values.next().unwrap_or_default();
    values.fold(first, |text, value| Cow::Owned(format!("{text}, {value}")))
}

fn latin_or_utf8(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

/// The items of a list in a header: quoted where they hold a comma, and HTTP dates hold one each.
fn split(text: &str, scalar: Scalar) -> Vec<String> {
    let date = matches!(scalar.shape.kind, ShapeKind::Timestamp)
        && scalar.format == TimestampFormat::Rfc822;
    if date {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        return parts.chunks(2).map(|pair| pair.join(", ")).collect();
    }
    let mut items = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (item, after) = rest.split_once(',').unwrap_or((rest, ""));
                (item.trim().to_owned(), after)
            }
        };
        items.push(item);
        rest = after.trim_start();
    }
    items
}

/// Reads a quoted item up to its closing quote; the rest begins after the comma that follows.
fn unquote(quoted: &str) -> (String, &str) {
    let mut item = String::new();
    let mut chars = quoted.char_indices();
    while let Some((index, character)) = chars.next() {
        match character {
            '\\' => item.extend(chars.next().map(|(_, escaped)| escaped)),
            '"' => {
                let rest = quoted[index + 1..].trim_start();
                return (item, rest.strip_prefix(',').unwrap_or(rest));
            }
            _ => item.push(character),
        }
    }
    (item, "")
}

fn join(
    service: &'static Service,
    element: &'static Member,
    items: &[Document],
) -> Result<String, SerializeError> {
    let scalar = Scalar::of(service, element, TimestampFormat::Rfc822);
    let mut texts = Vec::with_capacity(items.len());
    for item in items.iter().filter(|item| **item != Document::Null) {
        let text = scalar.format(item)?;
        let quote = matches!(scalar.shape.kind, ShapeKind::String) && text.contains([',', '"']);
        texts.push(match quote {
            true => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            false => text.into_owned(),
        });
    }
    Ok(texts.join(", "))
}
