//! CBOR to documents, led by shapes.

use std::borrow::Cow;

use bytes::Bytes;
use minicbor::data::{IanaTag, Type};
use minicbor::decode::{Decoder, Error};
use standin_model::{
    Document, Fields, Items, Member, Number, Service, Shape, ShapeKind, Structure, Timestamp,
};

use super::MAX_DEPTH;
use crate::ParseError;
use crate::codec::text::kind_name;
use crate::codec::{self, Strictness, scalar};

/// Reads a CBOR body of a service.
pub(crate) struct Reader<'b> {
    decoder: Decoder<'b>,
    service: &'static Service,
    strictness: Strictness,
    depth: usize,
}

/// Reads any CBOR value.
pub(crate) fn parse_untyped(bytes: &[u8]) -> Result<Document, ParseError> {
    let mut decoder = Decoder::new(bytes);
    let value = untyped(&mut decoder, 0)?;
    finish(&decoder)?;
    Ok(value)
}

impl<'b> Reader<'b> {
    /// Starts to read a body.
    pub(crate) fn new(service: &'static Service, strictness: Strictness, body: &'b [u8]) -> Self {
        Self { decoder: Decoder::new(body), service, strictness, depth: 0 }
    }

    /// Reads the whole body; a null is an absent value.
    pub(crate) fn parse(mut self, shape: &'static Shape) -> Result<Option<Document>, ParseError> {
        let value = self.value(shape)?;
        finish(&self.decoder)?;
        Ok(value)
    }

