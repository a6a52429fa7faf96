//! Requests that a server refuses, and with which status and error.

use serde_json::{Value, json};
use standin_model::Protocol;

use super::{cases, convert};
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
        suite.record(id, cases::variants(case).iter().try_for_each(|case| refused(&call, case)));
    }
    fail_on(&suite.finish(listed));
}

fn refused(call: &Call, case: &Value) -> Outcome {
    let request = cases::request(case)?;
    let uri = request.uri();
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
