//! Chunk-signed bodies in flight: however they are cut, what goes on is what AWS's own crate signs; nothing that was
//! tampered with goes on whole.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::oracle::resign_chunked;
use crate::{Chain, ChunkedError, Credentials, ResignError, Resigner, Scope, Signer, SigningKey};

const SEED: &str = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
const OTHER: &str = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
const TRAILER: &str = "x-amz-checksum-crc32c:sOO8/Q==\r\n";
const STAMP: &str = "20130524T000000Z";

fn scope() -> Scope {
    Scope::parse("20130524/us-east-1/s3/aws4_request").expect("a scope")
}

fn chain(secret: &str, seed: &str) -> Chain {
    Chain::new(SigningKey::derive(("AKID", secret), &scope()), STAMP.into(), scope(), seed.into())
}

/// A body as the crate signs it.
fn signed(chunks: &[Vec<u8>], trailer: &str, (secret, seed): (&str, &str)) -> Vec<u8> {
    let zero = "0".repeat(64);
    let mut body = Vec::new();
    for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()).chain([&Vec::new()]) {
        body.extend(format!("{:x};chunk-signature={zero}\r\n", chunk.len()).bytes());
        body.extend(chunk);
        body.extend(if chunk.is_empty() { &b""[..] } else { b"\r\n" });
    }
    if !trailer.is_empty() {
        body.extend(trailer.bytes());
        body.extend(format!("x-amz-trailer-signature:{zero}\r\n").bytes());
    }
    body.extend(b"\r\n");
    let credentials = Credentials::from_keys("AKID", secret, None);
    let time = SystemTime::UNIX_EPOCH + Duration::from_hours(380_376);
    let signer = Signer::new(&credentials, "us-east-1", "s3", time);
    resign_chunked(&body, seed, &signer)
}

/// What goes on of a body that comes in parts of some length, and its payload.
fn resigned(body: &[u8], part: usize) -> Result<(Vec<u8>, Vec<u8>), ResignError> {
    let mut resigner = Resigner::new(None, chain("client", SEED), chain("upstream", OTHER));
    let (mut out, mut payload) = (Vec::new(), Vec::new());
    for part in body.chunks(part) {
        out.extend(resigner.push(part, &mut payload)?);
    }
    out.extend(resigner.finish()?);
    Ok((out, payload))
}

proptest! {
    #[test]
    fn what_goes_on_is_what_the_crate_signs(
        chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..90), 0..5),
        trailer in prop_oneof![Just(""), Just(TRAILER)],
        part in 1_usize..200,
    ) {
        let body = signed(&chunks, trailer, ("client", SEED));
        let (out, payload) = resigned(&body, part).expect("the chunks hold");
        prop_assert_eq!(out, signed(&chunks, trailer, ("upstream", OTHER)));
        prop_assert_eq!(payload, chunks.concat());
    }

    #[test]
    fn no_changed_byte_goes_on_whole(
        chunk in proptest::collection::vec(any::<u8>(), 1..90),
        at in any::<prop::sample::Index>(),
        part in 1_usize..200,
    ) {
        let mut body = signed(&[chunk], TRAILER, ("client", SEED));
        // All but line breaks, which no signature covers.
        let at = at.index(body.len());
        prop_assume!(!b"\r\n".contains(&body[at]));
        body[at] ^= 1;
        let out = resigned(&body, part);
        prop_assert!(out.is_err(), "{out:?}");
    }

    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200), part in 1_usize..50) {
        let _ = resigned(&body, part);
    }
}

#[test]
fn what_does_not_hold_is_said() {
    let other = signed(&[b"hello".to_vec()], TRAILER, ("stranger", SEED));
    assert_eq!(resigned(&other, 1000), Err(ResignError::Chunk(18)));
    let unsigned = b"5\r\nhello\r\n0\r\n\r\n";
    assert_eq!(resigned(unsigned, 1000), Err(ChunkedError::Unsigned.into()));
    let huge = format!("{:x};chunk-signature={}\r\n", 17 << 20, "0".repeat(64));
    assert_eq!(resigned(huge.as_bytes(), 9), Err(ChunkedError::ChunkTooLarge(0).into()));
    let body = signed(&[b"hello".to_vec()], TRAILER, ("client", SEED));
    let cut = body.len() - "x-amz-trailer-signature:\r\n\r\n".len() - 64;
    let unsigned = [&body[..cut], b"\r\n"].concat();
    assert_eq!(resigned(&unsigned, 1000), Err(ResignError::Trailers));
}
