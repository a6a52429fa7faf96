//! Takes aws-chunked framing off a body.

use bytes::Bytes;

/// A body without its framing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unframed {
    pub(super) body: Bytes,
    /// What followed the last chunk: `x-amz-checksum-crc32` and its like.
    pub(super) trailers: Vec<(String, String)>,
}

/// Reads `SIZE[;extension]\r\n DATA \r\n ... 0\r\n [trailers]`; `None` if the framing is broken.
pub(super) fn unframe(framed: &[u8]) -> Option<Unframed> {
    let mut body = Vec::with_capacity(framed.len());
    let mut rest = framed;
    loop {
        let (head, after) = line(rest)?;
        let digits = head.split(|byte| *byte == b';').next()?;
        let size = usize::from_str_radix(std::str::from_utf8(digits).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(Unframed { body: body.into(), trailers: trailers(after)? });
        }
        body.extend_from_slice(after.get(..size)?);
        rest = after[size..].strip_prefix(b"\r\n")?;
    }
}

fn trailers(mut rest: &[u8]) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (text, after) = line(rest)?;
        rest = after;
        if text.is_empty() {
            continue;
        }
        let (name, value) = std::str::from_utf8(text).ok()?.split_once(':')?;
        let name = name.trim().to_ascii_lowercase();
        if name != "x-amz-trailer-signature" {
            all.push((name, value.trim().to_owned()));
        }
    }
    Some(all)
}

fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.windows(2).position(|pair| pair == b"\r\n")?;
    Some((&text[..end], &text[end + 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_trailers_kept() {
        let framed =
            b"5;chunk-signature=00\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n";
        let trailers = vec![("x-amz-checksum-crc32".to_owned(), "AAAA".to_owned())];
        assert_eq!(unframe(framed), Some(Unframed { body: "hello!".into(), trailers }));
        assert_eq!(unframe(b"0\r\n\r\n"), Some(Unframed { body: Bytes::new(), trailers: vec![] }));
    }

    #[test]
    fn broken_framing_is_refused() {
        for framed in
            ["", "5\r\nhell", "zz\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "ffffffffffffffff\r\nx"]
        {
            assert_eq!(unframe(framed.as_bytes()), None, "{framed}");
        }
    }
}
