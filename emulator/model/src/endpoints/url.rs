//! URLs as endpoint rules see them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Value;

/// The parts of an http or https URL without a query, or nothing where the text is not one.
pub(super) fn parse(text: &str) -> Option<Value> {
    let (scheme, rest) = text.split_once("://")?;
    if !matches!(scheme, "http" | "https") || rest.contains(['?', '#']) {
        return None;
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host(authority)?;
    let normalized = if path.ends_with('/') { path.to_owned() } else { format!("{path}/") };
    let v6 = |host: &str| {
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')?.parse::<Ipv6Addr>().ok())
    };
    Some(Value::Object(vec![
        ("scheme".into(), scheme.into()),
        ("authority".into(), authority.into()),
        ("path".into(), path.into()),
        ("normalizedPath".into(), normalized.into()),
        ("isIp".into(), (is_ipv4(host) || v6(host).is_some()).into()),
    ]))
}

/// Percent-encodes all but RFC 3986's unreserved characters.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

pub(super) fn is_ipv4(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok()
}

/// The host of an authority; nothing where there is none, or the port is no number.
fn host(authority: &str) -> Option<&str> {
    let end = authority.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = authority[end..].find(':') else {
        return Some(authority).filter(|host| !host.is_empty());
    };
    let (host, port) = (&authority[..end + colon], &authority[end + colon + 1..]);
    (!host.is_empty() && port.parse::<u16>().is_ok()).then_some(host)
}
