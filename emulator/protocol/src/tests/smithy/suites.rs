//! Smithy's requests and answers of every protocol, for clients and for servers.

use serde_json::{Value, json};

use super::convert;
use super::idl::Shapes;
use crate::Call;
use crate::tests::botocore::{Outcome, client_input, client_output, server_input, server_output};
use crate::tests::ledger::{Suite, conformance, fail_on};

const LEDGER: &str = include_str!("../ledger/smithy.txt");

type Check = fn(&Call, &Value) -> Outcome;

/// The file of a suite, the folder of its models, and the metadata that botocore would have.
fn suites() -> Vec<(&'static str, &'static str, Value)> {
    let json = |version: &str, prefix: &str| json!({"protocol": "json", "jsonVersion": version, "targetPrefix": prefix});
    let xml = |protocol: &str| json!({"protocol": protocol, "apiVersion": "2020-01-08", "xmlNamespace": "https://example.com/"});
    let cbor = json!({"protocol": "smithy-rpc-v2-cbor", "targetPrefix": "RpcV2Protocol"});
    vec![
        ("aws.protocoltests.ec2", "smithy-aws-protocol-tests/model/ec2Query", xml("ec2")),
        (
            "aws.protocoltests.json10",
            "smithy-aws-protocol-tests/model/awsJson1_0",
            json("1.0", "JsonRpc10"),
        ),
        (
            "aws.protocoltests.json",
            "smithy-aws-protocol-tests/model/awsJson1_1",
            json("1.1", "JsonProtocol"),
        ),
        ("aws.protocoltests.query", "smithy-aws-protocol-tests/model/awsQuery", xml("query")),
        (
            "aws.protocoltests.restjson",
            "smithy-aws-protocol-tests/model/restJson1",
            json!({"protocol": "rest-json"}),
        ),
        (
            "aws.protocoltests.restxml",
            "smithy-aws-protocol-tests/model/restXml",
            json!({"protocol": "rest-xml"}),
        ),
        ("smithy.protocoltests.rpcv2Cbor", "smithy-protocol-tests/model/rpcv2Cbor", cbor),
    ]
}

#[test]
fn requests_are_written() {
    run("client-request", "httpRequestTests", "client", client_input);
}

#[test]
fn requests_are_read() {
    run("server-request", "httpRequestTests", "server", server_input);
}

#[test]
fn answers_are_read() {
    run("client-response", "httpResponseTests", "client", client_output);
}

#[test]
fn answers_are_written() {
    run("server-response", "httpResponseTests", "server", server_output);
}

fn run(name: &str, tests: &str, side: &str, check: Check) {
    let Some(root) = conformance() else { return };
    let root = root.join("smithy");
    let mut failures = Vec::new();
    for (file, folder, metadata) in suites() {
        let text = std::fs::read(root.join(format!("{file}.json"))).expect("a file");
        let cases: Value = serde_json::from_slice(&text).expect("JSON");
        let shapes = convert::shapes(&root.join("models"), folder);
        let short = file.rsplit('.').next().unwrap_or(file);
        let mut suite = Suite::new(&format!("{name} {short}"), LEDGER);
        let listed = suite.listed();
        for case in cases[tests].as_array().into_iter().flatten() {
            if case["appliesTo"].as_str().is_none_or(|applies| applies == side) {
                let id = case["id"].as_str().expect("an id");
                suite.record(id, check_case(&shapes, &metadata, case, check));
            }
        }
        failures.extend(suite.finish(listed));
    }
    fail_on(&failures);
}

fn check_case(shapes: &Shapes, metadata: &Value, case: &Value, check: Check) -> Outcome {
    let name = case["shape"].as_str().and_then(|id| id.split('#').nth(1)).expect("a shape id");
    let mut metadata = metadata.clone();
    let target =
        case["headers"]["X-Amz-Target"].as_str().and_then(|target| target.split('.').next());
    if let Some(prefix) = target {
        metadata["targetPrefix"] = Value::from(prefix);
    }
    let queries = case["headers"]
        .as_object()
        .is_some_and(|headers| headers.keys().any(|name| name.starts_with("x-amzn-query")));
    if queries || case["file"].as_str().is_some_and(|file| file.contains("query-compatible")) {
        metadata["awsQueryCompatible"] = json!({});
    }
    let params = if case["params"].is_null() { json!({}) } else { case["params"].clone() };
    if let Some(call) = convert::call(shapes, name, &metadata) {
        return check(&call, &converted(case, &params));
    }
    let call = convert::error_call(shapes, name, &metadata).ok_or("not declared")?;
    let mut case = converted(case, &params);
    case["errorCode"] = Value::from(name);
    case["error"] = params;
    check(&call, &case)
}

/// A case in botocore's form.
fn converted(case: &Value, params: &Value) -> Value {
    let query = case["queryParams"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let query = query.collect::<Vec<_>>().join("&");
    let uri = case["uri"].as_str().unwrap_or("/");
    let uri = if query.is_empty() { uri.to_owned() } else { format!("{uri}?{query}") };
    json!({
        "base": base_path(case),
        "params": params,
        "result": params,
        "serialized": {
            "method": case["method"], "uri": uri, "headers": case["headers"], "body": case["body"],
            "forbidHeaders": case["forbidHeaders"], "host": case["resolvedHost"],
        },
        "response": {"status_code": case["code"], "headers": case["headers"], "body": case["body"]},
    })
}

/// The path of the endpoint that a case is sent to, which is not the codec's to write.
fn base_path(case: &Value) -> &str {
    let host = case["host"].as_str().unwrap_or_default();
    host.find('/').map_or("", |slash| host[slash..].trim_end_matches('/'))
}
