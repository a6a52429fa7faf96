//! JSON text to documents, led by shapes; no tree of JSON values in between.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use standin_model::{
    Document, Fields, Items, Member, Service, Shape, ShapeKind, Structure, Timestamp,
    TimestampFormat,
};

use super::entries::{Entries, EntryKeySeed};
use super::untyped::{NUMBER_TOKEN, Untyped, UntypedVisitor, distinct, read, rest_of_map};
use crate::ParseError;
use crate::codec::{Scope, Strictness, scalar};

/// Reads JSON bodies of a service.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) service: &'static Service,
    pub(crate) strictness: Strictness,
}

impl Reader {
    /// Reads a whole body of a shape; a JSON null is an absent value.
    pub(crate) fn parse(
        self,
        shape: &'static Shape,
        bytes: &[u8],
    ) -> Result<Option<Document>, ParseError> {
        read(bytes, Value { reader: self.within(bytes), shape, format: None })
    }

    /// Reads a whole body as those members of a structure that travel in bodies.
    pub(crate) fn parse_members(
        self,
        structure: &'static Structure,
        scope: Scope,
        bytes: &[u8],
    ) -> Result<Fields, ParseError> {
        read(bytes, Members { reader: self.within(bytes), structure, scope })
    }

    fn within(self, bytes: &[u8]) -> Body {
        Body { reader: self, end: bytes.as_ptr_range().end.addr() }
    }
}

/// A reader within a body.
#[derive(Clone, Copy)]
struct Body {
    reader: Reader,
    /// The address of the body's end.
    end: usize,
}

impl Deref for Body {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Body {
    fn fields<'de, A: MapAccess<'de>>(
        self,
        structure: &'static Structure,
        scope: Scope,
        mut map: A,
    ) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        let mut next = 0;
        while let Some(found) = map.next_key_seed(MemberKey { structure, scope, next })? {
            let Found::Member(index) = found else {
                map.next_value::<IgnoredAny>()?;
                self.check_unknown(structure, &found)?;
                continue;
            };
            next = index + 1;
            let member = &structure.members[index];
            if let Some(value) = map.next_value_seed(self.member(member))? {
                if fields.is_empty() {
                    fields = Fields::with_capacity(first_fields(structure));
                } else if fields.get(member.name).is_some() {
                    return Err(Error::custom(format_args!("duplicate key {}", member.name)));
                }
                fields.push(member.name, value);
            }
        }
        if structure.union && self.strictness == Strictness::Strict && fields.len() != 1 {
            return Err(Error::custom("a union takes exactly one member"));
        }
        fields.trim();
        Ok(fields)
    }

    fn check_unknown<E: Error>(self, structure: &Structure, found: &Found) -> Result<(), E> {
        match found {
            Found::Number => Err(E::invalid_type(Unexpected::Other("number"), &"a structure")),
            Found::Unknown if structure.union && self.strictness == Strictness::Strict => {
                Err(E::custom("unknown member of a union"))
            }
            _ => Ok(()),
        }
    }

    fn member(self, member: &'static Member) -> Value {
        let shape = self.service.shape(member.shape);
        Value { reader: self, shape, format: member.timestamp_format.or(shape.timestamp_format) }
    }
}

