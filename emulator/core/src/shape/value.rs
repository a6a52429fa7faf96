//! Values that members have.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::{ShapeError, Slot};
use crate::{Document, Fields, Items, Number, Timestamp};

/// A value that can be moved from a document and into one.
pub trait Value: Sized {
    /// The value in a document.
    fn from_document(document: Document) -> Result<Self, ShapeError>;

    /// The document of a value.
    fn into_document(self) -> Document;
}

// The loops and matches below stand where adapters would read as well: each is compiled once a shape, and plain
// ones take half the time.

impl<T: Value> Slot for Option<T> {
    fn fill(&mut self, document: Document) -> Result<(), ShapeError> {
        if !matches!(document, Document::Null) {
            *self = Some(T::from_document(document)?);
        }
        Ok(())
    }

    fn drain(&mut self) -> Option<Document> {
        Some(self.take()?.into_document())
    }
}

/// Implements [`Value`] for a type that is the content of one variant.
macro_rules! content {
    ($type:ty, $variant:ident, $expected:literal) => {
        impl Value for $type {
            fn from_document(document: Document) -> Result<Self, ShapeError> {
                match document {
                    Document::$variant(value) => Ok(value),
                    other => Err(ShapeError::new($expected, &other)),
                }
            }

            fn into_document(self) -> Document {
                Document::$variant(self)
            }
        }
    };
}

content!(String, String, "string");
content!(bool, Boolean, "boolean");
content!(Timestamp, Timestamp, "timestamp");
content!(Number, Number, "number");

impl Value for Bytes {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        match document {
            Document::Blob(value) => Ok(*value),
            other => Err(ShapeError::new("blob", &other)),
        }
    }

    fn into_document(self) -> Document {
        Document::blob(self)
    }
}

impl Value for i64 {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        document.as_integer().ok_or_else(|| ShapeError::new("long", &document))
    }

    fn into_document(self) -> Document {
        Document::Number(Number::Integer(self))
    }
}

impl Value for i32 {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        let number = document.as_integer().and_then(|number| Self::try_from(number).ok());
        number.ok_or_else(|| ShapeError::new("integer", &document))
    }

    fn into_document(self) -> Document {
        i64::from(self).into_document()
    }
}

impl Value for f64 {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        match document {
            Document::Number(Number::Float(number)) => Ok(number),
            #[expect(clippy::cast_precision_loss, reason = "the shape is a double")]
            Document::Number(Number::Integer(number)) => Ok(number as Self),
            other => Err(ShapeError::new("double", &other)),
        }
    }

    fn into_document(self) -> Document {
        Document::Number(Number::Float(self))
    }
}

impl Value for Document {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        Ok(document)
    }

    fn into_document(self) -> Document {
        self
    }
}

/// An element that may be null, of a sparse list or map.
impl<T: Value> Value for Option<T> {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        match document {
            Document::Null => Ok(None),
            value => T::from_document(value).map(Some),
        }
    }

    fn into_document(self) -> Document {
        self.map_or(Document::Null, T::into_document)
    }
}

impl<T: Value> Value for Box<T> {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        T::from_document(document).map(Self::new)
    }

    fn into_document(self) -> Document {
        T::into_document(*self)
    }
}

impl<T: Value> Value for Vec<T> {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        let documents = list_of(document)?;
        let mut values = Self::with_capacity(documents.len());
        for document in documents {
            match T::from_document(document) {
                Ok(value) => values.push(value),
                Err(error) => return Err(error.within(values.len() + 1)),
            }
        }
        Ok(values)
    }

    fn into_document(self) -> Document {
        let mut documents = Items::with_capacity(self.len());
        for value in self {
            documents.push(value.into_document());
        }
        Document::List(documents)
    }
}

impl<T: Value> Value for BTreeMap<String, T> {
    fn from_document(document: Document) -> Result<Self, ShapeError> {
        let mut values = Self::new();
        for (key, document) in map_of(document)? {
            match T::from_document(document) {
                Ok(value) => values.insert(key.into_owned(), value),
                Err(error) => return Err(error.within(key)),
            };
        }
        Ok(values)
    }

    fn into_document(self) -> Document {
        let mut fields = Fields::with_capacity(self.len());
        for (key, value) in self {
            fields.push(key, value.into_document());
        }
        Document::Object(fields)
    }
}

fn list_of(document: Document) -> Result<Items, ShapeError> {
    match document {
        Document::List(documents) => Ok(documents),
        other => Err(ShapeError::new("list", &other)),
    }
}

fn map_of(document: Document) -> Result<Fields, ShapeError> {
    match document {
        Document::Object(fields) => Ok(fields),
        other => Err(ShapeError::new("map", &other)),
    }
}
