//! Shapes and the traits that decide how their values travel.

use serde::{Deserialize, Serialize};

/// A name of the model; models live as long as the process.
pub type Name = &'static str;

/// The place of a shape in [`crate::Service::shapes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShapeId(pub u32);

/// A shape of a service's model.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
#[expect(clippy::struct_excessive_bools, reason = "the flags of a model are independent")]
pub struct Shape {
    /// The shape's name.
    pub name: Name,
    /// What values it has.
    pub kind: ShapeKind,
    /// Values are secret and must not be stored or logged.
    pub sensitive: bool,
    /// A blob that is streamed, not buffered.
    pub streaming: bool,
    /// A streamed blob whose length the client must know.
    pub requires_length: bool,
    /// A list or map whose elements may be null.
    pub sparse: bool,
    /// A list or map written without a wrapper in query and XML.
    pub flattened: bool,
    /// A structure that is a stream of events.
    pub event_stream: bool,
    /// A structure that is one event of a stream.
    pub event: bool,
    /// A string holding JSON text, base64 in headers.
    pub json_value: bool,
    /// The wire name of the shape itself, where it is an XML root.
    pub location_name: Option<Name>,
    /// The namespace of the shape itself, where it is an XML root.
    pub xml_namespace: Option<XmlNamespace>,
    /// The format of a timestamp shape, where its location's default does not hold.
    pub timestamp_format: Option<TimestampFormat>,
    /// Limits on values.
    pub constraints: Option<Box<Constraints>>,
}

/// What values a shape has.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum ShapeKind {
    /// Named members; unions, errors and events too.
    Structure(Structure),
    /// Elements of one shape.
    List(Member),
    /// Keys and values of one shape each.
    Map(Box<Member>, Box<Member>),
    /// Text; enums too.
    String,
    /// 32 bits.
    Integer,
    /// 64 bits.
    Long,
    /// Any size, as a number.
    BigInteger,
    /// Single precision.
    Float,
    /// Double precision.
    Double,
    /// Any precision, as a number.
    BigDecimal,
    /// True or false.
    Boolean,
    /// Bytes.
    Blob,
    /// A point in time.
    Timestamp,
    /// Any JSON value.
    Document,
}

/// A structure's members and roles.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Structure {
    /// The members in the model's order.
    pub members: Vec<Member>,
    /// Exactly one member is set.
    pub union: bool,
    /// The index of the member that is the whole HTTP body.
    pub payload: Option<u32>,
    /// What makes it an error, if it is one.
    pub error: Option<ErrorInfo>,
    /// In query and XML answers, the element that wraps it.
    pub wrapper: bool,
}

/// What makes a structure an error.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct ErrorInfo {
    /// The code on the wire, where it differs from the shape's name.
    pub code: Option<Name>,
    /// The HTTP status, where the model gives one.
    pub status: Option<u16>,
    /// The server is at fault (500), not the sender (400).
    pub fault: bool,
    /// The model says that the sender is at fault.
    pub sender_fault: bool,
    /// Retrying may help.
    pub retryable: bool,
}

/// A member of a structure, the element of a list, or the key or value of a map.
///
/// `flattened`, `streaming`, `sensitive` and `timestamp_format` hold what the member or else its shape
/// says, so that a codec need not look at both.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
#[expect(clippy::struct_excessive_bools, reason = "the flags of a model are independent")]
pub struct Member {
    /// The member's name; empty for list elements and map keys and values.
    pub name: Name,
    /// The shape of its values.
    pub shape: ShapeId,
    /// Where it travels.
    pub location: Location,
    /// Its wire name, where that is not `name`.
    pub location_name: Option<Name>,
    /// Its name in forms (query, ec2) and in the query protocol's answers, where that is not `wire_name`.
    pub query_name: Option<Name>,
    /// The structure requires it.
    pub required: bool,
    /// A list or map written without a wrapper.
    pub flattened: bool,
    /// Written as an attribute of the parent element.
    pub xml_attribute: bool,
    /// Namespace of its element.
    pub xml_namespace: Option<XmlNamespace>,
    /// The client fills it with a random value when absent.
    pub idempotency_token: bool,
    /// Its value is a part of the host name.
    pub host_label: bool,
    /// The member is the payload of an event.
    pub event_payload: bool,
    /// The member is a header of an event.
    pub event_header: bool,
    /// A string holding JSON text, base64 in headers.
    pub json_value: bool,
    /// Streamed, not buffered.
    pub streaming: bool,
    /// The values are secret.
    pub sensitive: bool,
    /// The format of a timestamp at this member.
    pub timestamp_format: Option<TimestampFormat>,
    /// The endpoint parameter that it sets (`contextParam`).
    pub context_param: Option<Name>,
    /// The model advises against it.
    pub deprecated: bool,
}

/// Where a member travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Location {
    /// In the body.
    #[default]
    Body,
    /// In a header.
    Header,
    /// A map in headers that share a prefix.
    Headers,
    /// In the query string.
    QueryString,
    /// In the path.
    Uri,
    /// The HTTP status of the answer.
    StatusCode,
}

/// How a timestamp is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimestampFormat {
    /// Seconds since 1970, fractions allowed.
    UnixTimestamp,
    /// RFC 3339.
    Iso8601,
    /// The HTTP date of RFC 7231.
    Rfc822,
}

/// An XML namespace declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct XmlNamespace {
    /// The namespace's name.
    pub uri: Name,
    /// The prefix it is bound to, if not the default namespace.
    pub prefix: Option<Name>,
}

/// Limits on the values of a shape.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Constraints {
    /// Smallest length or value.
    pub min: Option<f64>,
    /// Largest length or value.
    pub max: Option<f64>,
    /// The pattern that text must match.
    pub pattern: Option<Name>,
    /// The values of an enum, empty if it is not one.
    pub enum_values: Vec<Name>,
}

impl Shape {
    /// The structure, if this is one.
    pub fn structure(&self) -> Option<&Structure> {
        match &self.kind {
            ShapeKind::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    /// What makes this an error, if it is one.
    pub fn error(&self) -> Option<&ErrorInfo> {
        self.structure()?.error.as_ref()
    }

    /// The error code on the wire: the model's, or the shape's name.
    pub fn error_code(&self) -> Name {
        self.error().and_then(|error| error.code).unwrap_or(self.name)
    }
}

impl Structure {
    /// A member by name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The member that is the whole HTTP body.
    pub fn payload_member(&self) -> Option<&Member> {
        self.payload.and_then(|index| self.members.get(index as usize))
    }
}

impl Member {
    /// The wire name: the location name if given, else the member's name.
    pub fn wire_name(&self) -> Name {
        self.location_name.unwrap_or(self.name)
    }

    /// The name in the query protocol: some services call a member otherwise there than in JSON.
    pub fn query_wire_name(&self) -> Name {
        self.query_name.unwrap_or_else(|| self.wire_name())
    }
}

impl ErrorInfo {
    /// The HTTP status: the model's, else 500 for faults and 400 for the rest.
    pub fn http_status(&self) -> u16 {
        self.status.unwrap_or(if self.fault { 500 } else { 400 })
    }
}
