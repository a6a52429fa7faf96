//! One operation of one service in one protocol, and its four directions.

use bytes::Bytes;
use http::{Request, Response};
use standin_model::{
    Answer, Document, Member, Operation, Protocol, Service, ServiceError, Shape, ShapeId,
};

use crate::{
    Limits, ParseError, SerializeError, answer, checksum, compression, ec2, json, query, rest_json,
    rest_xml, rpc_v2_cbor,
};

/// An operation of a service, called in one of the service's protocols.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The service.
    pub service: &'static Service,
    /// The operation.
    pub operation: &'static Operation,
    /// The protocol of this request and its answer.
    pub protocol: Protocol,
}

/// The labels that a request puts before its endpoint's host, an extension of serialized requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPrefix(pub String);

/// Writes an error where no operation is known; without a service, as the protocol's plainest form.
///
/// Where the operation is known, use [`Call::serialize_error`].
pub fn serialize_error(
    protocol: Protocol,
    service: Option<&'static Service>,
    error: &ServiceError,
    request_id: &str,
) -> Response<Bytes> {
    let scope = ErrorScope { protocol, service, operation: None };
    scope.serialize(error, request_id)
}

impl Call {
    /// Server: reads a request.
    ///
    /// A streaming payload stays in the request: the input has no such member, whoever calls hands
    /// the body over apart (see [`Call::streaming_input`]).
    pub fn parse_request(&self, request: &Request<Bytes>) -> Result<Document, ParseError> {
        self.parse_request_within(request, Limits::default())
    }

    /// Server: reads a request that may ask for no more than these limits allow.
    pub fn parse_request_within(
        &self,
        request: &Request<Bytes>,
        limits: Limits,
    ) -> Result<Document, ParseError> {
        let request = compression::decompress(self, request, limits.unpacked)?;
        let input = self.read_request(request.as_ref())?;
        limits.check(&input)?;
        Ok(input)
    }

    fn read_request(&self, request: &Request<Bytes>) -> Result<Document, ParseError> {
        match self.protocol {
            Protocol::Query => query::request::parse(self, request),
            Protocol::Ec2 => ec2::request::parse(self, request),
            Protocol::Json => json::request::parse(self, request),
            Protocol::RestJson => rest_json::request::parse(self, request),
            Protocol::RestXml => rest_xml::request::parse(self, request),
            Protocol::RpcV2Cbor => rpc_v2_cbor::request::parse(self, request),
        }
    }

    /// Server: writes a success.
    pub fn serialize_response(
        &self,
        output: &Document,
        request_id: &str,
    ) -> Result<Response<Bytes>, SerializeError> {
        match self.protocol {
            Protocol::Query => query::response::serialize(self, output, request_id),
            Protocol::Ec2 => ec2::response::serialize(self, output, request_id),
            Protocol::Json => json::response::serialize(self, output, request_id),
            Protocol::RestJson => rest_json::response::serialize(self, output, request_id),
            Protocol::RestXml => rest_xml::response::serialize(self, output, request_id),
            Protocol::RpcV2Cbor => rpc_v2_cbor::response::serialize(self, output, request_id),
        }
    }

    /// Server: writes an error, modelled or not.
    pub fn serialize_error(&self, error: &ServiceError, request_id: &str) -> Response<Bytes> {
        let scope = ErrorScope {
            protocol: self.protocol,
            service: Some(self.service),
            operation: Some(self.operation),
        };
        scope.serialize(error, request_id)
    }

    /// Client: writes a request to a relative URI, without a host.
    ///
    /// A prefix to the endpoint's host is the extension [`HostPrefix`]. A streaming payload is
    /// written if the input has it.
    pub fn serialize_request(&self, input: &Document) -> Result<Request<Bytes>, SerializeError> {
        let mut request = match self.protocol {
            Protocol::Query => query::request::serialize(self, input),
            Protocol::Ec2 => ec2::request::serialize(self, input),
            Protocol::Json => json::request::serialize(self, input),
            Protocol::RestJson => rest_json::request::serialize(self, input),
            Protocol::RestXml => rest_xml::request::serialize(self, input),
            Protocol::RpcV2Cbor => rpc_v2_cbor::request::serialize(self, input),
        }?;
        checksum::add(self, input, &mut request);
        compression::compress(self, &mut request);
        if let Some(prefix) = self.host_prefix(input)? {
            request.extensions_mut().insert(HostPrefix(prefix));
        }
        Ok(request)
    }

    /// Client: reads an answer; more forgiving than a server, so that a target's faults can be seen.
    ///
    /// A streaming payload stays in the response (see [`Call::streaming_output`]).
    pub fn parse_response(&self, response: &Response<Bytes>) -> Result<Answer, ParseError> {
        self.parse_response_within(response, Limits::default())
    }

