//! Hosts of the upstream's inside answers, which would lead clients past us.
//!
//! They are written as ours on the way to the client, and as the upstream's on the way back. The record
//! keeps the upstream's.

mod members;
mod text;

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use http::response::Parts;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};
use standin_protocol::Call;

use crate::alias::Aliases;
use crate::intercept::{Intercepted, is_aws};
use crate::{Upstream, decode};
use members::{Names, Row};

/// Headers that hold a URL of the service itself.
const HEADERS: [HeaderName; 1] = [header::LOCATION];

/// A sum of the body that clients check.
const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

/// Our own URL, and whose URLs it stands for.
#[derive(Default)]
pub(crate) struct Hosts {
    own: OnceLock<String>,
    /// The upstream's scheme and host by service, as its answers name them.
    origins: Mutex<BTreeMap<&'static str, String>>,
    /// Further URLs of ours; a replay has none.
    pub(crate) aliases: Aliases,
}

impl Hosts {
    /// Says where we listen, once that is known.
    pub(crate) fn listen_at(&self, url: &str) {
        self.own.get_or_init(|| url.to_owned());
    }

    /// An answer's body with our hosts in place of the upstream's; its headers are changed in place.
    ///
    /// `own` is our URL as the client knows it; none if it speaks to the upstream by the upstream's name.
    pub(crate) fn to_client(
        &self,
        call: Call,
        own: Option<&str>,
        (head, body): (&mut Parts, Bytes),
    ) -> Bytes {
        let Some(own) = own else { return body };
        let rows: Vec<&Row> = members::of(call).collect();
        if rows.is_empty() {
            return body;
        }
        if members::names_itself(call.service.metadata.name) {
            self.headers_to_client(call.service.metadata.name, own, &mut head.headers);
        }
        if call.streaming_output().is_some() && head.status.is_success() {
            return body;
        }
        let is_zipped = head.headers.get(header::CONTENT_ENCODING).is_some_and(|it| it == "gzip");
        let plain = if is_zipped { decode::gunzip(&body) } else { Some(body.clone()) };
        let Some(text) = plain.as_deref().and_then(|plain| std::str::from_utf8(plain).ok()) else {
            return body;
        };
        match self.body_to_client(call, own, (&rows, text)) {
            Some(rewritten) => {
                describe(&mut head.headers, rewritten.as_bytes());
                rewritten.into()
            }
            None => body,
        }
    }

    fn headers_to_client(&self, service: &'static str, own: &str, headers: &mut HeaderMap) {
        for name in HEADERS {
            let value = headers.get(&name).and_then(|value| value.to_str().ok());
            let Some((value, origin)) = value.and_then(|value| Some((value, origin_of(value)?)))
            else {
                continue;
            };
            self.remember(service, origin);
            let ours = ours(service, own, origin);
            if let Ok(ours) = HeaderValue::from_str(&value.replacen(origin, &ours, 1)) {
                headers.insert(name, ours);
            }
        }
    }

    /// A body with all that its members name rewritten; none if nothing changes.
    fn body_to_client(
        &self,
        call: Call,
        own: &str,
        (rows, text): (&[&Row], &str),
    ) -> Option<String> {
        let service = call.service.metadata.name;
        let mut to_own = |origin: &str| {
            self.remember(service, origin);
            Some(ours(service, own, origin))
        };
        let host = |host: &str| self.stand_in(own, host);
        let of_itself = rows.iter().filter(|row| row.names == Names::Service);
        let of_itself: Vec<&str> = of_itself.map(|row| row.member).collect();
        let mut changed = text::urls(text, &of_itself, &mut to_own);
        for row in rows {
            let text = changed.as_deref().unwrap_or(text);
            let rewritten = match row.names {
                Names::Service => continue,
                Names::ServiceHost => {
                    text::hosts(text, row.member, &mut |_| Some(host_of(own).to_owned()))
                }
                Names::Server => {
                    let mut to_server = |origin: &str| Some(of_server(origin, host));
                    text::urls(text, &[row.member], &mut to_server)
                }
                Names::ServerHost => text::hosts(text, row.member, &mut |name| Some(host(name))),
            };
            changed = rewritten.or(changed);
        }
        changed
    }

