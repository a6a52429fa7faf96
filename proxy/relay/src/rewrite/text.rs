//! Finding hosts in bodies: in the JSON, XML and forms that carry them, without reading all of it.

use memchr::memmem;

/// The schemes of URLs, the longer ones first.
const SCHEMES: [&str; 4] = ["https", "http", "wss", "ws"];

/// What stands between scheme and host, and a slash: in plain text, in JSON that escapes it, in forms.
const FORMS: [(&str, &str); 3] = [("://", "/"), (":\\/\\/", "\\/"), ("%3A%2F%2F", "%2F")];

/// Writes other origins into the URLs of some members; none if nothing changes.
pub(super) fn urls(
    text: &str,
    members: &[&str],
    change: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<String> {
    let is_there = |member: &&str| memmem::find(text.as_bytes(), member.as_bytes()).is_some();
    if !members.iter().any(is_there) {
        return None;
    }
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    let starts = ["http", "ws"].map(|start| memmem::find_iter(text.as_bytes(), start));
    let mut starts: Vec<usize> = starts.into_iter().flatten().collect();
    starts.sort_unstable();
    for at in starts {
        if at < copied {
            continue;
        }
        let Some((origin, slash)) = read_origin(&text[at..]) else { continue };
        if !begins_member(&text[..at], members) {
            continue;
        }
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

/// Writes other hosts into a member whose value is a host; none if nothing changes.
pub(super) fn hosts(
    text: &str,
    member: &str,
    change: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<String> {
    let mut result = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices(member) {
        let start = at + member.len();
        let Some(skipped) = value_after(&text[start..]) else { continue };
        let start = start + skipped;
        if start < copied || !begins_member(&text[..start], &[member]) {
            continue;
        }
        let length = text[start..].find(['"', '<']).unwrap_or(0);
        let host = &text[start..start + length];
        if let Some(other) = change(host).filter(|_| is_host(host)) {
            result.push_str(&text[copied..start]);
            result.push_str(&other);
            copied = start + length;
        }
    }
    (copied > 0).then(|| result + &text[copied..])
}

/// Where a value begins, after the name of a member: of JSON, or of an element.
fn value_after(rest: &str) -> Option<usize> {
    if rest.starts_with('>') {
        return Some(1);
    }
    let value = rest.strip_prefix('"')?.trim_start().strip_prefix(':')?.trim_start();
    Some(rest.len() - value.strip_prefix('"')?.len())
}

/// Whether a text is a host name with dots, and perhaps a port.
fn is_host(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
    text.contains('.') && text.chars().all(is_part)
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
    let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme))?;
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
        urls(text, QUEUES, &mut |_| Some(OURS.to_owned()))
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
    fn only_our_own_urls_go_back() {
        let back = |text: &str| {
            urls(text, QUEUES, &mut |found| (found == OURS).then(|| "https://sqs".to_owned()))
        };
        let ours = format!(r#"{{"QueueUrl":"{OURS}/1/q"}}"#);
        assert_eq!(back(&ours).as_deref(), Some(r#"{"QueueUrl":"https://sqs/1/q"}"#));
        assert_eq!(back(r#"{"QueueUrl":"https://x/1/q"}"#), None);
    }

    #[test]
    fn hosts_of_the_named_member_are_rewritten() {
        let ours = |text: &str| hosts(text, "Address", &mut |_| Some("127.0.0.1:4000".to_owned()));
        let cases = [
            (r#"{"Endpoints":[{"Address":"a.x.com","CachePeriodInMinutes":1}]}"#, "a.x.com"),
            (r#"{"Address" : "a-b.x.com:443"}"#, "a-b.x.com:443"),
            ("<E><Address>a.x.com</Address></E>", "a.x.com"),
        ];
        for (text, host) in cases {
            assert_eq!(ours(text), Some(text.replace(host, "127.0.0.1:4000")), "{text}");
        }
        for text in [
            r#"{"MyAddress":"a.x.com"}"#,
            r#"{"Address":{"S":"a.x.com"}}"#,
            r#"{"Address":"Main Street 1. left"}"#,
            r#"{"Address":"localhost"}"#,
            r#"{"Text":"Address: a.x.com"}"#,
            "<Address/>a.x.com",
        ] {
            assert_eq!(ours(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(QueueUrl|http|s|://|%3A%2F%2F|a.b|wss|[\"\\[\\]{}:/=&é ]){0,20}") {
            let _ = to_ours(&text);
            let _ = hosts(&text, "QueueUrl", &mut |_| Some("other".to_owned()));
        }
    }
}