    /// Client: reads an answer that may ask for no more than these limits allow.
    pub fn parse_response_within(
        &self,
        response: &Response<Bytes>,
        limits: Limits,
    ) -> Result<Answer, ParseError> {
        let answer = self.read_response(response)?;
        match &answer {
            Answer::Output(output) => limits.check(output)?,
            Answer::Error(error) => limits.check_members(&error.members)?,
        }
        Ok(answer)
    }

    fn read_response(&self, response: &Response<Bytes>) -> Result<Answer, ParseError> {
        match self.protocol {
            Protocol::Query => query::response::parse(self, response),
            Protocol::Ec2 => ec2::response::parse(self, response),
            Protocol::Json => json::response::parse(self, response),
            Protocol::RestJson => rest_json::response::parse(self, response),
            Protocol::RestXml => rest_xml::response::parse(self, response),
            Protocol::RpcV2Cbor => rpc_v2_cbor::response::parse(self, response),
        }
    }

    /// The member that is the request's body as a stream of bytes.
    pub fn streaming_input(&self) -> Option<&'static Member> {
        self.streaming_payload(self.operation.input)
    }

    /// The member that is the answer's body as a stream of bytes.
    pub fn streaming_output(&self) -> Option<&'static Member> {
        self.streaming_payload(self.operation.output)
    }

    /// The member that is the request's stream of events.
    pub fn event_stream_input(&self) -> Option<&'static Member> {
        self.event_stream(self.operation.input)
    }

    /// The member that is the answer's stream of events.
    pub fn event_stream_output(&self) -> Option<&'static Member> {
        self.event_stream(self.operation.output)
    }

    fn streaming_payload(&self, id: Option<ShapeId>) -> Option<&'static Member> {
        let member = self.service.structure(id?)?.payload_member()?;
        (member.streaming || self.service.shape(member.shape).streaming).then_some(member)
    }

    fn event_stream(&self, id: Option<ShapeId>) -> Option<&'static Member> {
        let members = &self.service.structure(id?)?.members;
        members.iter().find(|member| self.service.shape(member.shape).event_stream)
    }

    /// The shape of an error by its name or code.
    pub(crate) fn error_shape(&self, name: &str) -> Option<&'static Shape> {
        answer::error_shape(self.service, Some(self.operation), name)
    }

    pub(crate) fn input(&self) -> Option<&'static Shape> {
        self.operation.input.map(|id| self.service.shape(id))
    }

    pub(crate) fn output(&self) -> Option<&'static Shape> {
        self.operation.output.map(|id| self.service.shape(id))
    }

    /// The operation's host prefix with its labels filled in.
    pub fn host_prefix(&self, input: &Document) -> Result<Option<String>, SerializeError> {
        let Some(template) = self.operation.host_prefix else { return Ok(None) };
        let mut prefix = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((literal, tail)) = rest.split_once('{') {
            let (label, tail) = tail.split_once('}').unwrap_or((tail, ""));
            prefix.push_str(literal);
            prefix.push_str(host_label(label, input)?);
            rest = tail;
        }
        prefix.push_str(rest);
        Ok(Some(prefix))
    }
}

fn host_label<'d>(label: &'static str, input: &'d Document) -> Result<&'d str, SerializeError> {
    match input.get(label).and_then(Document::as_str) {
        Some(value) if !value.is_empty() => Ok(value),
        _ => Err(SerializeError::MissingLabel { member: label }),
    }
}

/// What is known where an error is written.
#[derive(Clone, Copy)]
pub(crate) struct ErrorScope {
    pub(crate) protocol: Protocol,
    pub(crate) service: Option<&'static Service>,
    pub(crate) operation: Option<&'static Operation>,
}

impl ErrorScope {
    fn serialize(self, error: &ServiceError, request_id: &str) -> Response<Bytes> {
        self.try_serialize(error, request_id).unwrap_or_else(|failure| {
            let broken = ServiceError::fault("InternalFailure", failure.to_string());
            self.try_serialize(&broken, request_id).expect("an error without members is written")
        })
    }

    fn try_serialize(
        self,
        error: &ServiceError,
        request_id: &str,
    ) -> Result<Response<Bytes>, SerializeError> {
        match self.protocol {
            Protocol::Query => query::error::serialize(self, error, request_id),
            Protocol::Ec2 => ec2::error::serialize(self, error, request_id),
            Protocol::Json => json::error::serialize(self, error, request_id),
            Protocol::RestJson => rest_json::error::serialize(self, error, request_id),
            Protocol::RestXml => rest_xml::error::serialize(self, error, request_id),
            Protocol::RpcV2Cbor => rpc_v2_cbor::error::serialize(self, error, request_id),
        }
    }

    /// The shape of an error, found by its name or code.
    pub(crate) fn shape(self, error: &ServiceError) -> Option<&'static Shape> {
        answer::error_shape(self.service?, self.operation, &error.code)
    }
}
