//! The messages of HTTP with which streams of REST protocols begin.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use standin_model::Answer;

use super::super::model;
use super::super::values::document;
use super::same;
use crate::eventstream::Direction;
use crate::{Call, ParseError};

/// Reads and writes the beginnings that a case has; then whether its events stand after one that is whole.
pub(super) fn check(case: &Value) -> Result<Result<(), ParseError>, String> {
    let call = call(case);
    if case["initialRequest"].is_object() {
        request(&call, case)?;
    }
    if case["initialResponse"].is_object() {
        response(&call, case)?;
    }
    let mut whole = Ok(());
    for event in case["events"].as_array().into_iter().flatten() {
        whole = match event["type"].as_str() {
            Some("request") => bare_request(&call, case)?,
            _ => bare_response(&call, case)?,
        };
    }
    Ok(whole)
}

fn request(call: &Call, case: &Value) -> Result<(), String> {
    let shape = call.service.shape_named("Input").expect("declared below");
    let params = document(call.service, shape, &case["initialRequestParams"]);
    let written = call.serialize_request(&params).map_err(|error| error.to_string())?;
    let expected = &case["initialRequest"];
    same("method", &written.method().as_str(), &text(&expected["method"]))?;
    same("path", &written.uri().path(), &text(&expected["uri"]))?;
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        same(name, &written.headers().get(name).map(http::HeaderValue::as_bytes), &bytes(value))?;
    }
    let read = call.parse_request(&written).map_err(|error| error.to_string())?;
    same("input", &read, &params)?;
    call.check_initial(Direction::Input, &read).map_err(|error| error.to_string())
}

fn response(call: &Call, case: &Value) -> Result<(), String> {
    let given = &case["initialResponse"];
    let status = given["code"].as_u64().and_then(|code| u16::try_from(code).ok());
    let mut response = Response::builder().status(status.expect("a status"));
    for (name, value) in given["headers"].as_object().into_iter().flatten() {
        response = response.header(name, text(value));
    }
    let body = Bytes::from(text(&given["body"]).to_owned());
    let response = response.body(body).expect("an answer");
    match (call.parse_response(&response), case["expectation"]["failure"].as_object()) {
        (Ok(Answer::Error(error)), Some(failure)) => {
            let code = failure.get("errorId").map_or(&*error.code, text);
            same("code", &&*error.code, &code)
        }
        (Ok(Answer::Output(output)), None) => {
            let shape = call.service.shape_named("Output").expect("declared below");
            let params = document(call.service, shape, &case["initialResponseParams"]);
            same("output", &output, &params)?;
            call.check_initial(Direction::Output, &output).map_err(|error| error.to_string())?;
            let written = call.serialize_response(&params, "id").map_err(|e| e.to_string())?;
            for (name, value) in given["headers"].as_object().into_iter().flatten() {
                let found = written.headers().get(name).map(http::HeaderValue::as_bytes);
                same(name, &found, &bytes(value))?;
            }
            Ok(())
        }
        (found, _) => Err(format!("{found:?}")),
    }
}

/// What events have before them that a case gives without a request: one that says nothing.
fn bare_request(call: &Call, case: &Value) -> Result<Result<(), ParseError>, String> {
    let request = Request::post(format!("/{}", operation(case))).body(Bytes::new());
    let read = call.parse_request(&request.expect("a request")).map_err(|e| e.to_string())?;
    Ok(call.check_initial(Direction::Input, &read))
}

fn bare_response(call: &Call, case: &Value) -> Result<Result<(), ParseError>, String> {
    let read = call.parse_response(&Response::new(Bytes::new()));
    match read.map_err(|error| error.to_string())? {
        Answer::Output(read) => Ok(call.check_initial(Direction::Output, &read)),
        Answer::Error(error) => Err(format!("{}: {error:?}", operation(case))),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn bytes(value: &Value) -> Option<&[u8]> {
    value.as_str().map(str::as_bytes)
}

fn operation(case: &Value) -> &str {
    text(&case["shape"]).rsplit('#').next().unwrap_or_default()
}

/// The operation of a case; those named after initial messages have a header that is required.
fn call(case: &Value) -> Call {
    let name = operation(case);
    let duplex = name.ends_with("InitialMessages");
    let shape = |member: &str, header: &str, has: bool| {
        let mut shape = json!({"type": "structure", "payload": "stream",
            "members": {"stream": {"shape": "Events"}}});
        if has {
            shape["required"] = json!([member]);
            shape["members"][member] =
                json!({"shape": "String", "location": "header", "locationName": header});
        }
        shape
    };
    let input = duplex || name.ends_with("InitialRequest");
    let output = duplex || name.ends_with("InitialResponse");
    let suite = json!({"metadata": {"protocol": "rest-json"}, "shapes": {
        "Input": shape("initialRequestMember", "initial-request-member", input),
        "Output": shape("initialResponseMember", "initial-response-member", output),
        "Events": {"type": "structure", "eventstream": true, "members": {"event": {"shape": "Event"}}},
        "Event": {"type": "structure", "event": true, "members": {}},
        "ServiceUnavailableError": {"type": "structure", "exception": true,
            "error": {"httpStatusCode": 503}, "members": {"message": {"shape": "String"}}},
        "String": {"type": "string"},
    }});
    let given = json!({"name": name, "input": {"shape": "Input"}, "output": {"shape": "Output"},
        "errors": [{"shape": "ServiceUnavailableError"}],
        "http": {"method": "POST", "requestUri": format!("/{name}")}});
    model::call(&suite, &given)
}
