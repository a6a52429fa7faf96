//! Requests that a server refuses, and with which status and error.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use standin_model::Protocol;

use super::convert;
use crate::Call;
use crate::tests::ledger::{Suite, conformance, fail_on};

const LEDGER: &str = include_str!("../ledger/smithy.txt");

type Outcome = Result<(), String>;

#[test]
fn malformed_requests_are_refused() {
    let Some(root) = conformance() else { return };
    let root = root.join("smithy");
    let file = std::fs::read(root.join("aws.protocoltests.restjson.json")).expect("a file");
    let tests: Value = serde_json::from_slice(&file).expect("JSON");
    let models = root.join("models");
    let shapes = convert::shapes(&models, "smithy-aws-protocol-tests/model/restJson1");
    let metadata = json!({"protocol": "rest-json"});
    let mut suite = Suite::new("malformed rest-json", LEDGER);
    let listed = suite.listed();
    for case in tests["httpMalformedRequestTests"].as_array().expect("cases") {
        let operation = case["shape"].as_str().and_then(|id| id.split('#').nth(1));
        let operation = operation.expect("a shape id");
        let id = case["id"].as_str().expect("an id");
        let call = convert::call(&shapes, operation, &metadata);
        let call = call.unwrap_or_else(|| panic!("{operation} is not declared"));
        suite.record(id, variants(case).iter().try_for_each(|case| refused(&call, case)));
    }
    fail_on(&suite.finish(listed));
}

/// A case with each of its parameters put in.
fn variants(case: &Value) -> Vec<Value> {
    let Some(parameters) = case["testParameters"].as_object() else { return vec![case.clone()] };
    let lists = parameters.values().filter_map(Value::as_array);
    let count = lists.map(Vec::len).max().unwrap_or(0);
    let filled = |index: usize| {
        parameters.iter().fold(case.clone(), |case, (name, values)| {
            fill(&case, name, values[index].as_str().unwrap_or_default())
        })
    };
    (0..count).map(filled).collect()
}

/// Puts a parameter in, as a literal (`$value:L`) or as quoted text (`$value:S`).
fn fill(value: &Value, name: &str, with: &str) -> Value {
    match value {
        Value::String(text) => {
            let text = text.replace(&format!("${name}:L"), with);
            Value::from(text.replace(&format!("${name}:S"), &Value::from(with).to_string()))
        }
        Value::Array(items) => items.iter().map(|item| fill(item, name, with)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), fill(value, name, with)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

fn refused(call: &Call, case: &Value) -> Outcome {
    let wire = &case["request"];
    let query = wire["queryParams"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let query = query.collect::<Vec<_>>().join("&");
    let uri = wire["uri"].as_str().unwrap_or("/");
    let uri = if query.is_empty() { uri.to_owned() } else { format!("{uri}?{query}") };
    let mut builder =
        Request::builder().method(wire["method"].as_str().unwrap_or("POST")).uri(&uri);
    for (name, value) in wire["headers"].as_object().into_iter().flatten() {
        builder = builder.header(name, value.as_str().unwrap_or_default());
    }
    let body = Bytes::from(wire["body"].as_str().unwrap_or_default().to_owned());
    let request = builder.body(body).map_err(|error| format!("{uri}: {error}"))?;
    let error = match call.parse_request(&request) {
        Ok(found) => return Err(format!("{uri} {:?} is read as {found:?}", request.body())),
        Err(error) => error.service_error(Protocol::RestJson),
    };
    let response = call.serialize_error(&error, "id");
    let expected = &case["response"];
    let code = expected["headers"]["x-amzn-errortype"].as_str().unwrap_or_default();
    if Some(u64::from(response.status().as_u16())) != expected["code"].as_u64()
        || error.code != code
    {
        return Err(format!("{error:?}, expected {expected}"));
    }
    Ok(())
}
