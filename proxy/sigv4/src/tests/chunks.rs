//! The chunk-signed uploads of S3's documentation, and framing that is broken.

use super::head;
use crate::{
    ChunkedError, Credentials, Payload, Signature, Signer, VerifyError, decode_chunked,
    resign_chunked, sign, verify, verify_chunked,
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
    let seed = sign(&mut parts, &Payload::Chunked, &published(), &signer).expect("signable");
    let signature = Signature::of(&parts).expect("parsable").expect("signed");
    assert_eq!(signature.signature, seed.signature);
    assert_eq!(verify(&parts, &published(), &signature, SECRET), Ok(()));
}

#[test]
fn payload_and_trailers_come_out_of_the_framing() {
    let decoded = decode_chunked(&published_trailer()).expect("readable");
    assert_eq!(decoded.payload, "a".repeat(66560));
    assert_eq!(decoded.trailers, [("x-amz-checksum-crc32c".into(), "sOO8/Q==".into())]);
    let unsigned = decode_chunked(b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n");
    assert_eq!(unsigned.expect("readable").payload, "hello");
}

#[test]
fn broken_framing_is_refused() {
    assert_eq!(decode_chunked(b""), Err(ChunkedError::Truncated));
    assert_eq!(decode_chunked(b"5\r\nhel"), Err(ChunkedError::Truncated));
    assert_eq!(decode_chunked(b"zz\r\n"), Err(ChunkedError::Size(0)));
    assert_eq!(decode_chunked(b"ffffffffffffffffff\r\n"), Err(ChunkedError::Size(0)));
    assert_eq!(decode_chunked(b"1\r\nab\r\n0\r\n\r\n"), Err(ChunkedError::Separator(4)));
    let credentials = Credentials::from_keys(KEY, SECRET, None);
    let signer = Signer::new(&credentials, "us-east-1", "s3", std::time::UNIX_EPOCH);
    let refused = resign_chunked(b"0\r\n\r\n", SEED, &signer).expect_err("unsigned chunk");
    assert_eq!(refused.to_string(), "a chunk lacks its signature");
}
