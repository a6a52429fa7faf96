//! Answers that were captured from AWS, read as botocore reads them.

use std::path::Path;

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use standin_model::{Answer, Catalog, Document, Protocol};

use super::ledger::{Suite, conformance, fail_on};
use super::values::{document, without_empty};
use crate::Call;

const LEDGER: &str = include_str!("ledger/response_parsing.txt");

type Outcome = Result<(), String>;

#[test]
fn captured_answers_are_read() {
    run("xml/responses", "xml", "xml/responses", check_output);
}

#[test]
fn captured_xml_errors_are_read() {
    run("xml/errors", "xml", "xml/errors", check_error);
}

#[test]
fn captured_json_errors_are_read() {
    run("json/errors", "json", "json/expected", check_error);
}

fn run(folder: &str, extension: &str, expected: &str, check: fn(&Call, &[u8], &Value) -> Outcome) {
    let Some(root) = conformance() else { return };
    let root = root.join("botocore-response_parsing");
    let mut files: Vec<_> = std::fs::read_dir(root.join(folder))
        .expect("the folder of vectors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    let mut suite = Suite::new(&format!("response-parsing {folder}"), LEDGER);
    let listed = suite.listed();
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let expected = root.join(expected).join(format!("{name}.json"));
        suite.record(name, check_file(name, &file, &expected, check));
    }
    fail_on(&suite.finish(listed));
}

fn check_file(
    name: &str,
    file: &Path,
    expected: &Path,
    check: fn(&Call, &[u8], &Value) -> Outcome,
) -> Outcome {
    let read = |path: &Path| std::fs::read(path).map_err(|error| error.to_string());
    let expected = serde_json::from_slice(&read(expected)?).map_err(|error| error.to_string())?;
    check(&call(name).ok_or("no such operation")?, &read(file)?, &expected)
}

/// The operation that a file is named after: `autoscaling-delete-policy`, a variant after `#`.
fn call(name: &str) -> Option<Call> {
    let (service, rest) = name.split_once('-')?;
    let service = Catalog::embedded().service(service)?;
    let plain = rest.split('#').next()?.replace('-', "");
    let operation = service.operations.iter().find(|op| op.name.eq_ignore_ascii_case(&plain))?;
    let xml = [Protocol::Query, Protocol::Ec2, Protocol::RestXml];
    let protocols = &service.metadata.protocols;
    let protocol = protocols.iter().find(|protocol| xml.contains(protocol));
    Some(Call { service, operation, protocol: *protocol.unwrap_or(&Protocol::Json) })
}

fn response(status: u16, body: &[u8]) -> Response<Bytes> {
    let body = Bytes::copy_from_slice(body);
    Response::builder().status(status).body(body).expect("a response")
}

fn check_output(call: &Call, body: &[u8], expected: &Value) -> Outcome {
    let answer = call.parse_response(&response(200, body)).map_err(|error| error.to_string())?;
    let Answer::Output(found) = answer else { return Err(format!("{answer:?}")) };
    let expected = match call.output() {
        Some(shape) => document(call.service, shape, expected),
        None => Document::empty(),
    };
    match (without_empty(found), without_empty(expected)) {
        (found, expected) if found == expected => Ok(()),
        (found, expected) => Err(format!("{found:?}, expected {expected:?}")),
    }
}

fn check_error(call: &Call, body: &[u8], expected: &Value) -> Outcome {
    let answer = call.parse_response(&response(400, body)).map_err(|error| error.to_string())?;
    let Answer::Error(found) = answer else { return Err(format!("{answer:?}")) };
    let code = expected["Error"]["Code"].as_str().unwrap_or_default();
    let name = call.error_shape(code).map_or(code, |shape| shape.name);
    let message = expected["Error"]["Message"].as_str();
    if found.code == name && found.message.as_deref() == message {
        Ok(())
    } else {
        Err(format!("{found:?}, expected {name} {message:?}"))
    }
}
