//! Routing of requests that real clients send, and of one request for each operation there is.

mod matrix;
mod requests;
mod untrusted;

use std::sync::LazyLock;

use http::Request;
use http::request::Parts;
use standin_model::Catalog;

use super::Router;

static ROUTER: LazyLock<Router> = LazyLock::new(|| Router::new(Catalog::embedded()));

/// The head of a request to `METHOD URI`, signed with a signing name unless that is empty.
fn parts(line: &str, signing_name: &str, headers: &[(&str, &str)]) -> Parts {
    let (method, uri) = line.split_once(' ').expect("METHOD URI");
    let mut request = Request::builder().method(method).uri(uri);
    if !signing_name.is_empty() {
        let scope = format!("AKID/20250101/us-east-1/{signing_name}/aws4_request");
        let value = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        request = request.header("authorization", value);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("valid request").into_parts().0
}

/// `service Operation protocol`, or the error's code and status.
fn routed(parts: &Parts, body: &[u8]) -> String {
    match ROUTER.route(parts, body) {
        Ok(route) => {
            let call = route.call;
            let service = call.service.metadata.name;
            format!("{service} {} {}", call.operation.name, call.protocol.name())
        }
        Err(error) => {
            let answer = error.to_service_error();
            format!("{} {} {}", error.protocol.name(), answer.code, answer.status)
        }
    }
}
