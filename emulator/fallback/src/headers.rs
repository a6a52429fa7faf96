//! The headers of a forwarded request and its answer: what stays on its connection, and what a backend must be told.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, request::Parts};
use standin_core::Context;
use standin_model::{Protocol, Service};

/// Headers of one connection, not of the message.
const HOP_BY_HOP: &[HeaderName] = &[
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Takes out what concerns a connection only, and what only we may say to a backend.
pub(crate) fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(HOP_BY_HOP) {
        headers.remove(name);
    }
    headers.remove("keep-alive");
    let ours: Vec<HeaderName> = headers.keys().filter(|name| is_ours(name)).cloned().collect();
    for name in ours {
        headers.remove(name);
    }
}

fn is_ours(name: &HeaderName) -> bool {
    name.as_str().starts_with("x-standin-") || name.as_str().starts_with("x-moto-")
}

/// Makes a client's request one for a backend.
///
/// `Host` stays as the client wrote it: buckets stand in it, and URLs in answers are made from it.
pub(crate) fn prepare(parts: &mut Parts, context: &Context, service: Option<&'static Service>) {
    strip(&mut parts.headers);
    // The answer to an expectation has been given by whoever reads the body.
    parts.headers.remove(header::EXPECT);
    if !parts.headers.contains_key(header::HOST) {
        let host = parts.uri.authority().map_or_else(|| host_of(&context.endpoint), |a| a.as_str());
        insert(&mut parts.headers, "host", host);
    }
    let headers = &mut parts.headers;
    insert(headers, "x-moto-account-id", context.account.as_str());
    insert(headers, "x-standin-region", context.region.as_str());
    insert(headers, "x-standin-service", context.service);
    insert(headers, "x-standin-operation", context.operation);
    insert(headers, "x-standin-time", &time(context));
    if let Some(service) = service {
        insert(headers, "x-standin-signing-name", service.metadata.signing_name);
        insert(headers, "x-standin-content-type", content_type(context.protocol, service));
    }
    if let Some(session) = &context.caller.session {
        insert(headers, "x-standin-world", session);
    }
}

/// The content type of a protocol's answers, for a backend that names none.
fn content_type(protocol: Protocol, service: &Service) -> &'static str {
    match protocol {
        Protocol::Query => "text/xml",
        Protocol::Ec2 => "text/xml;charset=UTF-8",
        Protocol::Json if service.metadata.json_version == Some("1.0") => {
            "application/x-amz-json-1.0"
        }
        Protocol::Json => "application/x-amz-json-1.1",
        Protocol::RestJson => "application/json",
        Protocol::RestXml => "application/xml",
        Protocol::RpcV2Cbor => "application/cbor",
    }
}

/// Takes out the name of moto's web framework, which stands beside AWS's own.
pub(crate) fn strip_framework(headers: &mut HeaderMap) {
    let named = headers
        .get_all(header::SERVER)
        .iter()
        .filter(|name| !name.as_bytes().starts_with(b"Werkzeug"));
    let kept: Vec<HeaderValue> = named.cloned().collect();
    headers.remove(header::SERVER);
    for name in kept {
        headers.append(header::SERVER, name);
    }
}

/// Says who answered.
pub(crate) fn add_evidence(headers: &mut HeaderMap, backend: &str) {
    insert(headers, "x-standin-evidence", &format!("fallback:{backend}"));
}

/// Labels an answer as AWS does: moto calls the JSON protocol's plain JSON, and labels bodies that aren't there.
pub(crate) fn label<B>(
    response: &mut Response<B>,
    context: &Context,
    service: Option<&'static Service>,
) {
    if response.status() == StatusCode::NO_CONTENT {
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    let headers = response.headers_mut();
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_plain = found.is_some_and(|value| value.starts_with("application/json"));
    if let (Protocol::Json, true, Some(service)) = (context.protocol, is_plain, service) {
        insert(headers, "content-type", content_type(context.protocol, service));
    }
}

/// The host of an endpoint's URL.
pub(crate) fn host_of(endpoint: &str) -> &str {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// A signature that names account, region and service, for backends that look at no more of it.
pub(crate) fn authorization(context: &Context, service: &Service) -> HeaderValue {
    let key = context.caller.access_key_id.as_deref().unwrap_or(context.account.as_str());
    let day = context.now().format(standin_model::TimestampFormat::Iso8601);
    let day: String = day.chars().take(10).filter(char::is_ascii_digit).collect();
    let (region, name) = (&context.region, service.metadata.signing_name);
    let text = format!(
        "AWS4-HMAC-SHA256 Credential={key}/{day}/{region}/{name}/aws4_request, SignedHeaders=host, Signature={:064}",
        0
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("AWS4-HMAC-SHA256"))
}

fn time(context: &Context) -> String {
    let now = context.now();
    format!("{}.{:09}", now.seconds(), now.nanos())
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_the_connection_or_ours_is_taken_out() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Private"),
            ("x-private", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("x-moto-account-id", "forged"),
            ("x-standin-failure", "forged"),
            ("x-amz-meta-a", "kept"),
            ("content-length", "5"),
        ] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        strip(&mut headers);
        let left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["x-amz-meta-a", "content-length"]);
    }

    #[test]
    fn a_framework_is_no_server_of_aws() {
        let mut headers = HeaderMap::new();
        for name in ["amazon.com", "Werkzeug/3.1.3 Python/3.11"] {
            headers.append(header::SERVER, HeaderValue::from_static(name));
        }
        strip_framework(&mut headers);
        assert_eq!(headers.get_all(header::SERVER).iter().collect::<Vec<_>>(), ["amazon.com"]);
    }

    #[test]
    fn the_host_is_what_stands_between_scheme_and_path() {
        assert_eq!(host_of("http://localhost:4566"), "localhost:4566");
        assert_eq!(host_of("https://s3.localhost/x"), "s3.localhost");
        assert_eq!(host_of("localhost"), "localhost");
    }
}
