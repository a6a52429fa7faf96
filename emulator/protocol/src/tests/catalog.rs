//! Every operation of every service: what one half writes, the other reads.

use bytes::Bytes;
use http::{Request, Response};
use standin_model::{
    Answer, Catalog, Document, Fields, Operation, Protocol, Service, ServiceError, Shape,
};

use super::ledger::{Suite, fail_on};
use super::sample::Sampler;
use crate::Call;
use crate::bindings::Side;

const LEDGER: &str = include_str!("ledger/catalog.txt");

type Outcome = Result<(), String>;

#[test]
fn requests_of_every_operation_are_read_as_written() {
    for_each("requests", request);
}

#[test]
fn answers_of_every_operation_are_read_as_written() {
    for_each("answers", answer);
}

#[test]
fn errors_of_every_operation_are_read_as_written() {
    for_each("errors", errors);
}

fn for_each(name: &str, check: fn(&Call) -> Outcome) {
    let mut suite = Suite::new(name, LEDGER);
    let listed = suite.listed();
    let only = std::env::var("ONLY_SERVICE").ok();
    for entry in Catalog::embedded().services() {
        if only.as_ref().is_some_and(|only| only != entry.name) {
            continue;
        }
        let service = Catalog::embedded().service(entry.name).expect("a service of the pack");
        for call in calls(service) {
            let case = format!("{} {} {}", entry.name, call.protocol.name(), call.operation.name);
            suite.record(&case, check(&call));
        }
    }
    fail_on(&suite.finish(listed));
}

fn calls(service: &'static Service) -> impl Iterator<Item = Call> {
    let protocols = service.metadata.protocols.iter();
    protocols.flat_map(move |&protocol| {
        let operations: &'static [Operation] = &service.operations;
        operations.iter().map(move |operation| Call { service, operation, protocol })
    })
}

fn sample(call: &Call, side: Side, shape: Option<&'static Shape>) -> Document {
    match shape.and_then(|shape| shape.structure()) {
        Some(structure) => Sampler::new(call.service, side).structure(structure),
        None => Document::empty(),
    }
}

fn request(call: &Call) -> Outcome {
    let input = sample(call, Side::Request, call.input());
    let request: Request<Bytes> = call.serialize_request(&input).map_err(|e| e.to_string())?;
    let found = call.parse_request(&request).map_err(|error| error.to_string())?;
    same(&found, &input)
}

fn answer(call: &Call) -> Outcome {
    let output = sample(call, Side::Response, call.output());
    let response: Response<Bytes> =
        call.serialize_response(&output, "id").map_err(|error| error.to_string())?;
    match call.parse_response(&response).map_err(|error| error.to_string())? {
        Answer::Output(found) => same(&found, &output),
        Answer::Error(error) => Err(format!("error {error}")),
    }
}

fn errors(call: &Call) -> Outcome {
    for &id in &call.operation.errors {
        let shape = call.service.shape(id);
        let info = shape.error().ok_or("no error shape")?;
        let Document::Object(members) = sample(call, Side::Response, Some(shape)) else { continue };
        let members = without_code(call, shape, members);
        let error = ServiceError {
            code: shape.name.into(),
            message: Some("what <went> \"wrong\"".to_owned()),
            status: info.http_status(),
            sender_fault: info.http_status() < 500,
            members,
        };
        let response = call.serialize_error(&error, "id");
        if call.protocol == Protocol::RestXml && call.operation.http.method == "HEAD" {
            continue;
        }
        match call.parse_response(&response).map_err(|error| error.to_string())? {
            Answer::Error(mut found) => {
                found.members = without_code(call, shape, found.members);
                if found != error {
                    return Err(format!("{found:?}, expected {error:?}"));
                }
            }
            Answer::Output(found) => return Err(format!("{found:?}, expected {error:?}")),
        }
    }
    Ok(())
}

/// The members without those that stand for the message or the code, which travel by themselves.
fn without_code(call: &Call, shape: &'static Shape, members: Fields) -> Fields {
    let xml = matches!(call.protocol, Protocol::Query | Protocol::Ec2 | Protocol::RestXml);
    let header = |name: &str| {
        let member = shape.structure().and_then(|structure| structure.member(name));
        member.is_some_and(|member| member.wire_name().eq_ignore_ascii_case("x-amzn-errortype"))
    };
    let own = |name: &str| {
        name.eq_ignore_ascii_case("message") || (xml && name == "Code") || header(name)
    };
    members.into_iter().filter(|(name, _)| !own(name)).collect()
}

fn same(found: &Document, expected: &Document) -> Outcome {
    match difference(found, expected) {
        None => Ok(()),
        Some(difference) => Err(difference),
    }
}

/// Where two documents differ first, in words.
fn difference(found: &Document, expected: &Document) -> Option<String> {
    match (found, expected) {
        _ if found == expected => None,
        (Document::Object(found), Document::Object(expected)) => {
            let keys = expected.iter().map(|(key, _)| key).chain(found.iter().map(|(key, _)| key));
            for key in keys {
                match (found.get(key), expected.get(key)) {
                    (Some(a), Some(b)) => {
                        if let Some(inner) = difference(a, b) {
                            return Some(format!("{key}.{inner}"));
                        }
                    }
                    (a, b) => return Some(format!("{key}: {a:?}, expected {b:?}")),
                }
            }
            None
        }
        (Document::List(a), Document::List(b)) if a.len() == b.len() => {
            a.iter().zip(b).find_map(|(a, b)| difference(a, b))
        }
        _ => Some(format!(" {found:?}, expected {expected:?}")),
    }
}