/// A value of a shape; `None` for null.
#[derive(Clone, Copy)]
struct Value {
    reader: Body,
    shape: &'static Shape,
    format: Option<TimestampFormat>,
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Option<Document>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let strict = self.reader.strictness == Strictness::Strict;
        match self.shape.kind {
            // Asked for by type, integers are read without a detour over their text.
            ShapeKind::Integer | ShapeKind::Long if strict => deserializer.deserialize_option(self),
            ShapeKind::Document => Untyped.deserialize(deserializer).map(Some),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Option<Document>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.shape.kind {
            ShapeKind::Structure(_) => "a structure",
            ShapeKind::List(_) => "a list",
            ShapeKind::Map(..) => "a map",
            ShapeKind::String => "a string",
            ShapeKind::Integer | ShapeKind::Long | ShapeKind::BigInteger => "an integer",
            ShapeKind::Float | ShapeKind::Double | ShapeKind::BigDecimal => "a number",
            ShapeKind::Boolean => "a boolean",
            ShapeKind::Blob => "base64 text",
            ShapeKind::Timestamp => "a timestamp",
            ShapeKind::Document => "any value",
        })
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_i64(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        match self.shape.kind {
            ShapeKind::Boolean => Ok(Some(Document::Boolean(value))),
            _ => self.other(Document::Boolean(value), Unexpected::Bool(value)),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        self.integer(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.integer(value),
            Err(_) => self.number(&value.to_string()),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        self.number(&value.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let read = match self.shape.kind {
            ShapeKind::String => Some(Document::String(text.to_owned())),
            ShapeKind::Blob => scalar::parse_blob(text, self.reader.strictness).map(Document::blob),
            ShapeKind::Timestamp => self.timestamp(text).map(Document::Timestamp),
            ShapeKind::Float | ShapeKind::Double => {
                scalar::parse_float(text).filter(|value| !value.is_finite()).map(scalar::float)
            }
            _ => None,
        };
        match read {
            Some(document) => Ok(Some(document)),
            None => self.other(Document::from(text), Unexpected::Str(text)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        match &self.shape.kind {
            ShapeKind::List(element) => self.list(element, seq).map(Some),
            _ if self.lenient() => UntypedVisitor.visit_seq(seq).map(Some),
            _ => Err(Error::invalid_type(Unexpected::Seq, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match &self.shape.kind {
            ShapeKind::Structure(structure) => {
                self.reader.fields(structure, Scope::All, map).map(Document::Object).map(Some)
            }
            ShapeKind::Map(key, value) => {
                debug_assert!(key.name.is_empty());
                self.map(value, map).map(Some)
            }
            _ => match map.next_key::<Cow<'_, str>>()? {
                Some(key) if key == NUMBER_TOKEN => self.number(&map.next_value::<String>()?),
                first if self.lenient() => rest_of_map(first, map).map(Some),
                _ => Err(Error::invalid_type(Unexpected::Map, &self)),
            },
        }
    }
}

impl Value {
    fn lenient(self) -> bool {
        self.reader.strictness == Strictness::Lenient
    }

    /// A scalar that the shape does not take.
    fn other<E: Error>(
        self,
        document: Document,
        found: Unexpected<'_>,
    ) -> Result<Option<Document>, E> {
        if self.lenient() { Ok(Some(document)) } else { Err(E::invalid_type(found, &self)) }
    }

    #[expect(clippy::cast_precision_loss, reason = "the shape is a float")]
    fn integer<E: Error>(self, value: i64) -> Result<Option<Document>, E> {
        match self.shape.kind {
            ShapeKind::Integer if !self.lenient() && i32::try_from(value).is_err() => {
                Err(E::invalid_value(Unexpected::Signed(value), &"a 32-bit integer"))
            }
            ShapeKind::Integer
            | ShapeKind::Long
            | ShapeKind::BigInteger
            | ShapeKind::BigDecimal => Ok(Some(Document::from(value))),
            ShapeKind::Float | ShapeKind::Double => Ok(Some(scalar::float(value as f64))),
            ShapeKind::Timestamp if self.takes_epoch() => Timestamp::from_unix(value, 0)
                .map(|timestamp| Some(Document::Timestamp(timestamp)))
                .map_err(E::custom),
            _ => self.other(Document::from(value), Unexpected::Signed(value)),
        }
    }

    /// A number that is not a 64-bit integer, by its text.
    fn number<E: Error>(self, text: &str) -> Result<Option<Document>, E> {
        let number = scalar::parse_number(text);
        let float = scalar::parse_float(text);
        let document = match (&self.shape.kind, float) {
            (ShapeKind::BigDecimal, _) => Some(Document::Number(number.clone())),
            (ShapeKind::BigInteger, _) if !text.contains(['.', 'e', 'E']) => {
                Some(Document::Number(number.clone()))
            }
            (ShapeKind::Float | ShapeKind::Double, Some(float)) => Some(scalar::float(float)),
            (ShapeKind::Timestamp, Some(float)) if self.takes_epoch() => {
                Some(Document::Timestamp(Timestamp::from_seconds_f64(float).map_err(E::custom)?))
            }
            _ => None,
        };
        match document {
            Some(document) => Ok(Some(document)),
            None => self.other(Document::Number(number), Unexpected::Other("number")),
        }
    }

    fn takes_epoch(self) -> bool {
        self.lenient() || matches!(self.format, None | Some(TimestampFormat::UnixTimestamp))
    }

    fn timestamp(self, text: &str) -> Option<Timestamp> {
        match self.format {
            _ if self.lenient() => scalar::parse_any_timestamp(text),
            None | Some(TimestampFormat::UnixTimestamp) => None,
            Some(format) => scalar::parse_timestamp(text, format),
        }
    }

    fn list<'de, A: SeqAccess<'de>>(
        self,
        element: &'static Member,
        mut seq: A,
    ) -> Result<Document, A::Error> {
        let mut items = Items::new();
        let value = self.reader.member(element);
        while let Some(item) = seq.next_element_seed(value)? {
            items.extend(self.item(item)?);
        }
        if items.capacity() - items.len() > items.len() / 2 {
            items.shrink_to_fit();
        }
        Ok(Document::List(items))
    }

    /// An element, of which a client keeps the nulls so that the others keep their places.
    fn item<E: Error>(self, item: Option<Document>) -> Result<Option<Document>, E> {
        match item {
            None if self.lenient() => Ok(Some(Document::Null)),
            item => self.element(item),
        }
    }

    /// An element or map value, which may be null only in sparse collections.
    fn element<E: Error>(self, item: Option<Document>) -> Result<Option<Document>, E> {
        match item {
            None if self.shape.sparse => Ok(Some(Document::Null)),
            None if !self.lenient() => Err(E::invalid_type(Unexpected::Unit, &"an element")),
            item => Ok(item),
        }
    }

    fn map<'de, A: MapAccess<'de>>(
        self,
        value: &'static Member,
        mut map: A,
    ) -> Result<Document, A::Error> {
        let mut entries = Entries::new(self.reader.end);
        let value = self.reader.member(value);
        while let Some(found) = map.next_key_seed(EntryKeySeed)? {
            if found.key == NUMBER_TOKEN {
                return Err(Error::invalid_type(Unexpected::Other("number"), &self));
            }
            let item = map.next_value_seed(value)?;
            if let Some(item) = self.element(item)? {
                entries.make_room(&found);
                entries.fields.push(found.key, item);
            }
        }
        let mut fields = entries.fields;
        fields.trim();
        distinct(&fields)?;
        Ok(Document::Object(fields))
    }
}

/// For how many members there is room at first; many structures have one of several, as DynamoDB's values.
fn first_fields(structure: &Structure) -> usize {
    structure.members.iter().take(4).filter(|member| member.required).count().max(1)
}

/// The members of a structure that stand in a body.
struct Members {
    reader: Body,
    structure: &'static Structure,
    scope: Scope,
}

impl<'de> DeserializeSeed<'de> for Members {
    type Value = Fields;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fields, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a structure")
    }

    fn visit_unit<E: Error>(self) -> Result<Fields, E> {
        match self.reader.strictness {
            Strictness::Lenient => Ok(Fields::default()),
            Strictness::Strict => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Fields, A::Error> {
        self.reader.fields(self.structure, self.scope, map)
    }
}

/// The key of a structure's field, looked up while it is read.
#[derive(Clone, Copy)]
struct MemberKey {
    structure: &'static Structure,
    scope: Scope,
    /// Where the next member stands if the sender keeps the model's order.
    next: usize,
}

enum Found {
    Member(usize),
    /// Written by some clients into unions, to be ignored.
    TypeHint,
    Unknown,
    /// The value is a number in disguise.
    Number,
}

impl<'de> DeserializeSeed<'de> for MemberKey {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberKey {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Found, E> {
        let members = &self.structure.members;
        let is_key = |member: &Member| member.wire_name() == key && self.scope.holds(member);
        if members.get(self.next).is_some_and(is_key) {
            return Ok(Found::Member(self.next));
        }
        Ok(match members.iter().position(is_key) {
            Some(index) => Found::Member(index),
            None if key == "__type" => Found::TypeHint,
            None if key == NUMBER_TOKEN => Found::Number,
            None => Found::Unknown,
        })
    }
}
