//! What a request says about the operation it wants, apart from who signed it.

use std::borrow::Cow;

use http::Method;
use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;

use super::form;

/// How a request names its operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wire<'r> {
    /// rpc-v2-cbor: `/service/SERVICE/operation/OPERATION`.
    Cbor { service: &'r str, operation: &'r str },
    /// rpc-v2-cbor by its header, but the path or another header contradicts it.
    BadCbor(&'static str),
    /// json: `X-Amz-Target: PREFIX.OPERATION`.
    Target { prefix: &'r str, operation: &'r str },
    /// json by its content type, but without a target.
    NoTarget,
    /// query and ec2: the parameters `Action` and `Version`.
    Action { action: Cow<'r, str>, version: Option<Cow<'r, str>> },
    /// A form without an action.
    NoAction,
    /// Method and path.
    Rest,
}

impl<'r> Wire<'r> {
    /// Reads the evidence; the body is looked at only if it is a form.
    pub(super) fn read(parts: &'r Parts, body: &'r [u8]) -> Self {
        let target = header(parts, "x-amz-target");
        if header(parts, "smithy-protocol") == Some("rpc-v2-cbor") {
            return cbor(parts.uri.path(), target);
        }
        if let Some(target) = target {
            let (prefix, operation) = target.rsplit_once('.').unwrap_or(("", target));
            return Self::Target { prefix, operation };
        }
        if let Some(action) = action(parts, body) {
            return action;
        }
        let at_root = parts.uri.path() == "/";
        if at_root && parts.method == Method::POST && is_json_rpc(content_type(parts)) {
            return Self::NoTarget;
        }
        Self::Rest
    }
}

/// Whether the body must be read before the request can be routed: a form may hold the action.
pub fn needs_body(parts: &Parts) -> bool {
    let rpc = ["x-amz-target", "smithy-protocol"].iter().any(|n| parts.headers.contains_key(*n));
    if parts.method != Method::POST || rpc {
        return false;
    }
    let content_type = content_type(parts);
    is_form(content_type) || (content_type.is_empty() && parts.uri.path() == "/")
}

/// The host that the client asked for: lower case, without its port.
pub(super) fn host(parts: &Parts) -> Option<Cow<'_, str>> {
    let host = match parts.headers.get(HOST) {
        Some(host) => host.to_str().ok()?,
        None => parts.uri.host()?,
    };
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    Some(if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    })
}

pub(super) fn header<'r>(parts: &'r Parts, name: &str) -> Option<&'r str> {
    parts.headers.get(name)?.to_str().ok()
}

fn content_type(parts: &Parts) -> &str {
    parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_json_rpc(content_type: &str) -> bool {
    starts_with(content_type, "application/x-amz-json")
}

fn is_form(content_type: &str) -> bool {
    starts_with(content_type, "application/x-www-form-urlencoded")
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The last four segments of the path; an endpoint may have a path of its own before them.
fn cbor<'r>(path: &'r str, target: Option<&str>) -> Wire<'r> {
    if target.is_some() {
        // A front server and this one could take it for two different operations.
        return Wire::BadCbor("X-Amz-Target is not allowed with rpc-v2-cbor");
    }
    let mut segments = path.rsplit('/');
    match (segments.next(), segments.next(), segments.next(), segments.next()) {
        (Some(operation), Some("operation"), Some(service), Some("service")) => {
            let service = service.rsplit_once('#').map_or(service, |(_, name)| name);
            let service = service.rsplit_once("%23").map_or(service, |(_, name)| name);
            Wire::Cbor { service, operation }
        }
        _ => Wire::BadCbor("the path is not /service/SERVICE/operation/OPERATION"),
    }
}

/// `Action` stands in the query string, the form, or apart from its `Version` in either.
fn action<'r>(parts: &'r Parts, body: &'r [u8]) -> Option<Wire<'r>> {
    let query = parts.uri.query().unwrap_or_default();
    let form = if needs_body(parts) { body } else { &[] };
    let find = |name| form::body_value(form, name).or_else(|| form::value(query, name));
    match find("Action") {
        Some(action) => Some(Wire::Action { action, version: find("Version") }),
        None if is_form(content_type(parts)) && parts.method == Method::POST => {
            Some(Wire::NoAction)
        }
        None => None,
    }
}
