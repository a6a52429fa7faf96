//! A decoded value: what a codec reads from the wire, and what it writes.

use std::borrow::Cow;

use bytes::Bytes;

use crate::Timestamp;

/// The key of a field: a member name of the model (borrowed), or a map key from the wire (owned).
pub type Key = Cow<'static, str>;

/// A decoded value of any shape.
///
/// Which variant stands for which shape: structures, unions and maps are [`Document::Object`]; lists
/// are [`Document::List`]; enums are [`Document::String`]; values of `document` type use the JSON
/// variants. An absent member is absent from its object; [`Document::Null`] stands only where a null
/// is meaningful (sparse lists and maps, document types).
///
/// The tag fills a word, so that a value is moved in whole words: codecs move every value several times.
#[derive(Clone, Debug, PartialEq)]
#[repr(usize)]
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
    Blob(Bytes),
    /// A timestamp, whatever format its location used.
    Timestamp(Timestamp),
    /// A list, in wire order.
    List(Vec<Document>),
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
    Text(Box<str>),
}

/// The fields of an object: an insertion-ordered list of key and value.
///
/// Objects of AWS shapes have few fields, for which a scan is faster than a hash.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(Key, Document)>);

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

/// Two objects are equal when they hold the same fields, in whatever order.
impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl Document {
    /// An empty object.
    pub fn empty() -> Self {
        Self::Object(Fields::default())
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

impl Fields {
    /// No fields, with room for `capacity`.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&Document> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of a field, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Document> {
        self.0.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Adds a field without looking whether the key is there already.
    pub fn push(&mut self, key: impl Into<Key>, value: Document) {
        self.0.push((key.into(), value));
    }

    /// Sets a field, in its old place if it was there.
    pub fn insert(&mut self, key: impl Into<Key>, value: Document) {
        let key = key.into();
        match self.get_mut(&key) {
            Some(old) => *old = value,
            None => self.0.push((key, value)),
        }
    }

    /// Takes a field out.
    pub fn remove(&mut self, key: &str) -> Option<Document> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(index).1)
    }

    /// Takes a field out, and puts the last one in its place.
    pub fn take(&mut self, key: &str) -> Option<Document> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.swap_remove(index).1)
    }

    /// The fields in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Document)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The fields in order, values to change.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&Key, &mut Document)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }
}

impl IntoIterator for Fields {
    type Item = (Key, Document);
    type IntoIter = std::vec::IntoIter<(Key, Document)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<(Key, Document)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Key, Document)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}
