//! URLs of the upstream inside answers, which would lead clients past us.
//!
//! They are written as ours on the way to the client, and as the upstream's on the way back. The record
//! keeps the upstream's.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};
use standin_protocol::Call;

use crate::intercept::Intercepted;
use crate::{Upstream, decode};

/// Members that hold a URL of the service itself, by service.
const MEMBERS: [(&str, &[&str]); 2] =
    [("s3", &["Location"]), ("sqs", &["QueueUrl", "QueueUrls", "queueUrls"])];

/// Headers that hold a URL of the service itself.
const HEADERS: [HeaderName; 1] = [header::LOCATION];

/// A sum of the body that clients check.
const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

/// Our own URL, and whose URLs it stands for.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    own: OnceLock<String>,
    /// The upstream's scheme and host by service, as its answers name them.
    origins: Mutex<BTreeMap<&'static str, String>>,
}

impl Hosts {
    /// Says where we listen, once that is known.
    pub(crate) fn listen_at(&self, url: &str) {
        self.own.get_or_init(|| url.to_owned());
    }

    /// An answer's body with our URL in place of the upstream's; its headers are changed in place.
    ///
    /// `own` is our URL as the client knows it; none if it speaks to the upstream by the upstream's name.
    pub(crate) fn to_client(
        &self,
        call: Call,
        own: Option<&str>,
        (headers, body): (&mut HeaderMap, Bytes),
    ) -> Bytes {
        let service = call.service.metadata.name;
        let Some(own) = own else { return body };
        let Some(members) = members(service) else { return body };
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
        if call.streaming_output().is_some() {
            return body;
        }
        let is_zipped = headers.get(header::CONTENT_ENCODING).is_some_and(|it| it == "gzip");
        let plain = if is_zipped { decode::gunzip(&body) } else { Some(body.clone()) };
        let Some(text) = plain.as_deref().and_then(|plain| std::str::from_utf8(plain).ok()) else {
            return body;
        };
        let rewritten = rewrite(text, members, &mut |origin| {
            self.remember(service, origin);
            Some(ours(service, own, origin))
        });
        match rewritten {
            Some(rewritten) => {
                describe(headers, rewritten.as_bytes());
                rewritten.into()
            }
            None => body,
        }
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
        let members = members(service)?;
        if call.streaming_input().is_some() {
            return None;
        }
        let origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = origins.get(service).map(String::as_str).or(default)?;
        let text = std::str::from_utf8(body).ok()?;
        let rewritten =
            rewrite(text, members, &mut |found| (found == own).then(|| origin.to_owned()));
        rewritten.map(Bytes::from)
    }

