//! JSON values of document type, which no shape leads.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use standin_model::{Document, Fields, Items, Number};

use crate::ParseError;
use crate::codec::{self, scalar};

/// How `serde_json` hands over numbers that no machine type holds.
pub(super) const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// Reads any JSON value, as document types are.
pub(crate) fn parse_untyped(bytes: &[u8]) -> Result<Document, ParseError> {
    read(bytes, Untyped)
}

/// Reads a whole body by a seed.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(
    bytes: &'de [u8],
    seed: S,
) -> Result<S::Value, ParseError> {
    // Checked once as a whole, text needs no check for each string.
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ParseError::malformed("JSON", error.to_string()))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut deserializer).map_err(|error| failure(&error))?;
    deserializer.end().map_err(|error| failure(&error))?;
    Ok(value)
}

fn failure(error: &serde_json::Error) -> ParseError {
    let text = error.to_string();
    match error.classify() {
        serde_json::error::Category::Data => ParseError::value(text),
        _ if text.starts_with("recursion limit") => ParseError::TooDeep,
        _ => ParseError::malformed("JSON", text),
    }
}

/// A value of document type.
pub(super) struct Untyped;

impl<'de> DeserializeSeed<'de> for Untyped {
    type Value = Document;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        deserializer.deserialize_any(UntypedVisitor)
    }
}

pub(super) struct UntypedVisitor;

impl<'de> Visitor<'de> for UntypedVisitor {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Document, E> {
        Ok(Document::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Document, E> {
        Ok(Document::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Document, E> {
        Ok(match i64::try_from(value) {
            Ok(value) => Document::from(value),
            Err(_) => Document::Number(Number::Text(value.to_string().into())),
        })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Document, E> {
        Ok(scalar::float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Document, E> {
        Ok(Document::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Document, A::Error> {
        let mut items = Items::new();
        while let Some(item) = seq.next_element_seed(Untyped)? {
            items.push(item);
        }
        Ok(Document::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let first = map.next_key::<Cow<'_, str>>()?;
        match first {
            Some(key) if key == NUMBER_TOKEN => {
                Ok(Document::Number(scalar::parse_number(&map.next_value::<String>()?)))
            }
            first => rest_of_map(first, map),
        }
    }
}

/// The fields of an untyped object whose first key has been read.
pub(super) fn rest_of_map<'de, A: MapAccess<'de>>(
    first: Option<Cow<'_, str>>,
    mut map: A,
) -> Result<Document, A::Error> {
    let mut fields = Fields::default();
    let mut key = first.map(Cow::into_owned);
    while let Some(name) = key {
        fields.push(name, map.next_value_seed(Untyped)?);
        key = map.next_key()?;
    }
    distinct(&fields)?;
    Ok(Document::Object(fields))
}

/// Fails where a key stands twice.
pub(super) fn distinct<E: Error>(fields: &Fields) -> Result<(), E> {
    codec::distinct(fields).map_err(|key| E::custom(format_args!("duplicate key {key}")))
}
