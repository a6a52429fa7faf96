//! The chunk-signed uploads of S3's documentation, and framing that is broken.

use super::head;
use crate::{
    Algorithm, ChunkedError, Credentials, Framing, FramingError, Payload, Signature, Signer,
    VerifyError, decode_chunked, resign_chunked, sign, strip_framing, verify, verify_chunked,
};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SEED: &str = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
const TRAILER_SEED: &str = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
const ZERO: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn framed(signatures: [&str; 3], trailer: &str) -> Vec<u8> {
    let [first, second, last] = signatures;
    let (long, short) = ("a".repeat(65536), "a".repeat(1024));
    format!(
        "10000;chunk-signature={first}\r\n{long}\r\n400;chunk-signature={second}\r\n{short}\r\n\
         0;chunk-signature={last}\r\n{trailer}\r\n"
    )
    .into_bytes()
}

fn published() -> Vec<u8> {
    framed(
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        "",
    )
}

fn published_trailer() -> Vec<u8> {
    framed(
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:\
         d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
    )
}

fn signature(seed: &str) -> Signature {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={KEY}/20130524/us-east-1/s3/aws4_request,\
         SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
         x-amz-decoded-content-length;x-amz-storage-class,Signature={seed}"
    );
    let parts = upload(&authorization);
    Signature::of(&parts).expect("parsable").expect("signed")
}

fn upload(authorization: &str) -> http::request::Parts {
    head(
        "PUT",
        "/examplebucket/chunkObject.txt",
        &[
            ("host", "s3.amazonaws.com"),
            ("x-amz-date", "20130524T000000Z"),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "66560"),
            ("content-length", "66824"),
            ("authorization", authorization),
        ],
    )
}

#[test]
fn published_seed_and_chunks_verify() {
    let signature = signature(SEED);
    let parts = upload("");
    assert_eq!(verify(&parts, &published(), &signature, SECRET), Ok(()));
    assert_eq!(verify_chunked(&published(), &signature, SECRET), Ok(()));
}

#[test]
fn published_trailer_verifies() {
    assert_eq!(verify_chunked(&published_trailer(), &signature(TRAILER_SEED), SECRET), Ok(()));
}

#[test]
fn chunks_are_signed_to_the_published_signatures() {
    let credentials = Credentials::from_keys(KEY, SECRET, None);
    let time = signature(SEED).time().expect("a valid time");
    let signer = Signer::new(&credentials, "us-east-1", "s3", time);
    let blank = framed([ZERO; 3], "");
    assert_eq!(resign_chunked(&blank, SEED, &signer).expect("signable"), published());
    let trailer = format!("x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:{ZERO}\r\n");
    let blank = framed([ZERO; 3], &trailer);
    let body = resign_chunked(&blank, TRAILER_SEED, &signer).expect("signable");
    assert_eq!(body, published_trailer());
}

#[test]
fn a_changed_byte_in_a_chunk_fails() {
    let mut body = published();
    body[1000] ^= 1;
    assert_eq!(verify_chunked(&body, &signature(SEED), SECRET), Err(VerifyError::Mismatch));
}

#[test]
fn a_chunked_head_is_signed_and_verified() {
    let mut parts = upload("stale");
    let credentials = Credentials::from_keys(KEY, SECRET, None);
    let signer = Signer::new(&credentials, "us-east-1", "s3", std::time::UNIX_EPOCH);
    let seed = sign(&mut parts, &Payload::Chunked(Algorithm::Hmac), &published(), &signer)
        .expect("signable");
    let signature = Signature::of(&parts).expect("parsable").expect("signed");
    assert_eq!(signature.signature, seed.signature);
    assert_eq!(verify(&parts, &published(), &signature, SECRET), Ok(()));
}