    /// Our URL as the client of a request knows it; none if client and upstream mean the same by their URLs.
    pub(crate) fn own_for(&self, extensions: &Extensions, upstream: &Upstream) -> Option<String> {
        match (Intercepted::origin(extensions), upstream) {
            (Some(_), Upstream::Aws) => None,
            (Some(origin), Upstream::Url(_)) => Some(origin),
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

fn members(service: &str) -> Option<&'static [&'static str]> {
    MEMBERS.iter().find(|(name, _)| *name == service).map(|(_, members)| *members)
}

/// Our URL for an origin of theirs; a bucket in the host goes into the path.
fn ours(service: &str, own: &str, origin: &str) -> String {
    let host = origin.split("://").nth(1).unwrap_or_default();
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

/// What stands between scheme and host, and a slash: in plain text, in JSON that escapes it, in forms.
const FORMS: [(&str, &str); 3] = [("://", "/"), (":\\/\\/", "\\/"), ("%3A%2F%2F", "%2F")];

/// Writes other origins into the URLs of some members; none if nothing changes.
fn rewrite(
    text: &str,
    members: &[&str],
    change: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<String> {
    if !members.iter().any(|member| text.contains(member)) {
        return None;
    }
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, _) in text.match_indices("http") {
        if at < copied || !begins_member(&text[..at], members) {
            continue;
        }
        let Some((origin, slash)) = read_origin(&text[at..]) else { continue };
        let plain = origin.replace(slash, "/").replace("%3A", ":");
        if let Some(other) = change(&plain) {
            result.push_str(&text[copied..at]);
            result.push_str(&written(&other, slash));
            copied = at + origin.len();
        }
    }
    if copied == 0 {
        return None;
    }
    result.push_str(&text[copied..]);
    Some(result)
}

/// Whether what stands before a URL says that it is the value of one of the members.
fn begins_member(before: &str, members: &[&str]) -> bool {
    // In a JSON list the member stands before the bracket, perhaps with other URLs between.
    let list = before.rfind('[').filter(|open| !before[*open..].contains([']', '{', '}']));
    let head = list.map_or(before, |open| &before[..open]);
    let head = head.trim_end_matches(['"', ' ', ':', '=', '>', '\n', '\t']);
    members.iter().any(|member| {
        head.strip_suffix(member)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with(['"', '<', '&', ':']))
    })
}

/// The scheme and host at the beginning of a text, with the way that slashes are written there.
fn read_origin(text: &str) -> Option<(&str, &'static str)> {
    let rest = text.strip_prefix("https").or_else(|| text.strip_prefix("http"))?;
    let (host, slash) = FORMS
        .iter()
        .find_map(|(separator, slash)| Some((rest.strip_prefix(separator)?, *slash)))?;
    let ends = [host.find(slash), host.find(['"', '<', '&', '\\', '?'])];
    let length = ends.into_iter().flatten().min().unwrap_or(host.len());
    (length > 0).then(|| (&text[..text.len() - host.len() + length], slash))
}

fn written(origin: &str, slash: &str) -> String {
    match slash {
        "%2F" => origin.replace(':', "%3A").replace('/', slash),
        "\\/" => origin.replace('/', slash),
        _ => origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUES: &[&str] = &["QueueUrl", "QueueUrls"];
    const OURS: &str = "http://127.0.0.1:4000";

    fn to_ours(text: &str) -> Option<String> {
        rewrite(text, QUEUES, &mut |_| Some(OURS.to_owned()))
    }

    #[test]
    fn urls_of_the_named_members_are_rewritten() {
        let cases = [
            (
                r#"{"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q"}"#,
                r#"{"QueueUrl": "http://127.0.0.1:4000/1/q"}"#,
            ),
            (
                r#"{"QueueUrl":"https:\/\/sqs.x.com\/1\/q"}"#,
                r#"{"QueueUrl":"http:\/\/127.0.0.1:4000\/1\/q"}"#,
            ),
            (
                r#"{"QueueUrls":["https://h/1/a", "https://h/1/b"],"x":"https://h/"}"#,
                r#"{"QueueUrls":["http://127.0.0.1:4000/1/a", "http://127.0.0.1:4000/1/b"],"x":"https://h/"}"#,
            ),
            (
                "<QueueUrl>http://h:1/1/q</QueueUrl>",
                "<QueueUrl>http://127.0.0.1:4000/1/q</QueueUrl>",
            ),
            (
                "Action=SendMessage&QueueUrl=https%3A%2F%2Fh%3A1%2F1%2Fq",
                "Action=SendMessage&QueueUrl=http%3A%2F%2F127.0.0.1%3A4000%2F1%2Fq",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(to_ours(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_text_stays() {
        for text in [
            r#"{"MessageBody":"see https://h/1/q"}"#,
            r#"{"MyQueueUrl":"https://h/1/q"}"#,
            r#"{"QueueUrl":"ftp://h"}"#,
            "<Body>http://h</Body><QueueUrl/>",
        ] {
            assert_eq!(to_ours(text), None, "{text}");
        }
    }

    #[test]
    fn a_bucket_in_the_host_goes_into_the_path() {
        assert_eq!(
            ours("s3", OURS, "https://b.c.s3.eu-west-1.amazonaws.com"),
            format!("{OURS}/b.c")
        );
        assert_eq!(ours("s3", OURS, "https://s3.eu-west-1.amazonaws.com"), OURS);
        assert_eq!(ours("sqs", OURS, "https://x.s3.amazonaws.com"), OURS);
    }

    #[test]
    fn only_our_own_urls_go_back() {
        let back = |text: &str| {
            rewrite(text, QUEUES, &mut |found| (found == OURS).then(|| "https://sqs".to_owned()))
        };
        let ours = format!(r#"{{"QueueUrl":"{OURS}/1/q"}}"#);
        assert_eq!(back(&ours).as_deref(), Some(r#"{"QueueUrl":"https://sqs/1/q"}"#));
        assert_eq!(back(r#"{"QueueUrl":"https://x/1/q"}"#), None);
    }

    #[test]
    fn answers_are_rewritten_through_gzip_and_their_sums_are_right() {
        use std::io::Write as _;
        let service = standin_model::Catalog::embedded().service("sqs").expect("there is SQS");
        let operation = service.operation("GetQueueUrl").expect("an operation");
        let call = Call { service, operation, protocol: standin_model::Protocol::Json };
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
            let body = Hosts::default().to_client(call, Some(OURS), (&mut headers, body));
            (headers, body)
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

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(QueueUrl|http|s|://|%3A%2F%2F|[\"\\[\\]{}:/=&é ]){0,20}") {
            let _ = to_ours(&text);
        }
    }
}
