//! Mail addresses, and addresses on the public internet.

use std::net::Ipv4Addr;
use std::ops::Range;

/// Domains that nobody owns: RFC 2606 and RFC 6761.
const RESERVED: [&str; 8] = [
    "example.com",
    "example.org",
    "example.net",
    "example",
    "test",
    "invalid",
    "localhost",
    "local",
];

/// The mail address around an `@`, unless its domain is one for examples.
pub(super) fn mail_address(content: &[u8], at: usize) -> Option<Range<usize>> {
    let in_name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'+' | b'-');
    let in_domain = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let before = content[..at].iter().rev().take_while(in_name).count();
    let after = content[at + 1..].iter().take_while(in_domain).count();
    let domain = std::str::from_utf8(&content[at + 1..at + 1 + after]).ok()?;
    let domain = domain.trim_end_matches(['.', '-']);
    let (_, top) = domain.rsplit_once('.')?;
    let is_top = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic());
    let is_reserved = RESERVED.iter().any(|reserved| {
        let rest = domain.strip_suffix(reserved);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    let starts = before > 0 && content[at - before].is_ascii_alphanumeric();
    (starts && is_top && !is_reserved && !domain.starts_with('.'))
        .then(|| at - before..at + 1 + domain.len())
}

/// Addresses of version 4 that lead to a machine on the internet.
pub(super) fn public_addresses(content: &[u8], found: &mut dyn FnMut(Range<usize>)) {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'.';
    let mut at = 0;
    while let Some(dot) = memchr::memchr(b'.', &content[at..]) {
        let dot = at + dot;
        let start = dot - content[at..dot].iter().rev().take_while(|b| is_part(**b)).count();
        let length = content[start..].iter().take_while(|b| is_part(**b)).count();
        let token = &content[start..start + length];
        let alone = content[..start].last().is_none_or(|b| !matches!(b, b'-' | b'_' | b'/'))
            || content[..start].ends_with(b"://");
        if alone && is_public(token) {
            found(start..start + length);
        }
        at = start + length + 1;
        if at >= content.len() {
            break;
        }
    }
}

fn is_public(token: &[u8]) -> bool {
    let text = std::str::from_utf8(token).unwrap_or_default().trim_end_matches('.');
    let Ok(address) = text.parse::<Ipv4Addr>() else { return false };
    let [a, b, c, d] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_benchmark = a == 198 && (18..20).contains(&b);
    // A network's number and a version (1.2.0.0) are no machine.
    let is_network = d == 0 || (c == 0 && d == 255);
    !(a == 0
        || a >= 224
        || is_shared
        || is_benchmark
        || is_network
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation())
}