#[test]
fn payload_and_trailers_come_out_of_the_framing() {
    let decoded = decode_chunked(&published_trailer(), None).expect("readable");
    assert_eq!(decoded.payload, "a".repeat(66560));
    assert_eq!(decoded.trailers, [("x-amz-checksum-crc32c".into(), "sOO8/Q==".into())]);
    let unsigned =
        decode_chunked(b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", None);
    assert_eq!(unsigned.expect("readable").payload, "hello");
}

#[test]
fn broken_framing_is_refused() {
    assert_eq!(decode_chunked(b"", None), Err(ChunkedError::Truncated));
    assert_eq!(decode_chunked(b"5\r\nhel", None), Err(ChunkedError::Truncated));
    assert_eq!(decode_chunked(b"zz\r\n", None), Err(ChunkedError::Size(0)));
    assert_eq!(decode_chunked(b"ffffffffffffffffff\r\n", None), Err(ChunkedError::Size(0)));
    assert_eq!(decode_chunked(b"1\r\nab\r\n0\r\n\r\n", None), Err(ChunkedError::Separator(4)));
    assert_eq!(decode_chunked(b"0\r\n", None), Err(ChunkedError::Truncated));
    assert_eq!(decode_chunked(b"0\r\nx-amz-a:b\r\n", None), Err(ChunkedError::Truncated));
    assert_eq!(decode_chunked(b"0\r\nno trailer\r\n\r\n", None), Err(ChunkedError::Trailer(3)));
    assert_eq!(decode_chunked(b"0\r\n\r\na:b\r\n", None), Err(ChunkedError::Trailer(5)));
    assert_eq!(decode_chunked(b"140000001\r\n", None), Err(ChunkedError::ChunkTooLarge(0)));
    let long = format!("1;x={}\r\n", "y".repeat(1024));
    assert_eq!(decode_chunked(long.as_bytes(), None), Err(ChunkedError::Line(0)));
    let many = format!("0\r\n{}\r\n", "a:b\r\n".repeat(33));
    assert_eq!(decode_chunked(many.as_bytes(), None), Err(ChunkedError::Line(3 + 32 * 5)));
    let wide = format!("0\r\na:{}\r\n\r\n", "b".repeat(16 * 1024));
    assert_eq!(decode_chunked(wide.as_bytes(), None), Err(ChunkedError::Line(3)));
    let credentials = Credentials::from_keys(KEY, SECRET, None);
    let signer = Signer::new(&credentials, "us-east-1", "s3", std::time::UNIX_EPOCH);
    let refused = resign_chunked(b"0\r\n\r\n", SEED, &signer).expect_err("unsigned chunk");
    assert_eq!(refused.to_string(), "a chunk lacks its signature");
}

#[test]
fn another_length_than_the_announced_one_is_refused() {
    let body = b"5\r\nhello\r\n0\r\n\r\n";
    assert!(decode_chunked(body, Some(5)).is_ok());
    for announced in [0, 4, 6, u64::MAX] {
        let refused = Err(ChunkedError::Length { announced });
        assert_eq!(decode_chunked(body, Some(announced)), refused);
    }
}

#[test]
fn a_trailer_signature_may_stand_after_the_empty_line() {
    let body = b"0\r\nx-amz-checksum-crc32c:sOO8/Q==\n\r\nx-amz-trailer-signature:00\r\n\r\n";
    let decoded = decode_chunked(body, Some(0)).expect("readable");
    assert_eq!(decoded.trailers, [("x-amz-checksum-crc32c".into(), "sOO8/Q==".into())]);
}

#[test]
fn the_framing_is_seen_in_the_headers_and_taken_off() {
    let parts = upload("signed");
    let framing = Framing::of(&parts.headers).expect("a number").expect("framed");
    let signed = Framing { decoded_length: Some(66560), trailers: vec![], signed: true };
    assert_eq!(framing, signed);
    let of = |headers: &[(&str, &str)]| Framing::of(&head("PUT", "/", headers).headers);
    assert_eq!(
        of(&[("content-encoding", "gzip"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]),
        Ok(None)
    );
    let trailers = [("content-encoding", "gzip,AWS-Chunked"), ("x-amz-trailer", "X-Amz-A, b")];
    let named = vec!["x-amz-a".into(), "b".into()];
    let expected = Framing { decoded_length: None, trailers: named, signed: false };
    assert_eq!(of(&trailers), Ok(Some(expected)));
    let wrong = [("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", "+5")];
    assert_eq!(of(&wrong), Err(FramingError));
    for (before, after) in
        [("gzip,aws-chunked", "gzip"), ("a, aws-chunked, b", "a, b"), ("gzip", "gzip")]
    {
        let mut headers = head("PUT", "/", &[("content-encoding", before)]).headers;
        strip_framing(&mut headers);
        assert_eq!(headers["content-encoding"], after);
    }
    let mut headers = parts.headers;
    strip_framing(&mut headers);
    let left = ["host", "x-amz-date", "x-amz-storage-class", "content-length", "authorization"];
    assert_eq!(headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>(), left);
}
