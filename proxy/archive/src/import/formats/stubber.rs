//! Calls and answers as botocore's stubber takes them.
//!
//! botocore has no file of its own for them. Read is JSON in the words of `Stubber.add_response` and
//! `Stubber.add_client_error`: a list of `{"service", "method", "service_response", "expected_params"}` or
//! `{"service", "method", "service_error_code", "service_message", "http_status_code"}`, or
//! `{"service": ..., "responses": [...]}` around those.

use super::super::entry::{Entry, Lone};
use super::super::tree::Tree;

pub(super) fn fits(tree: &Tree) -> bool {
    calls(tree).first().is_some_and(|call| {
        call.has(&["method"])
            && (call.has(&["service_response"]) || call.has(&["service_error_code"]))
    })
}

fn calls(tree: &Tree) -> &[Tree] {
    tree.get("responses").unwrap_or(tree).items()
}

pub(super) fn read(tree: &Tree) -> Vec<Entry> {
    let service = tree.get("service").and_then(Tree::text);
    let service = service.unwrap_or_default();
    let entry = |call| match lone(call, &service) {
        Ok(lone) => Entry::Answer(Box::new(lone)),
        Err(reason) => Entry::Unusable(reason),
    };
    calls(tree).iter().map(entry).collect()
}

fn lone(call: &Tree, service: &str) -> Result<Lone, String> {
    let own = call.get("service").and_then(Tree::text);
    let status = call.get("http_status_code").and_then(Tree::integer);
    let error = call.get("service_error_code").and_then(Tree::text);
    let usual = if error.is_some() { 400 } else { 200 };
    let data = match error {
        None => call.get("service_response").cloned(),
        Some(code) => {
            let message = call.get("service_message").cloned().unwrap_or(Tree::Null);
            let error = vec![("Code".into(), Tree::Text(code.into())), ("Message".into(), message)];
            Some(Tree::Map(vec![("Error".into(), Tree::Map(error))]))
        }
    };
    Ok(Lone {
        service: own.map_or_else(|| service.to_owned(), std::borrow::Cow::into_owned),
        operations: vec![call.need_text("method")?.into_owned()],
        status: status.and_then(|status| u16::try_from(status).ok()).unwrap_or(usual),
        data,
        input: call.get("expected_params").cloned(),
        ..Lone::default()
    })
}
