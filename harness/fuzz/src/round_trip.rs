//! The properties: what one half of a protocol writes, the other reads as it was.

use bytes::Bytes;
use http::Response;
use standin_model::{
    Answer, Document, Fields, Location, Member, Protocol, ServiceError, Shape, ShapeId,
};
use standin_protocol::Call;
use standin_protocol::eventstream::Direction;

use crate::difference::{Difference, differences};
use crate::{Part, streams};

/// The id of every request.
pub(crate) const REQUEST_ID: &str = "01234567-89ab-cdef-0123-456789abcdef";
/// The text of every error.
pub(crate) const MESSAGE: &str = "what <went> \"wrong\" & why: é";

/// Why a value did not make its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It came back as another one.
    Differs(Vec<Difference>),
    /// It could not be written or read; the text says by whom and why.
    Refused(String),
}

/// What came of a value.
pub type Outcome = Result<(), Fault>;

/// Writes a value by one half of its protocol, and reads it by the other.
pub fn round_trip(call: &Call, part: Part, value: &Document) -> Outcome {
    match part {
        Part::Input => request(call, value),
        Part::Output => answer(call, value),
        Part::Error(id) => error(call, id, value),
        Part::Event(direction) => streams::event(call, direction, value),
    }
}

fn request(call: &Call, input: &Document) -> Outcome {
    let request = call.serialize_request(input).map_err(|error| refused("our client", &error))?;
    let stream = streams::framed(request.body())?;
    let found = call.parse_request(&request).map_err(|error| refused("our server", &error))?;
    let found = streams::with_bytes(call.streaming_input(), found, stream);
    streams::begins(call, Direction::Input, &found, input)?;
    same(&without_frame(call, Part::Input, found, input), input)
}

fn answer(call: &Call, output: &Document) -> Outcome {
    let response = write_answer(call, output)?;
    match call.parse_response(&response).map_err(|error| refused("our client", &error))? {
        Answer::Output(found) => {
            let found = streams::with_bytes(call.streaming_output(), found, response.into_body());
            streams::begins(call, Direction::Output, &found, output)?;
            same(&without_frame(call, Part::Output, found, output), output)
        }
        Answer::Error(error) => Err(Fault::Refused(format!("our client: reads an error, {error}"))),
    }
}

fn error(call: &Call, id: ShapeId, members: &Document) -> Outcome {
    let Some(expected) = service_error(call, id, members) else { return Ok(()) };
    let response = call.serialize_error(&expected, REQUEST_ID);
    match call.parse_response(&response).map_err(|error| refused("our client", &error))? {
        Answer::Error(found) => same_error(call, id, found, &expected),
        Answer::Output(_) => Err(Fault::Refused("our client: reads a success".to_owned())),
    }
}

/// Our server's answer with an output.
pub(crate) fn write_answer(call: &Call, output: &Document) -> Result<Response<Bytes>, Fault> {
    call.serialize_response(output, REQUEST_ID).map_err(|error| refused("our server", &error))
}

/// An error with members; none where the wire can't tell which it is, in the answer to HEAD.
pub(crate) fn service_error(call: &Call, id: ShapeId, members: &Document) -> Option<ServiceError> {
    let shape = call.service.shape(id);
    let status = shape.error()?.http_status();
    if call.protocol == Protocol::RestXml && call.operation.http.method == "HEAD" {
        return None;
    }
    let members = members.as_object().cloned().unwrap_or_default();
    Some(ServiceError {
        code: shape.name.into(),
        message: Some(MESSAGE.to_owned()),
        status,
        sender_fault: status < 500,
        members: own_members(call, shape, members),
    })
}

fn same_error(call: &Call, id: ShapeId, found: ServiceError, expected: &ServiceError) -> Outcome {
    let frame = |error: &ServiceError| {
        let message = error.message.clone().unwrap_or_default();
        let fields = [
            ("code", Document::from(error.code.as_ref())),
            ("message", message.into()),
            ("status", i64::from(error.status).into()),
            ("sender fault", error.sender_fault.into()),
        ];
        Document::Object(fields.map(|(name, value)| (name.into(), value)).into_iter().collect())
    };
    same(&frame(&found), &frame(expected))?;
    let found = own_members(call, call.service.shape(id), found.members);
    same(&Document::Object(found), &Document::Object(expected.members.clone()))
}

/// The members of an error without those that travel by themselves: message, code and status.
pub(crate) fn own_members(call: &Call, shape: &Shape, members: Fields) -> Fields {
    let xml = matches!(call.protocol, Protocol::Query | Protocol::Ec2 | Protocol::RestXml);
    let bound = matches!(call.protocol, Protocol::RestJson | Protocol::RestXml);
    let framed = |member: &Member| {
        let wire = member.wire_name();
        member.name.eq_ignore_ascii_case("message")
            || (xml && (member.name == "Code" || wire == "Code"))
            || wire.eq_ignore_ascii_case("x-amzn-errortype")
            || (bound && member.location == Location::StatusCode)
    };
    let member = |name: &str| shape.structure().and_then(|structure| structure.member(name));
    members.into_iter().filter(|(name, _)| !member(name).is_some_and(framed)).collect()
}

/// What was read without the headers that belong to every message: some models have members for these, and one
/// has a map of all headers. A member that was sent is compared all the same.
pub(crate) fn without_frame(
    call: &Call,
    part: Part,
    found: Document,
    expected: &Document,
) -> Document {
    let (Some(shape), Document::Object(fields)) = (part.shape(call), found) else {
        return Document::empty();
    };
    let member = |name: &str| shape.structure().and_then(|structure| structure.member(name));
    let mut kept = Fields::default();
    for (name, value) in fields {
        let sent = expected.get(&name);
        match (member(&name).map(|member| (member.location, member.wire_name())), value) {
            (Some((Location::Header, header)), _) if sent.is_none() && is_frame(header) => {}
            (Some((Location::Headers, _)), Document::Object(map)) => {
                let own = |key: &str| !is_frame(key) || sent.is_some_and(|s| s.get(key).is_some());
                let map: Fields = map.into_iter().filter(|(key, _)| own(key)).collect();
                if !map.is_empty() {
                    kept.push(name, Document::Object(map));
                }
            }
            (_, value) => kept.push(name, value),
        }
    }
    Document::Object(kept)
}

/// Whether a header is one that messages have of themselves: a type, an id, a checksum.
pub(crate) fn is_frame(header: &str) -> bool {
    const FRAME: [&str; 5] =
        ["content-type", "content-length", "content-md5", "content-encoding", "x-amzn-requestid"];
    let header = header.to_ascii_lowercase();
    FRAME.contains(&header.as_str())
        || header.starts_with("x-amz-checksum-")
        || header == "x-amz-sdk-checksum-algorithm"
}

pub(crate) fn refused(who: &str, error: &impl std::fmt::Display) -> Fault {
    Fault::Refused(format!("{who}: {error}"))
}

pub(crate) fn same(found: &Document, expected: &Document) -> Outcome {
    let all = differences(found, expected);
    if all.is_empty() { Ok(()) } else { Err(Fault::Differs(all)) }
}