    fn value(&mut self, shape: &'static Shape) -> Result<Option<Document>, ParseError> {
        let kind = self.decoder.datatype().map_err(malformed)?;
        if matches!(kind, Type::Null | Type::Undefined) {
            skip(&mut self.decoder)?;
            return Ok(None);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ParseError::TooDeep);
        }
        let value = self.typed(shape, kind)?;
        self.depth -= 1;
        Ok(Some(value))
    }

    fn typed(&mut self, shape: &'static Shape, kind: Type) -> Result<Document, ParseError> {
        match (&shape.kind, kind) {
            (ShapeKind::Structure(structure), Type::Map | Type::MapIndef) => {
                self.structure(structure)
            }
            (ShapeKind::Map(_, element), Type::Map | Type::MapIndef) => self.map(shape, element),
            (ShapeKind::List(element), Type::Array | Type::ArrayIndef) => self.list(shape, element),
            (ShapeKind::String, Type::String | Type::StringIndef) => {
                Ok(Document::String(text(&mut self.decoder)?.into_owned()))
            }
            _ => {
                let value = untyped(&mut self.decoder, self.depth)?;
                self.coerce(shape, value)
            }
        }
    }

    /// Makes a scalar fit its shape; what does not fit is kept by a lenient reader.
    #[expect(clippy::cast_precision_loss, reason = "the shape is a float")]
    fn coerce(&self, shape: &Shape, value: Document) -> Result<Document, ParseError> {
        let lenient = self.strictness == Strictness::Lenient;
        match (&shape.kind, value) {
            (ShapeKind::Float | ShapeKind::Double, Document::Number(Number::Integer(number))) => {
                Ok(scalar::float(number as f64))
            }
            (ShapeKind::Integer, Document::Number(Number::Integer(number)))
                if !lenient && i32::try_from(number).is_err() =>
            {
                Err(ParseError::value("number does not fit 32 bits"))
            }
            (
                ShapeKind::Integer | ShapeKind::Long | ShapeKind::BigInteger,
                value @ Document::Number(Number::Integer(_)),
            )
            | (ShapeKind::Float | ShapeKind::Double, value @ Document::Number(Number::Float(_)))
            | (ShapeKind::BigInteger | ShapeKind::BigDecimal, value @ Document::Number(_))
            | (ShapeKind::Boolean, value @ Document::Boolean(_))
            | (ShapeKind::Blob, value @ Document::Blob(_))
            | (ShapeKind::Timestamp, value @ Document::Timestamp(_))
            | (ShapeKind::Document, value) => Ok(value),
            (_, value) if lenient => Ok(value),
            (kind, value) => Err(ParseError::value(format!(
                "{} can not be converted to {}",
                value.kind(),
                kind_name(kind)
            ))),
        }
    }

    fn structure(&mut self, structure: &'static Structure) -> Result<Document, ParseError> {
        let mut fields = Fields::default();
        let mut left = self.decoder.map().map_err(malformed)?;
        let mut next = 0;
        while more(&mut self.decoder, &mut left)? {
            let key = text(&mut self.decoder)?;
            let Some(index) = find(structure, next, &key) else {
                skip(&mut self.decoder)?;
                continue;
            };
            next = index + 1;
            let member = &structure.members[index];
            if let Some(value) = self.value(self.service.shape(member.shape))? {
                if fields.get(member.name).is_some() {
                    return Err(duplicate(member.name));
                }
                fields.push(member.name, value);
            }
        }
        if structure.union && self.strictness == Strictness::Strict && fields.len() != 1 {
            return Err(ParseError::value("a union takes exactly one member"));
        }
        Ok(Document::Object(fields))
    }

    fn list(
        &mut self,
        shape: &'static Shape,
        element: &'static Member,
    ) -> Result<Document, ParseError> {
        let mut items = Items::new();
        let mut left = self.decoder.array().map_err(malformed)?;
        while more(&mut self.decoder, &mut left)? {
            let item = match self.value(self.service.shape(element.shape))? {
                // The others keep their places.
                None if self.strictness == Strictness::Lenient => Some(Document::Null),
                item => self.element(shape, item)?,
            };
            items.extend(item);
        }
        Ok(Document::List(items))
    }

    fn map(
        &mut self,
        shape: &'static Shape,
        element: &'static Member,
    ) -> Result<Document, ParseError> {
        let mut fields = Fields::default();
        let mut left = self.decoder.map().map_err(malformed)?;
        while more(&mut self.decoder, &mut left)? {
            let key = text(&mut self.decoder)?;
            let item = self.value(self.service.shape(element.shape))?;
            if let Some(item) = self.element(shape, item)? {
                fields.push(key, item);
            }
        }
        codec::distinct(&fields).map_err(duplicate)?;
        Ok(Document::Object(fields))
    }

    /// An element or map value, which may be null only in sparse collections.
    fn element(
        &self,
        shape: &Shape,
        item: Option<Document>,
    ) -> Result<Option<Document>, ParseError> {
        match item {
            None if shape.sparse => Ok(Some(Document::Null)),
            None if self.strictness == Strictness::Strict => {
                Err(ParseError::value("null in place of an element"))
            }
            item => Ok(item),
        }
    }
}

