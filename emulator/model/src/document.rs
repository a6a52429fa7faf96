//! A decoded value: what a codec reads from the wire, and what it writes.

use bytes::Bytes;
use thin_vec::ThinVec;

use crate::{Fields, Timestamp};

/// The elements of a list.
pub type Items = ThinVec<Document>;

/// A decoded value of any shape.
///
/// Which variant stands for which shape: structures, unions and maps are [`Document::Object`]; lists
/// are [`Document::List`]; enums are [`Document::String`]; values of `document` type use the JSON
/// variants. An absent member is absent from its object; [`Document::Null`] stands only where a null
/// is meaningful (sparse lists and maps, document types).
///
/// A value takes 24 bytes, those of a string; what is longer or rarer stands behind a pointer.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// A null in a sparse collection or a document type.
    Null,
    /// A boolean.
    Boolean(bool),
    /// Any numeric shape.
    Number(Number),
    /// A string or enum.
    String(String),
    /// A blob, decoded from whatever its protocol wraps it in.
    Blob(Box<Bytes>),
    /// A timestamp, whatever format its location used.
    Timestamp(Timestamp),
    /// A list, in wire order.
    List(Items),
    /// A structure, union or map, in wire order.
    Object(Fields),
}

/// A number as the wire gave it, without passing integers through floats.
#[derive(Clone, Debug)]
pub enum Number {
    /// A whole number that fits 64 signed bits.
    Integer(i64),
    /// A floating-point number, NaN and infinities included.
    Float(f64),
    /// A number of a document type that fits neither, kept as its JSON text.
    Text(Digits),
}

/// The text of a number that no machine type holds, behind one pointer because it is rare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits(Box<Box<str>>);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Text(a), Self::Text(b)) => a == b,
            _ => false,
        }
    }
}

impl Document {
    /// An empty object.
    pub fn empty() -> Self {
        Self::Object(Fields::default())
    }

    /// A blob.
    pub fn blob(bytes: impl Into<Bytes>) -> Self {
        Self::Blob(Box::new(bytes.into()))
    }

    /// A list.
    pub fn list(items: impl Into<Items>) -> Self {
        Self::List(items.into())
    }

    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if this is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Number(Number::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// The boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, if this is a list.
    pub fn as_list(&self) -> Option<&[Document]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The fields, if this is an object.
    pub fn as_object(&self) -> Option<&Fields> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The fields, if this is an object.
    pub fn as_object_mut(&mut self) -> Option<&mut Fields> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The value of a field, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Document> {
        self.as_object()?.get(key)
    }

    /// What kind of value this is, in words for error messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Blob(_) => "blob",
            Self::Timestamp(_) => "timestamp",
            Self::List(_) => "list",
            Self::Object(_) => "structure",
        }
    }
}

impl From<&str> for Document {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i64> for Document {
    fn from(number: i64) -> Self {
        Self::Number(Number::Integer(number))
    }
}

impl From<f64> for Document {
    fn from(number: f64) -> Self {
        Self::Number(Number::Float(number))
    }
}

impl From<bool> for Document {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<String> for Digits {
    fn from(text: String) -> Self {
        Self(Box::new(text.into()))
    }
}

impl From<Box<str>> for Digits {
    fn from(text: Box<str>) -> Self {
        Self(Box::new(text))
    }
}

impl From<&str> for Digits {
    fn from(text: &str) -> Self {
        Self(Box::new(text.into()))
    }
}

impl std::ops::Deref for Digits {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self)
    }
}
