//! Events as messages, led by the shapes of the stream.

use bytes::Bytes;
use standin_model::{
    Document, Fields, Member, Number, Protocol, ServiceError, Shape, ShapeKind, Structure,
};

use super::{HeaderValue, Message};
use crate::answer::is_message;
use crate::codec::{Strictness, cbor, json, xml};
use crate::{Call, Limits, ParseError, SerializeError, json as json_protocol};

const MESSAGE_TYPE: &str = ":message-type";
const EVENT_TYPE: &str = ":event-type";
const EXCEPTION_TYPE: &str = ":exception-type";
const CONTENT_TYPE: &str = ":content-type";
const ERROR_CODE: &str = ":error-code";
const ERROR_MESSAGE: &str = ":error-message";

/// Which way a stream flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From client to server, in a request.
    Input,
    /// From server to client, in an answer.
    Output,
}

/// What a message of a stream says.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The members of the input or output besides the stream, which RPC protocols send first.
    Initial(Document),
    /// An event: the stream's union with one member set.
    Event(Document),
    /// An error, after which the stream ends.
    Error(ServiceError),
}

impl Direction {
    fn strictness(self) -> Strictness {
        match self {
            Self::Input => Strictness::Strict,
            Self::Output => Strictness::Lenient,
        }
    }
}

impl Call {
    /// Makes the message of an event.
    pub fn encode_event(
        &self,
        direction: Direction,
        event: &Event,
    ) -> Result<Message, SerializeError> {
        match event {
            Event::Initial(document) => self.encode_initial(direction, document),
            Event::Event(document) => self.encode_member(self.stream(direction)?, document),
            Event::Error(error) => self.encode_error(direction, error),
        }
    }

    /// Reads what a message says.
    pub fn decode_event(
        &self,
        direction: Direction,
        message: &Message,
    ) -> Result<Event, ParseError> {
        self.decode_event_within(direction, message, Limits::default())
    }

    /// Reads what a message says, which may ask for no more than these limits allow.
    pub fn decode_event_within(
        &self,
        direction: Direction,
        message: &Message,
        limits: Limits,
    ) -> Result<Event, ParseError> {
        let event = self.read_event(direction, message)?;
        match &event {
            Event::Initial(document) | Event::Event(document) => limits.check(document)?,
            Event::Error(error) => limits.check_members(&error.members)?,
        }
        Ok(event)
    }

    fn read_event(&self, direction: Direction, message: &Message) -> Result<Event, ParseError> {
        let stream = self.stream(direction).map_err(|_| malformed("no stream of events"))?;
        match message.text(MESSAGE_TYPE) {
            Some("event") => match message.text(EVENT_TYPE) {
                Some("initial-request" | "initial-response") => {
                    self.decode_initial(direction, message)
                }
                Some(name) => {
                    let (member, value) = self.decode_member(direction, stream, name, message)?;
                    Ok(Event::Event(Document::Object(
                        [(member.name.into(), value)].into_iter().collect(),
                    )))
                }
                None => Err(malformed("an event without a type")),
            },
            Some("exception") => {
                let name = message.text(EXCEPTION_TYPE);
                let name = name.ok_or_else(|| malformed("an exception without a type"))?;
                let (member, value) = self.decode_member(direction, stream, name, message)?;
                Ok(Event::Error(self.exception(member, value)))
            }
            Some("error") => {
                let code = message.text(ERROR_CODE).unwrap_or("InternalFailure").to_owned();
                let text = message.text(ERROR_MESSAGE).unwrap_or_default();
                Ok(Event::Error(ServiceError::fault(code, text)))
            }
            _ => Err(malformed("a message without a known type")),
        }
    }

    /// Whether the members are there that a stream must begin with, in the message of HTTP or the first of the
    /// stream, as a reader asks who goes on only with all of them.
    ///
    /// A server's constraints say the same in the service's words, and a client that records goes on without.
    pub fn check_initial(
        &self,
        direction: Direction,
        initial: &Document,
    ) -> Result<(), ParseError> {
        let shape = match direction {
            Direction::Input => self.input(),
            Direction::Output => self.output(),
        };
        let members = shape.and_then(Shape::structure).into_iter().flat_map(|s| &s.members);
        let besides = members.filter(|member| !self.service.shape(member.shape).event_stream);
        let mut missing =
            besides.filter(|member| member.required && initial.get(member.name).is_none());
        missing.next().map_or(Ok(()), |member| {
            Err(malformed(&format!("the stream begins without {}", member.name)))
        })
    }