fn finish(decoder: &Decoder<'_>) -> Result<(), ParseError> {
    match decoder.input().len() - decoder.position() {
        0 => Ok(()),
        _ => Err(ParseError::malformed("CBOR", "bytes after the value")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn malformed(error: Error) -> ParseError {
    ParseError::malformed("CBOR", error.to_string())
}

fn duplicate(key: &str) -> ParseError {
    ParseError::malformed("CBOR", format!("duplicate key {key}"))
}

/// The member of a key, tried first where the model's order has it.
fn find(structure: &Structure, next: usize, key: &str) -> Option<usize> {
    let members = &structure.members;
    if members.get(next).is_some_and(|member| member.wire_name() == key) {
        return Some(next);
    }
    members.iter().position(|member| member.wire_name() == key)
}

/// Whether a list or map goes on: by its count, or up to the break where it has none.
fn more(decoder: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, ParseError> {
    match left {
        Some(0) => Ok(false),
        Some(count) => {
            *count -= 1;
            Ok(true)
        }
        None if decoder.datatype().map_err(malformed)? == Type::Break => {
            decoder.set_position(decoder.position() + 1);
            Ok(false)
        }
        None => Ok(true),
    }
}

fn text<'b>(decoder: &mut Decoder<'b>) -> Result<Cow<'b, str>, ParseError> {
    match decoder.datatype().map_err(malformed)? {
        Type::String => decoder.str().map(Cow::Borrowed).map_err(malformed),
        _ => {
            let parts = decoder.str_iter().map_err(malformed)?;
            parts.collect::<Result<String, _>>().map(Cow::Owned).map_err(malformed)
        }
    }
}

fn blob(decoder: &mut Decoder<'_>) -> Result<Bytes, ParseError> {
    let mut bytes = Vec::new();
    for part in decoder.bytes_iter().map_err(malformed)? {
        bytes.extend_from_slice(part.map_err(malformed)?);
    }
    Ok(bytes.into())
}

/// Skips a value, whatever it is.
fn skip(decoder: &mut Decoder<'_>) -> Result<(), ParseError> {
    decoder.skip().map_err(malformed)
}

fn untyped(decoder: &mut Decoder<'_>, depth: usize) -> Result<Document, ParseError> {
    if depth > MAX_DEPTH {
        return Err(ParseError::TooDeep);
    }
    match decoder.datatype().map_err(malformed)? {
        Type::Null | Type::Undefined => {
            skip(decoder)?;
            Ok(Document::Null)
        }
        Type::Bool => decoder.bool().map(Document::Boolean).map_err(malformed),
        Type::F16 => decoder.f16().map(|value| scalar::float(value.into())).map_err(malformed),
        Type::F32 => decoder.f32().map(|value| scalar::float(value.into())).map_err(malformed),
        Type::F64 => decoder.f64().map(scalar::float).map_err(malformed),
        Type::Bytes | Type::BytesIndef => blob(decoder).map(Document::blob),
        Type::String | Type::StringIndef => {
            text(decoder).map(|text| Document::String(text.into_owned()))
        }
        Type::Array | Type::ArrayIndef => untyped_list(decoder, depth),
        Type::Map | Type::MapIndef => untyped_map(decoder, depth),
        Type::Tag => tagged(decoder),
        Type::Break | Type::Simple | Type::Unknown(_) => {
            Err(ParseError::malformed("CBOR", "unexpected item"))
        }
        _ => integer(decoder),
    }
}

fn integer(decoder: &mut Decoder<'_>) -> Result<Document, ParseError> {
    let number = i128::from(decoder.int().map_err(malformed)?);
    Ok(Document::Number(match i64::try_from(number) {
        Ok(number) => Number::Integer(number),
        Err(_) => Number::Text(number.to_string().into()),
    }))
}

fn untyped_list(decoder: &mut Decoder<'_>, depth: usize) -> Result<Document, ParseError> {
    let mut items = Items::new();
    let mut left = decoder.array().map_err(malformed)?;
    while more(decoder, &mut left)? {
        items.push(untyped(decoder, depth + 1)?);
    }
    Ok(Document::List(items))
}

fn untyped_map(decoder: &mut Decoder<'_>, depth: usize) -> Result<Document, ParseError> {
    let mut fields = Fields::default();
    let mut left = decoder.map().map_err(malformed)?;
    while more(decoder, &mut left)? {
        let key = text(decoder)?;
        fields.push(key, untyped(decoder, depth + 1)?);
    }
    codec::distinct(&fields).map_err(duplicate)?;
    Ok(Document::Object(fields))
}

/// Tag 1 is a timestamp in seconds; no other tag has a meaning here.
fn tagged(decoder: &mut Decoder<'_>) -> Result<Document, ParseError> {
    let tag = decoder.tag().map_err(malformed)?;
    if tag != IanaTag::Timestamp.tag() {
        return Err(ParseError::malformed("CBOR", format!("unknown tag {}", tag.as_u64())));
    }
    let timestamp = match untyped(decoder, MAX_DEPTH)? {
        Document::Number(Number::Integer(seconds)) => Timestamp::from_unix(seconds, 0),
        Document::Number(Number::Float(seconds)) => Timestamp::from_seconds_f64(seconds),
        other => {
            return Err(ParseError::value(format!("{} is no timestamp", other.kind())));
        }
    };
    timestamp.map(Document::Timestamp).map_err(|error| ParseError::value(error.to_string()))
}