    /// The host and port of ours that stand for a host of AWS's.
    fn stand_in(&self, own: &str, host: &str) -> String {
        let alias = host.parse().ok().and_then(|host: http::uri::Authority| {
            let alias = is_aws(host.host()).then(|| self.aliases.of(&host));
            alias.flatten()
        });
        alias.map_or_else(|| host_of(own).to_owned(), |address| address.to_string())
    }

    /// A request's body with the upstream's URL in place of ours; none if nothing changes.
    ///
    /// `own` is our URL as the client knows it, `default` the upstream's scheme and host where no answer
    /// named one yet.
    pub(crate) fn to_upstream(
        &self,
        call: Call,
        own: &str,
        (body, default): (&[u8], Option<&str>),
    ) -> Option<Bytes> {
        let service = call.service.metadata.name;
        if !members::names_itself(service) || call.streaming_input().is_some() {
            return None;
        }
        let members: Vec<&str> = members::of(call)
            .filter(|row| row.names == Names::Service)
            .map(|row| row.member)
            .collect();
        let origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = origins.get(service).map(String::as_str).or(default)?;
        let text = std::str::from_utf8(body).ok()?;
        let rewritten =
            text::urls(text, &members, &mut |found| (found == own).then(|| origin.to_owned()));
        rewritten.map(Bytes::from)
    }

    /// Our URL as the client of a request knows it; none if client and upstream mean the same by their URLs.
    pub(crate) fn own_for(&self, extensions: &Extensions, upstream: &Upstream) -> Option<String> {
        match (Intercepted::get(extensions), upstream) {
            (Some(it), Upstream::Aws) => it.here().map(str::to_owned),
            (Some(it), Upstream::Url(_)) => Some(it.origin()),
            (None, _) => Some(self.own().to_owned()),
        }
    }

    /// Our own URL.
    pub(crate) fn own(&self) -> &str {
        self.own.get().map(String::as_str).unwrap_or_default()
    }

    fn remember(&self, service: &'static str, origin: &str) {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        origins.entry(service).or_insert_with(|| origin.to_owned());
    }
}

/// Makes the headers that follow from a body those of a plain, changed one.
fn describe(headers: &mut HeaderMap, body: &[u8]) {
    // No gzip is what every client takes.
    headers.remove(header::CONTENT_ENCODING);
    headers.remove("content-md5");
    if headers.contains_key(CRC32) {
        headers.insert(CRC32, crc32fast::hash(body).into());
    }
}

/// A URL of a server's, where `host` gives our host for its; we speak no TLS there.
fn of_server(origin: &str, host: impl Fn(&str) -> String) -> String {
    let scheme = if origin.starts_with("ws") { "ws" } else { "http" };
    format!("{scheme}://{}", host(host_of(origin)))
}

/// What follows the scheme of an origin.
fn host_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// Our URL for an origin of theirs; a bucket in the host goes into the path.
fn ours(service: &str, own: &str, origin: &str) -> String {
    let host = host_of(origin);
    let bucket = match host.find(".s3.").or_else(|| host.find(".s3-")) {
        Some(end) if service == "s3" => &host[..end],
        _ => return own.to_owned(),
    };
    format!("{own}/{bucket}")
}

