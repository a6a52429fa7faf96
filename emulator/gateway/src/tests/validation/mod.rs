//! Validation: Smithy's suite of it through the gateway, and the errors in the forms of all protocols.

#[path = "../../../../protocol/src/tests/smithy/cases.rs"]
mod cases;
mod forms;
#[path = "../../../../protocol/src/tests/smithy/idl.rs"]
mod idl;
#[path = "../../../../protocol/src/tests/ledger.rs"]
mod ledger;
mod model;

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use standin_core::{Document, OperationHandler, Provider};

use super::*;
use ledger::{Suite, conformance, fail_on};

const LEDGER: &str = include_str!("ledger.txt");

/// Answers every operation of a service with nothing.
struct Anything(&'static str);

impl Provider for Anything {
    fn service(&self) -> &'static str {
        self.0
    }

    fn operations(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn operation(self: Arc<Self>, _: &str) -> Option<OperationHandler> {
        Some(OperationHandler::new(|_, _| async { Ok(Document::empty().into()) }))
    }
}

#[tokio::test]
async fn smithys_cases_are_refused_in_its_words() {
    let Some(root) = conformance() else { return };
    let root = root.join("smithy");
    let file = std::fs::read(root.join("aws.protocoltests.restjson.validation.json"));
    let tests: Value = serde_json::from_slice(&file.expect("a file")).expect("JSON");
    let rig = Rig::of(model::catalog(&root.join("models")), Anything(model::SERVICE));
    let mut suite = Suite::new("validation", LEDGER);
    let listed = suite.listed();
    for case in tests["httpMalformedRequestTests"].as_array().expect("cases") {
        let mut outcome = Ok(());
        for case in cases::variants(case) {
            let request = cases::request(&case).expect("a request");
            let (status, kind, body) = answer(&rig, request).await;
            outcome = outcome.and(refused(&case, (status, &kind, &body)));
        }
        suite.record(case["id"].as_str().expect("an id"), outcome);
    }
    for case in tests["httpRequestTests"].as_array().expect("cases") {
        let request = cases::request(&serde_json::json!({"request": case})).expect("a request");
        let (status, _, body) = answer(&rig, request).await;
        let passes = if status == 200 { Ok(()) } else { Err(body.to_string()) };
        suite.record(case["id"].as_str().expect("an id"), passes);
    }
    fail_on(&suite.finish(listed));
}

async fn answer(rig: &Rig, mut request: Request<Bytes>) -> (u16, String, Value) {
    let scope = format!("123456789012/20250101/eu-west-1/{}/aws4_request", model::SERVICE);
    let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    request.headers_mut().insert("authorization", signature.parse().expect("a header"));
    let response = rig.answer(request).await;
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), header(&response, "x-amzn-errortype").to_owned(), body)
}

fn refused(case: &Value, found: (u16, &str, &Value)) -> Result<(), String> {
    let expected = &case["response"];
    let (status, kind) = (&expected["code"], &expected["headers"]["x-amzn-errortype"]);
    let contents = expected["body"]["assertion"]["contents"].as_str().expect("a body");
    // A dollar begins a parameter, two are one.
    let body: Value = serde_json::from_str(&contents.replace("$$", "$")).expect("JSON");
    if *status == found.0 && kind == found.1 && body == *found.2 {
        return Ok(());
    }
    Err(format!("{found:?}, expected {status} {kind} {body}"))
}
