//! Scalars as plain text: in XML elements, form values, headers, query strings and path labels.

use std::borrow::Cow;

use standin_model::{
    Document, Member, Number, Service, Shape, ShapeKind, Timestamp, TimestampFormat,
};

use super::{Strictness, scalar};
use crate::{ParseError, SerializeError};

/// A scalar shape at a place with its own ways of writing.
#[derive(Clone, Copy)]
pub(crate) struct Scalar {
    pub(crate) shape: &'static Shape,
    /// The timestamp format that holds here.
    pub(crate) format: TimestampFormat,
}

impl Scalar {
    /// The scalar of a member whose place has a default timestamp format.
    pub(crate) fn of(service: &'static Service, member: &Member, default: TimestampFormat) -> Self {
        let shape = service.shape(member.shape);
        let format = member.timestamp_format.or(shape.timestamp_format).unwrap_or(default);
        Self { shape, format }
    }

    /// Reads text; a lenient reader keeps what it can't read as a string.
    pub(crate) fn parse(
        self,
        text: Cow<'_, str>,
        strictness: Strictness,
    ) -> Result<Document, ParseError> {
        match (&self.shape.kind, self.read(&text, strictness)) {
            (ShapeKind::String, _) => Ok(Document::String(text.into_owned())),
            (_, Some(document)) => Ok(document),
            (_, None) if strictness == Strictness::Lenient => {
                Ok(Document::String(text.into_owned()))
            }
            (kind, None) => Err(ParseError::value(format!(
                "{:?} can not be converted to {}",
                Excerpt(&text),
                kind_name(kind)
            ))),
        }
    }

    /// Writes a value as text.
    pub(crate) fn format(self, value: &Document) -> Result<Cow<'_, str>, SerializeError> {
        Ok(match (&self.shape.kind, value) {
            (ShapeKind::String, Document::String(text)) => Cow::Borrowed(text.as_str()),
            (ShapeKind::Boolean, Document::Boolean(value)) => {
                Cow::Borrowed(if *value { "true" } else { "false" })
            }
            (ShapeKind::Blob, Document::Blob(bytes)) => scalar::format_blob(bytes).into(),
            (ShapeKind::Timestamp, Document::Timestamp(time)) => time.format(self.format).into(),
            (kind, Document::Number(number)) if is_number(kind) => format_number(number),
            (kind, value) => return Err(SerializeError::mismatch(kind_name(kind), value)),
        })
    }

    fn read(self, text: &str, strictness: Strictness) -> Option<Document> {
        let integer = || text.parse::<i64>().ok();
        match self.shape.kind {
            ShapeKind::Integer if strictness == Strictness::Strict => {
                Some(Document::from(i64::from(text.parse::<i32>().ok()?)))
            }
            ShapeKind::Integer | ShapeKind::Long => integer().map(Document::from),
            ShapeKind::BigInteger | ShapeKind::BigDecimal => {
                scalar::parse_float(text).filter(|_| is_json_number(text))?;
                Some(Document::Number(scalar::parse_number(text)))
            }
            ShapeKind::Float | ShapeKind::Double => scalar::parse_float(text).map(scalar::float),
            ShapeKind::Boolean => parse_boolean(text).map(Document::from),
            ShapeKind::Blob => scalar::parse_blob(text, strictness).map(Document::blob),
            ShapeKind::Timestamp => self.timestamp(text, strictness).map(Document::Timestamp),
            _ => None,
        }
    }

    fn timestamp(self, text: &str, strictness: Strictness) -> Option<Timestamp> {
        match strictness {
            Strictness::Strict => scalar::parse_timestamp(text, self.format),
            Strictness::Lenient => scalar::parse_any_timestamp(text),
        }
    }
}

/// Text of a client in a message: enough to recognise it, no more.
struct Excerpt<'t>(&'t str);

impl std::fmt::Debug for Excerpt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let end = self.0.char_indices().nth(64).map_or(self.0.len(), |(index, _)| index);
        write!(f, "{:?}", &self.0[..end])
    }
}

/// The name of a shape's kind in messages.
pub(crate) fn kind_name(kind: &ShapeKind) -> &'static str {
    match kind {
        ShapeKind::Structure(_) => "structure",
        ShapeKind::List(_) => "list",
        ShapeKind::Map(..) => "map",
        ShapeKind::String => "string",
        ShapeKind::Boolean => "boolean",
        ShapeKind::Blob => "blob",
        ShapeKind::Timestamp => "timestamp",
        ShapeKind::Document => "document",
        _ => "number",
    }
}

/// Whether values of a kind are numbers.
pub(crate) fn is_number(kind: &ShapeKind) -> bool {
    kind_name(kind) == "number"
}

/// Whether values of a kind are one piece of text.
pub(crate) fn is_scalar(kind: &ShapeKind) -> bool {
    !matches!(
        kind,
        ShapeKind::Structure(_) | ShapeKind::List(_) | ShapeKind::Map(..) | ShapeKind::Document
    )
}

fn parse_boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn is_json_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

fn format_number(number: &Number) -> Cow<'_, str> {
    match number {
        Number::Integer(value) => value.to_string().into(),
        Number::Float(value) => match scalar::special_float(*value) {
            Some(name) => name.into(),
            None => format!("{value:?}").into(),
        },
        Number::Text(text) => Cow::Borrowed(text),
    }
}
