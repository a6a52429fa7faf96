//! A request for each operation in each protocol of each service, made from the model, routes back to it.

use std::fmt::Write as _;

use http::request::Parts;
use standin_model::{Catalog, OperationEntry, Protocol, ServiceEntry};

use super::{ROUTER, parts};
use crate::uri::{Segment, UriTemplate};

/// What nothing in a request without AWS's host names tells apart, so that another operation than the one
/// meant is found: `service operation protocol -> service operation`.
///
/// These are the losing sides of the ambiguities; the operations they go to route to themselves. Written
/// anew by running this test with `STANDIN_WRITE_AMBIGUOUS=FILE`.
const AMBIGUOUS: &str = include_str!("ambiguous.txt");

#[test]
#[expect(clippy::print_stdout, reason = "the count is what the test is for")]
fn every_operation_routes_back_to_itself() {
    let (mut count, mut wrong) = (0, String::new());
    for entry in Catalog::embedded().services() {
        for protocol in &entry.protocols {
            for operation in &entry.operations {
                count += 1;
                if let Some(found) = misrouted(entry, operation, *protocol, None) {
                    let (service, operation) = (entry.name, operation.name);
                    let _ = writeln!(wrong, "{service} {operation} {} -> {found}", protocol.name());
                }
            }
        }
    }
    println!("{count} combinations, {} of them ambiguous", wrong.lines().count());
    assert!(count > 21_000, "only {count} combinations");
    assert_same_lines(&wrong, AMBIGUOUS);
}

#[test]
#[expect(clippy::print_stdout, reason = "the count is what the test is for")]
fn hosts_decide_what_is_ambiguous() {
    let mut wrong = Vec::new();
    for line in AMBIGUOUS.lines() {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("service operation protocol");
        let entry = Catalog::embedded().entry(word()).expect("known service");
        let operation = entry.operation(word()).expect("known operation");
        let protocol = Protocol::from_name(word()).expect("known protocol");
        let host = format!("{}.us-east-1.amazonaws.com", entry.endpoint_prefix);
        if let Some(found) = misrouted(entry, operation, protocol, Some(&host)) {
            wrong.push(format!("{line} (now {found})"));
        }
    }
    println!("{} of {} stay ambiguous with a host", wrong.len(), AMBIGUOUS.lines().count());
    assert!(wrong.len() < 330, "{}\n{}", wrong.len(), wrong.join("\n"));
}

fn assert_same_lines(actual: &str, expected: &str) {
    let new: Vec<_> = actual.lines().filter(|l| !expected.lines().any(|e| e == *l)).collect();
    let gone: Vec<_> = expected.lines().filter(|l| !actual.lines().any(|a| a == *l)).collect();
    if let Some(path) = std::env::var_os("STANDIN_WRITE_AMBIGUOUS") {
        std::fs::write(path, actual).expect("written");
        return;
    }
    assert!(
        new.is_empty() && gone.is_empty(),
        "{} new:\n{}\n{} gone:\n{}",
        new.len(),
        new.join("\n"),
        gone.len(),
        gone.join("\n")
    );
}

/// Where the operation's request goes, if not to the operation.
fn misrouted(
    entry: &ServiceEntry,
    operation: &OperationEntry,
    protocol: Protocol,
    host: Option<&str>,
) -> Option<String> {
    let (parts, body) = request(entry, operation, protocol, host);
    match ROUTER.route(&parts, body.as_bytes()) {
        Ok(route) => {
            let call = route.call;
            let found = (call.service.metadata.name, call.operation.name, call.protocol);
            (found != (entry.name, operation.name, protocol))
                .then(|| format!("{} {}", found.0, found.1))
        }
        Err(error) => Some(format!("{error}")),
    }
}

fn request(
    entry: &ServiceEntry,
    operation: &OperationEntry,
    protocol: Protocol,
    host: Option<&str>,
) -> (Parts, String) {
    let name = operation.name;
    let target_prefix = entry.target_prefix.unwrap_or_default();
    let mut headers: Vec<(&str, String)> = Vec::new();
    let mut body = String::new();
    let line = match protocol {
        Protocol::Query | Protocol::Ec2 => {
            headers.push(("content-type", "application/x-www-form-urlencoded".into()));
            body = format!("Action={name}&Version={}", entry.api_version);
            "POST /".to_owned()
        }
        Protocol::Json => {
            headers.push(("x-amz-target", format!("{target_prefix}.{name}")));
            headers.push(("content-type", "application/x-amz-json-1.1".into()));
            "POST /".to_owned()
        }
        Protocol::RpcV2Cbor => {
            headers.push(("smithy-protocol", "rpc-v2-cbor".into()));
            format!("POST /service/{target_prefix}/operation/{name}")
        }
        Protocol::RestJson | Protocol::RestXml => {
            for header in &operation.required_headers {
                headers.push((header, "x".into()));
            }
            rest_line(operation)
        }
    };
    if let Some(host) = host {
        headers.push(("host", host.to_owned()));
    }
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    (parts(&line, entry.signing_name, &headers), body)
}

fn rest_line(operation: &OperationEntry) -> String {
    let template = UriTemplate::parse(operation.uri);
    let mut line = format!("{} ", operation.method);
    for segment in template.segments() {
        let _ = match segment {
            Segment::Literal(text) => write!(line, "/{text}"),
            Segment::Label(_) => write!(line, "/some-value"),
            Segment::Greedy(_) => write!(line, "/some/greedy/value"),
        };
    }
    if template.segments().is_empty() || template.has_trailing_slash() {
        line.push('/');
    }
    let literals = template.query().iter();
    let literals = literals.map(|q| format!("{}={}", q.name, q.value.unwrap_or_default()));
    let required = operation.required_query.iter().map(|name| format!("{name}=x"));
    let query: Vec<_> = literals.chain(required).collect();
    if !query.is_empty() {
        let _ = write!(line, "?{}", query.join("&"));
    }
    line
}