    fn stream(&self, direction: Direction) -> Result<&'static Structure, SerializeError> {
        let member = match direction {
            Direction::Input => self.event_stream_input(),
            Direction::Output => self.event_stream_output(),
        };
        member
            .and_then(|member| self.service.structure(member.shape))
            .ok_or_else(|| SerializeError::reason("the operation has no stream of events"))
    }

    fn encode_initial(
        &self,
        direction: Direction,
        document: &Document,
    ) -> Result<Message, SerializeError> {
        let (shape, name) = match direction {
            Direction::Input => (self.input(), "initial-request"),
            Direction::Output => (self.output(), "initial-response"),
        };
        let shape = shape.ok_or_else(|| SerializeError::reason("nothing to begin with"))?;
        let payload = self.write(shape, document)?;
        Ok(message("event", (EVENT_TYPE, name), self.media_type(), payload))
    }

    fn encode_member(
        &self,
        stream: &'static Structure,
        document: &Document,
    ) -> Result<Message, SerializeError> {
        let fields = crate::answer::fields(document)?;
        let (Some((name, value)), 1) = (fields.iter().next(), fields.len()) else {
            return Err(SerializeError::reason("an event is exactly one member of its stream"));
        };
        let member = stream
            .member(name)
            .ok_or_else(|| SerializeError::UnknownMember { at: name.to_string() })?;
        let event = self.service.shape(member.shape);
        let structure = event.structure().ok_or_else(|| SerializeError::reason("no event"))?;
        let fields = crate::answer::fields(value)?;
        let payload = structure.members.iter().find(|member| member.event_payload);
        let mut message = match payload {
            Some(payload) => self.explicit(member, payload, fields)?,
            None => self.implicit(member, event, structure, fields)?,
        };
        for header in structure.members.iter().filter(|member| member.event_header) {
            if let Some(value) = fields.get(header.name) {
                let value = header_value(value).map_err(|error| error.within(header.name))?;
                message.headers.push((header.wire_name().to_owned(), value));
            }
        }
        Ok(message)
    }

    /// An event whose payload is one of its members.
    fn explicit(
        &self,
        member: &Member,
        payload: &'static Member,
        fields: &Fields,
    ) -> Result<Message, SerializeError> {
        let (media_type, bytes) = match fields.get(payload.name) {
            None => ("application/octet-stream", Bytes::new()),
            Some(Document::Blob(bytes)) => ("application/octet-stream", Bytes::clone(bytes)),
            Some(Document::String(text)) => ("text/plain", Bytes::from(text.clone())),
            Some(value) => {
                let shape = self.service.shape(payload.shape);
                let bytes = self.write(shape, value).map_err(|error| error.within(payload.name))?;
                (self.media_type(), bytes)
            }
        };
        Ok(message("event", (EVENT_TYPE, member.wire_name()), media_type, bytes))
    }

    /// An event whose payload is all of its members that are no headers.
    fn implicit(
        &self,
        member: &Member,
        event: &'static Shape,
        structure: &'static Structure,
        fields: &Fields,
    ) -> Result<Message, SerializeError> {
        let header = |name: &str| structure.member(name).is_some_and(|m| m.event_header);
        let own = |(name, value): (&standin_model::Key, &Document)| {
            (!header(name)).then(|| (name.clone(), value.clone()))
        };
        let rest: Fields = fields.iter().filter_map(own).collect();
        let name = (EVENT_TYPE, member.wire_name());
        if structure.members.iter().all(|member| member.event_header) {
            return Ok(Message {
                headers: vec![text(MESSAGE_TYPE, "event"), text(name.0, name.1)],
                payload: Bytes::new(),
            });
        }
        let bytes = self.write(event, &Document::Object(rest))?;
        Ok(message("event", name, self.media_type(), bytes))
    }

    fn encode_error(
        &self,
        direction: Direction,
        error: &ServiceError,
    ) -> Result<Message, SerializeError> {
        let mut members = self.stream(direction)?.members.iter();
        let modelled = members.find(|member| self.service.shape(member.shape).name == error.code);
        let Some(member) = modelled else {
            let code = text(ERROR_CODE, &error.code);
            let detail = text(ERROR_MESSAGE, error.message.as_deref().unwrap_or_default());
            let headers = vec![text(MESSAGE_TYPE, "error"), code, detail];
            return Ok(Message { headers, payload: Bytes::new() });
        };
        let shape = self.service.shape(member.shape);
        let mut fields = error.members.clone();
        let named = shape.structure().into_iter().flat_map(|structure| &structure.members);
        let message_member = named.into_iter().find(|member| is_message(member.name));
        if let (Some(member), Some(text)) = (message_member, &error.message) {
            fields.insert(member.name, Document::from(text.as_str()));
        }
        let payload = self.write(shape, &Document::Object(fields))?;
        let name = (EXCEPTION_TYPE, member.wire_name());
        Ok(message("exception", name, self.media_type(), payload))
    }

    fn decode_initial(&self, direction: Direction, message: &Message) -> Result<Event, ParseError> {
        let shape = match direction {
            Direction::Input => self.input(),
            Direction::Output => self.output(),
        };
        let value = shape.map(|shape| self.read(direction, shape, &message.payload)).transpose()?;
        Ok(Event::Initial(value.unwrap_or_else(Document::empty)))
    }

    fn decode_member(
        &self,
        direction: Direction,
        stream: &'static Structure,
        name: &str,
        message: &Message,
    ) -> Result<(&'static Member, Document), ParseError> {
        let member = stream.members.iter().find(|member| member.wire_name() == name);
        let member = member.ok_or_else(|| malformed(&format!("unknown event {name}")))?;
        let event = self.service.shape(member.shape);
        let structure = event.structure().ok_or_else(|| malformed("no event"))?;
        let payload = structure.members.iter().find(|member| member.event_payload);
        let mut value = match payload {
            Some(payload) => self.decode_payload(direction, payload, &message.payload)?,
            None if structure.members.iter().all(|member| member.event_header) => Fields::default(),
            None => match self.read(direction, event, &message.payload)? {
                Document::Object(fields) => fields,
                _ => Fields::default(),
            },
        };
        for header in structure.members.iter().filter(|member| member.event_header) {
            if let Some(found) = message.header(header.wire_name()) {
                value.insert(header.name, header_document(found));
            }
        }
        Ok((member, Document::Object(value)))
    }

    fn decode_payload(
        &self,
        direction: Direction,
        payload: &'static Member,
        bytes: &Bytes,
    ) -> Result<Fields, ParseError> {
        let shape = self.service.shape(payload.shape);
        let value = match &shape.kind {
            ShapeKind::Blob => Document::blob(bytes.clone()),
            ShapeKind::String => Document::String(
                String::from_utf8(bytes.to_vec()).map_err(|_| malformed("text is not UTF-8"))?,
            ),
            _ => self.read(direction, shape, bytes)?,
        };
        Ok([(payload.name.into(), value)].into_iter().collect())
    }

    fn exception(&self, member: &Member, value: Document) -> ServiceError {
        let shape = self.service.shape(member.shape);
        let status = shape.error().map_or(400, standin_model::ErrorInfo::http_status);
        let Document::Object(fields) = value else {
            return ServiceError::fault(shape.name, "an exception that is no structure");
        };
        let message = fields.iter().find(|(name, _)| is_message(name));
        let message = message.and_then(|(_, text)| text.as_str()).map(str::to_owned);
        let members = fields.into_iter().filter(|(name, _)| !is_message(name)).collect();
        let sender_fault = status < 500;
        ServiceError { code: shape.name.into(), message, status, sender_fault, members }
    }

    fn media_type(&self) -> &'static str {
        match self.protocol {
            Protocol::RestJson => "application/json",
            Protocol::Json => json_protocol::content_type(Some(self.service)),
            Protocol::RpcV2Cbor => "application/cbor",
            Protocol::RestXml | Protocol::Query | Protocol::Ec2 => "text/xml",
        }
    }

    fn write(&self, shape: &'static Shape, value: &Document) -> Result<Bytes, SerializeError> {
        match self.protocol {
            Protocol::Json | Protocol::RestJson => {
                let mut writer = json::Writer::new(self.service);
                writer.shape(shape, value)?;
                Ok(writer.finish().into())
            }
            Protocol::RpcV2Cbor => {
                let mut writer = cbor::Writer::new(Some(self.service));
                writer.shape(shape, value)?;
                Ok(writer.finish().into())
            }
            Protocol::RestXml | Protocol::Query | Protocol::Ec2 => {
                let structure =
                    shape.structure().ok_or_else(|| SerializeError::reason("no structure"))?;
                let name = shape.location_name.unwrap_or(shape.name);
                let mut writer = xml::Writer::new(self.service, xml::Text::default());
                writer.text.start(name);
                writer.fields(structure, crate::answer::fields(value)?, |_| true)?;
                writer.text.end(name);
                Ok(writer.text.finish().into())
            }
        }
    }

    fn read(
        &self,
        direction: Direction,
        shape: &'static Shape,
        bytes: &[u8],
    ) -> Result<Document, ParseError> {
        if bytes.is_empty() {
            return Ok(Document::empty());
        }
        let (service, strictness) = (self.service, direction.strictness());
        let value = match self.protocol {
            Protocol::Json | Protocol::RestJson => {
                json::Reader { service, strictness }.parse(shape, bytes)?
            }
            Protocol::RpcV2Cbor => cbor::Reader::new(service, strictness, bytes).parse(shape)?,
            Protocol::RestXml | Protocol::Query | Protocol::Ec2 => {
                let mut reader = xml::Reader::new(service, strictness, bytes)?;
                match (reader.root()?, shape.structure()) {
                    (Some(start), Some(structure)) => Some(reader.structure(structure, &start)?),
                    _ => None,
                }
            }
        };
        Ok(value.unwrap_or_else(Document::empty))
    }
}

