//! botocore's protocol tests: requests and answers, each read and written by us.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use standin_model::{Answer, Document, Protocol, Shape};

use super::ledger::{Suite, conformance, fail_on};
use super::values::{document, without_empty};
use super::{model, wire};
use crate::Call;

const LEDGER: &str = include_str!("ledger/botocore.txt");

pub(super) type Outcome = Result<(), String>;

#[test]
fn requests_are_written_as_botocore_writes_them() {
    run("client-input", "botocore-protocols/input", client_input);
}

#[test]
fn requests_are_read() {
    run("server-input", "botocore-protocols/input", server_input);
}

#[test]
fn answers_are_read_as_botocore_reads_them() {
    run("client-output", "botocore-protocols/output", client_output);
}

#[test]
fn answers_are_written_so_that_they_can_be_read() {
    run("server-output", "botocore-protocols/output", server_output);
}

#[test]
fn legacy_requests_are_written_as_botocore_writes_them() {
    run("legacy-client-input", "botocore-protocols/legacy/input", client_input);
}

#[test]
fn legacy_requests_are_read() {
    run("legacy-server-input", "botocore-protocols/legacy/input", server_input);
}

#[test]
fn legacy_answers_are_read_as_botocore_reads_them() {
    run("legacy-client-output", "botocore-protocols/legacy/output", client_output);
}

#[test]
fn legacy_answers_are_written_so_that_they_can_be_read() {
    run("legacy-server-output", "botocore-protocols/legacy/output", server_output);
}

fn run(direction: &str, folder: &str, check: fn(&Call, &Value) -> Outcome) {
    let Some(root) = conformance() else { return };
    let mut files: Vec<_> = std::fs::read_dir(root.join(folder))
        .expect("the folder of vectors")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut failures = Vec::new();
    for file in files {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        if std::env::var("ONLY").is_ok_and(|only| only != stem) {
            continue;
        }
        let text = std::fs::read(&file).expect("a readable vector");
        let descriptions: Vec<Value> = serde_json::from_slice(&text).expect("JSON");
        let mut suite = Suite::new(&format!("{direction} {stem}"), LEDGER);
        let listed = suite.listed();
        for description in &descriptions {
            for (number, case) in description["cases"].as_array().expect("cases").iter().enumerate()
            {
                let call = model::call(description, &case["given"]);
                let mut case = case.clone();
                case["base"] = base_path(description);
                suite.record(&name(description, &case, number), check(&call, &case));
            }
        }
        failures.extend(suite.finish(listed));
    }
    fail_on(&failures);
}

/// The path of the endpoint that a case is sent to, which is not the codec's to write.
fn base_path(description: &Value) -> Value {
    let endpoint = description["clientEndpoint"].as_str().unwrap_or_default();
    let path = endpoint.splitn(4, '/').nth(3).unwrap_or_default().trim_end_matches('/');
    Value::from(if path.is_empty() { String::new() } else { format!("/{path}") })
}

fn name(description: &Value, case: &Value, number: usize) -> String {
    match case["id"].as_str() {
        Some(id) => id.to_owned(),
        None => format!("{}#{number}", description["description"].as_str().unwrap_or_default()),
    }
}

fn uri_of(case: &Value) -> &str {
    let uri = case["serialized"]["uri"].as_str().unwrap_or("/");
    uri.strip_prefix(case["base"].as_str().unwrap_or_default()).unwrap_or(uri)
}

/// The input, with the token that botocore fills in.
fn input_of(call: &Call, case: &Value) -> Document {
    let mut input = typed(call, call.input(), &case["params"]);
    let structure = call.input().and_then(|shape| shape.structure());
    let tokens = structure.into_iter().flat_map(|structure| &structure.members);
    for member in tokens.filter(|member| member.idempotency_token) {
        if let Some(fields) = input.as_object_mut()
            && fields.get(member.name).is_none()
        {
            fields.push(member.name, Document::from("00000000-0000-4000-8000-000000000000"));
        }
    }
    input
}

fn typed(call: &Call, shape: Option<&'static Shape>, value: &Value) -> Document {
    match shape {
        Some(shape) if !value.is_null() => document(call.service, shape, value),
        _ => Document::empty(),
    }
}

pub(super) fn client_input(call: &Call, case: &Value) -> Outcome {
    let wire = &case["serialized"];
    let request = call.serialize_request(&input_of(call, case)).map_err(|e| e.to_string())?;
    if let Some(method) = wire["method"].as_str() {
        same("method", request.method().as_str(), method)?;
    }
    let uri = uri_of(case);
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    same("path", request.uri().path(), path)?;
    same("query", &wire::pairs(request.uri().query().unwrap_or_default()), &wire::pairs(query))?;
    check_headers(&wire["headers"], request.headers())?;
    for name in wire["forbidHeaders"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        same(name, &request.headers().contains_key(name), &false)?;
    }
    if let Some(host) = wire["host"].as_str()
        && call.operation.host_prefix.is_some()
    {
        let prefix = request.extensions().get::<crate::HostPrefix>().map_or("", |prefix| &prefix.0);
        if !host.starts_with(prefix) || prefix.is_empty() {
            return Err(format!("host prefix {prefix:?}, expected {host:?}"));
        }
    }
    if wire["body"].is_null() {
        return Ok(());
    }
    let expected = body(call, &wire["body"]);
    wire::same_body(media_type(call, &wire["headers"]), request.body(), &expected)
}

