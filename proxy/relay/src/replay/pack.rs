//! Answers that were packed with gzip: recorded as they read, and packed again for clients that say they take it.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::response::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// A sum of the body as it is sent (the SDK for Java compares it before it unpacks).
const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

/// Marks an answer that was packed with gzip when it was recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct WasPacked;

/// Whether a recorded header says that the answer was packed. What else it may say was unpacked by nobody.
pub(super) fn is_mark(name: &str, value: &str) -> bool {
    name == "content-encoding" && value == "gzip"
}

/// The body as this client takes it.
pub(super) fn packed(head: &mut Parts, body: Bytes, asked: &HeaderMap) -> Bytes {
    if head.extensions.remove::<WasPacked>().is_none() || body.is_empty() || !takes_gzip(asked) {
        return body;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(&body).and_then(|()| encoder.finish());
    let packed = Bytes::from(packed.expect("memory takes all that is written"));
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    if head.headers.contains_key(CRC32) {
        head.headers.insert(CRC32, crc32fast::hash(&packed).into());
    }
    packed
}

/// Whether a client says that it takes gzip (RFC 9110, 12.5.3).
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter();
    let mut codings = values.filter_map(|it| it.to_str().ok()).flat_map(|it| it.split(','));
    codings.any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = quality
            .trim()
            .strip_prefix("q=")
            .is_some_and(|weight| weight.chars().all(|c| matches!(c, '0' | '.')));
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::gunzip;

    fn sent(accepted: Option<&'static str>, mark: Option<WasPacked>) -> (HeaderMap, Bytes) {
        let mut asked = HeaderMap::new();
        if let Some(accepted) = accepted {
            asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        }
        let mut head = http::Response::new(()).into_parts().0;
        head.headers.insert(CRC32, HeaderValue::from_static("1"));
        mark.map(|mark| head.extensions.insert(mark));
        let body = packed(&mut head, Bytes::from_static(b"{}"), &asked);
        (head.headers, body)
    }

    #[test]
    fn who_takes_gzip_gets_what_was_packed_packed() {
        for accepted in ["gzip", "deflate, GZIP;q=0.5", "br,gzip"] {
            let (headers, body) = sent(Some(accepted), Some(WasPacked));
            assert_eq!(headers[header::CONTENT_ENCODING], "gzip", "{accepted}");
            assert_eq!(headers[CRC32], crc32fast::hash(&body).to_string());
            assert_eq!(gunzip(&body).expect("gzip"), "{}");
        }
        let plain =
            [None, Some("identity"), Some("gzip;q=0"), Some("gzip; q=0.0"), Some("gzipped")];
        let others = plain.into_iter().map(|accepted| sent(accepted, Some(WasPacked)));
        for (headers, body) in others.chain([sent(Some("gzip"), None)]) {
            assert_eq!(body, "{}");
            assert!(!headers.contains_key(header::CONTENT_ENCODING));
        }
    }
}
