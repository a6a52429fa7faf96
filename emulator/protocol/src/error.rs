//! What can go wrong between bytes and documents.

use standin_model::{Protocol, ServiceError};

/// Bytes could not be read as the shape they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The body breaks its format: bad syntax, bad text, trailing bytes, a duplicate key.
    #[error("malformed {format}: {detail}")]
    Malformed {
        /// The format, as `JSON`.
        format: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A value is of another type than its shape, or can't be read as it.
    #[error("{detail}")]
    Value {
        /// What was found and what was expected.
        detail: String,
    },
    /// The body nests deeper than any shape needs.
    #[error("values nest too deeply")]
    TooDeep,
    /// The path does not fit the operation's template.
    #[error("path does not match {template}")]
    Path {
        /// The operation's template.
        template: &'static str,
    },
    /// The body is of another media type than the operation takes.
    #[error("unsupported media type {found}")]
    MediaType {
        /// The request's media type.
        found: String,
    },
}

/// A document could not be written as its shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SerializeError {
    /// A value is of another type than its shape.
    #[error("{at}: expected {expected}, found {found}")]
    Type {
        /// The path of member names to the value.
        at: String,
        /// What the shape wants.
        expected: &'static str,
        /// What the document holds.
        found: &'static str,
    },
    /// A structure of this shape has no such member.
    #[error("{at}: no such member")]
    UnknownMember {
        /// The path of member names, the unknown one last.
        at: String,
    },
    /// A value that its place on the wire can't carry.
    #[error("{at}: {reason}")]
    Value {
        /// The path of member names to the value.
        at: String,
        /// Why it can't be written.
        reason: &'static str,
    },
    /// A member that the path needs is absent or empty.
    #[error("{member}: the path needs a value")]
    MissingLabel {
        /// The member.
        member: &'static str,
    },
}

/// What S3 says of bodies that it can't read, whatever is wrong with them.
const MALFORMED_XML: &str = "The XML you provided was not well-formed or did not validate against our \
                             published schema";

// === impl ParseError ===

impl ParseError {
    pub(crate) fn malformed(format: &'static str, detail: impl Into<String>) -> Self {
        Self::Malformed { format, detail: detail.into() }
    }

    pub(crate) fn value(detail: impl Into<String>) -> Self {
        Self::Value { detail: detail.into() }
    }

    /// The error that a service of a protocol answers for it.
    pub fn service_error(&self, protocol: Protocol) -> ServiceError {
        let message = self.to_string();
        match (self, protocol) {
            (Self::MediaType { .. }, _) => {
                ServiceError::sender("UnsupportedMediaTypeException", message).with_status(415)
            }
            (_, Protocol::Query) => ServiceError::sender("MalformedInput", message),
            (_, Protocol::Ec2) => ServiceError::sender("InvalidParameterValue", message),
            (Self::Malformed { .. } | Self::TooDeep, Protocol::RestXml) => {
                ServiceError::sender("MalformedXML", MALFORMED_XML)
            }
            (_, Protocol::RestXml) => ServiceError::sender("InvalidArgument", message),
            (_, Protocol::Json | Protocol::RestJson | Protocol::RpcV2Cbor) => {
                ServiceError::sender("SerializationException", message)
            }
        }
    }
}

// === impl SerializeError ===

impl SerializeError {
    pub(crate) fn mismatch(expected: &'static str, found: &standin_model::Document) -> Self {
        Self::Type { at: String::new(), expected, found: found.kind() }
    }

    pub(crate) fn reason(reason: &'static str) -> Self {
        Self::Value { at: String::new(), reason }
    }

    /// The same error, seen from the structure, list or map around the value.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        if let Self::Type { at, .. } | Self::UnknownMember { at } | Self::Value { at, .. } =
            &mut self
        {
            let dot = if at.is_empty() { "" } else { "." };
            *at = format!("{outer}{dot}{at}");
        }
        self
    }
}