pub(super) fn server_input(call: &Call, case: &Value) -> Outcome {
    let wire = &case["serialized"];
    let mut builder =
        Request::builder().method(wire["method"].as_str().unwrap_or("POST")).uri(uri_of(case));
    for (name, value) in wire["headers"].as_object().into_iter().flatten() {
        builder = builder.header(name, value.as_str().unwrap_or_default());
    }
    let request = builder.body(body(call, &wire["body"])).map_err(|error| error.to_string())?;
    let mut found = call.parse_request(&request).map_err(|error| error.to_string())?;
    if let Some(member) = call.streaming_input()
        && !request.body().is_empty()
    {
        put(&mut found, member.name, request.body());
    }
    same("input", &without_empty(found), &without_empty(input_of(call, case)))
}

pub(super) fn client_output(call: &Call, case: &Value) -> Outcome {
    let response = response_of(call, case);
    let answer = call.parse_response(&response).map_err(|error| error.to_string())?;
    check_answer(call, case, answer, &response)
}

pub(super) fn server_output(call: &Call, case: &Value) -> Outcome {
    let status = u16::try_from(case["response"]["status_code"].as_u64().unwrap_or(200));
    let status = status.expect("a status");
    let response = if status >= 300 {
        let wanted = response_of(call, case);
        match call.parse_response(&wanted).map_err(|error| error.to_string())? {
            Answer::Error(error) => call.serialize_error(&error, "request-id"),
            Answer::Output(_) => return Err("an output".to_owned()),
        }
    } else {
        let output = typed(call, call.output(), &case["result"]);
        call.serialize_response(&output, "request-id").map_err(|error| error.to_string())?
    };
    same("status", &response.status().as_u16(), &status)?;
    let answer = call.parse_response(&response).map_err(|error| error.to_string())?;
    check_answer(call, case, answer, &response)
}

fn check_answer(call: &Call, case: &Value, answer: Answer, response: &Response<Bytes>) -> Outcome {
    match answer {
        Answer::Output(mut output) => {
            if let Some(member) = call.streaming_output()
                && !response.body().is_empty()
            {
                put(&mut output, member.name, response.body());
            }
            let expected = typed(call, call.output(), &case["result"]);
            same("output", &without_empty(output), &without_empty(expected))
        }
        Answer::Error(error) => {
            let code = case["errorCode"].as_str().unwrap_or_default();
            let shape = call.service.error(code).map(|found| found.shape);
            same("code", error.code.as_ref(), shape.map_or(code, |shape| shape.name))?;
            let message = case["errorMessage"].as_str();
            if message.is_some() {
                same("message", &error.message.as_deref(), &message)?;
            }
            let mut expected = typed(call, shape, &case["error"]);
            for name in ["message", "Message"] {
                expected.as_object_mut().and_then(|fields| fields.remove(name));
            }
            same("error", &without_empty(Document::Object(error.members)), &without_empty(expected))
        }
    }
}

fn response_of(call: &Call, case: &Value) -> Response<Bytes> {
    let wire = &case["response"];
    let status = wire["status_code"].as_u64().and_then(|status| u16::try_from(status).ok());
    let mut builder = Response::builder().status(status.unwrap_or(200));
    for (name, value) in wire["headers"].as_object().into_iter().flatten() {
        builder = builder.header(name, value.as_str().unwrap_or_default());
    }
    builder.body(body(call, &wire["body"])).expect("a response")
}

/// A body as bytes; CBOR stands in the vectors as base64.
fn body(call: &Call, value: &Value) -> Bytes {
    let text = value.as_str().unwrap_or_default();
    match call.protocol {
        Protocol::RpcV2Cbor => STANDARD.decode(text).expect("base64").into(),
        _ => Bytes::from(text.to_owned()),
    }
}

fn put(document: &mut Document, name: &'static str, body: &Bytes) {
    if let Some(fields) = document.as_object_mut() {
        fields.insert(name, Document::blob(body.clone()));
    }
}

fn media_type<'c>(call: &Call, headers: &'c Value) -> &'c str {
    let default = match call.protocol {
        Protocol::Query | Protocol::Ec2 => "urlencoded",
        Protocol::Json | Protocol::RestJson => "json",
        Protocol::RestXml => "xml",
        Protocol::RpcV2Cbor => "cbor",
    };
    let headers = headers.as_object().into_iter().flatten();
    let mut named = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    named.next().and_then(|(_, value)| value.as_str()).unwrap_or(default)
}

fn check_headers(expected: &Value, found: &http::HeaderMap) -> Outcome {
    for (name, value) in expected.as_object().into_iter().flatten() {
        let values: Vec<_> =
            found.get_all(name).iter().map(|v| v.to_str().unwrap_or("?")).collect();
        let (found, value) = (values.join(", "), value.as_str().unwrap_or_default());
        // Parameters of media types are up to the sender.
        let base = |text: &str| text.split(';').next().unwrap_or_default().trim().to_owned();
        match name.eq_ignore_ascii_case("content-type") {
            true => same(name, &base(&found), &base(value))?,
            false => same(name, &found.replace(", ", ","), &value.replace(", ", ","))?,
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(what: &str, found: &T, expected: &T) -> Outcome {
    if found == expected { Ok(()) } else { Err(format!("{what} {found:?}, expected {expected:?}")) }
}
