//! HTTP bindings, which rest-json and rest-xml share: what of an input or output travels in the path,
//! the query string, headers and the status, and what is left for the body.

mod body;
mod header;
mod query;
pub(crate) mod request;
pub(crate) mod response;

use bytes::Bytes;
use standin_model::{Document, Fields, Member, Shape, Structure};

use crate::codec::{Scope, Strictness};
use crate::{Call, ParseError, SerializeError};

pub(crate) use header::{read_headers, write_headers};

/// The format of bodies that are neither raw bytes nor raw text.
pub(crate) trait Format {
    /// The media type of bodies.
    const MEDIA_TYPE: &'static str;

    /// Reads the members of a structure that stand in the body.
    fn parse_members(
        call: &Call,
        side: Side,
        structure: &'static Structure,
        body: &[u8],
    ) -> Result<Fields, ParseError>;

    /// Reads the body as one member; `None` where it holds nothing.
    fn parse_payload(
        call: &Call,
        side: Side,
        member: &'static Member,
        body: &[u8],
    ) -> Result<Option<Document>, ParseError>;

    /// Writes the members of a structure that stand in the body.
    fn write_members(
        call: &Call,
        side: Side,
        shape: &'static Shape,
        fields: &Fields,
    ) -> Result<Bytes, SerializeError>;

    /// Writes one member as the body.
    fn write_payload(
        call: &Call,
        side: Side,
        member: &'static Member,
        value: &Document,
    ) -> Result<Bytes, SerializeError>;

    /// The body of a structure whose payload is absent, and of one without any body member set.
    fn empty(call: &Call, side: Side, structure: &Structure) -> Bytes;
}

/// Whether a message is a request or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Client to server.
    Request,
    /// Server to client.
    Response,
}

impl Side {
    /// Which members travel in bodies on this side.
    pub(crate) fn scope(self) -> Scope {
        match self {
            Self::Request => Scope::Request,
            Self::Response => Scope::Response,
        }
    }

    /// A server reads requests and forgives nothing.
    pub(crate) fn strictness(self) -> Strictness {
        match self {
            Self::Request => Strictness::Strict,
            Self::Response => Strictness::Lenient,
        }
    }

    /// Whether any member of a structure travels in the body.
    pub(crate) fn has_body(self, structure: &Structure) -> bool {
        structure.members.iter().any(|member| self.scope().holds(member))
    }
}

/// Fails for fields that the structure has no member for.
fn check_known(structure: &Structure, fields: &Fields) -> Result<(), SerializeError> {
    match fields.iter().find(|(name, _)| structure.member(name).is_none()) {
        Some((name, _)) => Err(SerializeError::UnknownMember { at: name.to_string() }),
        None => Ok(()),
    }
}