/// The scheme and host of a URL.
fn origin_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    (!host.is_empty()).then(|| &url[..url.len() - rest.len() + host.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "http://127.0.0.1:4000";

    #[test]
    fn a_bucket_in_the_host_goes_into_the_path() {
        assert_eq!(
            ours("s3", OURS, "https://b.c.s3.eu-west-1.amazonaws.com"),
            format!("{OURS}/b.c")
        );
        assert_eq!(ours("s3", OURS, "https://s3.eu-west-1.amazonaws.com"), OURS);
        assert_eq!(ours("sqs", OURS, "https://x.s3.amazonaws.com"), OURS);
    }

    fn call(service: &str, operation: &str) -> Call {
        let service = standin_model::Catalog::embedded().service(service).expect("a service");
        let operation = service.operation(operation).expect("an operation");
        Call { service, operation, protocol: service.metadata.protocols[0] }
    }

    /// What a client gets of an answer.
    fn answered(call: Call, headers: HeaderMap, (status, body): (u16, Bytes)) -> (Parts, Bytes) {
        let mut head = http::Response::new(()).into_parts().0;
        head.status = http::StatusCode::from_u16(status).expect("a status");
        head.headers = headers;
        let body = Hosts::default().to_client(call, Some(OURS), (&mut head, body));
        (head, body)
    }

    #[test]
    fn what_leads_past_us_leads_to_us() {
        let cases = [
            (
                ("timestream-query", "DescribeEndpoints"),
                r#"{"Endpoints":[{"Address":"query-cell1.timestream.eu-west-1.amazonaws.com","CachePeriodInMinutes":1440}]}"#,
                r#"{"Endpoints":[{"Address":"127.0.0.1:4000","CachePeriodInMinutes":1440}]}"#,
            ),
            (
                ("ecr", "GetAuthorizationToken"),
                r#"{"authorizationData":[{"proxyEndpoint":"https://1.dkr.ecr.eu-west-1.amazonaws.com"}]}"#,
                r#"{"authorizationData":[{"proxyEndpoint":"http://127.0.0.1:4000"}]}"#,
            ),
            (
                ("iot", "DescribeEndpoint"),
                r#"{"endpointAddress":"a-ats.iot.eu-west-1.amazonaws.com"}"#,
                r#"{"endpointAddress":"127.0.0.1:4000"}"#,
            ),
            (
                ("kinesisvideo", "GetDataEndpoint"),
                r#"{"DataEndpoint":"https://s-1.kinesisvideo.eu-west-1.amazonaws.com"}"#,
                r#"{"DataEndpoint":"http://127.0.0.1:4000"}"#,
            ),
            (
                ("kinesisvideo", "GetSignalingChannelEndpoint"),
                r#"{"ResourceEndpointList":[{"ResourceEndpoint":"wss://v-1.kinesisvideo.eu-west-1.amazonaws.com"}]}"#,
                r#"{"ResourceEndpointList":[{"ResourceEndpoint":"ws://127.0.0.1:4000"}]}"#,
            ),
            (
                ("lambda", "GetFunctionUrlConfig"),
                r#"{"FunctionUrl":"https://abc.lambda-url.eu-west-1.on.aws/"}"#,
                r#"{"FunctionUrl":"http://127.0.0.1:4000/"}"#,
            ),
            (
                ("lambda", "GetFunction"),
                r#"{"FunctionUrl":"https://abc.lambda-url.eu-west-1.on.aws/"}"#,
                r#"{"FunctionUrl":"https://abc.lambda-url.eu-west-1.on.aws/"}"#,
            ),
        ];
        for ((service, operation), body, expected) in cases {
            let (_, body) =
                answered(call(service, operation), HeaderMap::new(), (200, body.into()));
            assert_eq!(body, expected, "{service} {operation}");
        }
    }

    #[test]
    fn a_bucket_that_is_elsewhere_is_to_be_asked_for_here() {
        let body = "<Error><Code>PermanentRedirect</Code><Endpoint>b.s3.eu-central-1.amazonaws.com</Endpoint></Error>";
        let get = call("s3", "GetObject");
        let (_, redirect) = answered(get, HeaderMap::new(), (301, body.into()));
        assert_eq!(redirect, body.replace("b.s3.eu-central-1.amazonaws.com", "127.0.0.1:4000"));
        let (_, object) = answered(get, HeaderMap::new(), (200, body.into()));
        assert_eq!(object, body, "objects are nobody's to change");
    }

    #[test]
    fn answers_are_rewritten_through_gzip_and_their_sums_are_right() {
        use std::io::Write as _;
        let call = call("sqs", "GetQueueUrl");
        let gzip = |text: &str| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text.as_bytes()).expect("memory");
            Bytes::from(encoder.finish().expect("memory"))
        };
        let run = |body: Bytes| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            headers.insert(CRC32, crc32fast::hash(&body).into());
            headers.insert("content-md5", HeaderValue::from_static("of the other"));
            let (head, body) = answered(call, headers, (200, body));
            (head.headers, body)
        };
        let (headers, body) =
            run(gzip(r#"{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/1/q"}"#));
        let expected = format!(r#"{{"QueueUrl":"{OURS}/1/q"}}"#);
        assert_eq!(body, expected);
        assert!(!headers.contains_key(header::CONTENT_ENCODING));
        assert!(!headers.contains_key("content-md5"));
        assert_eq!(headers[CRC32], crc32fast::hash(expected.as_bytes()).to_string());
        for other in [gzip("{}"), Bytes::from_static(b"no gzip at all")] {
            let (headers, body) = run(other.clone());
            assert_eq!(body, other, "what holds no URL goes on as it came");
            assert_eq!(headers.len(), 3);
        }
    }
}