fn message(
    kind: &str,
    (type_header, name): (&str, &str),
    media_type: &str,
    payload: Bytes,
) -> Message {
    let headers =
        vec![text(MESSAGE_TYPE, kind), text(type_header, name), text(CONTENT_TYPE, media_type)];
    Message { headers, payload }
}

fn text(name: &str, value: &str) -> (String, HeaderValue) {
    (name.to_owned(), HeaderValue::String(value.to_owned()))
}

fn malformed(detail: &str) -> ParseError {
    ParseError::malformed("event", detail)
}

fn header_value(value: &Document) -> Result<HeaderValue, SerializeError> {
    Ok(match value {
        Document::Boolean(value) => HeaderValue::Boolean(*value),
        Document::Number(Number::Integer(number)) => match i32::try_from(*number) {
            Ok(number) => HeaderValue::Integer(number),
            Err(_) => HeaderValue::Long(*number),
        },
        Document::Blob(bytes) => HeaderValue::Blob(Bytes::clone(bytes)),
        Document::String(text) => HeaderValue::String(text.clone()),
        Document::Timestamp(timestamp) => HeaderValue::Timestamp(*timestamp),
        value => return Err(SerializeError::mismatch("scalar", value)),
    })
}

fn header_document(value: &HeaderValue) -> Document {
    match value {
        HeaderValue::Boolean(value) => Document::Boolean(*value),
        HeaderValue::Byte(number) => Document::from(i64::from(*number)),
        HeaderValue::Short(number) => Document::from(i64::from(*number)),
        HeaderValue::Integer(number) => Document::from(i64::from(*number)),
        HeaderValue::Long(number) => Document::from(*number),
        HeaderValue::Blob(bytes) => Document::blob(bytes.clone()),
        HeaderValue::String(text) => Document::String(text.clone()),
        HeaderValue::Timestamp(timestamp) => Document::Timestamp(*timestamp),
        HeaderValue::Uuid(bytes) => Document::blob(Bytes::copy_from_slice(bytes)),
    }
}
