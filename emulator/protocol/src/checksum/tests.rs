//! Published values first, then requests with right and wrong checksums.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request};
use proptest::prelude::*;
use standin_model::{Catalog, Document, Fields, Protocol};

use super::{Algorithm, Checksum, ChecksumError};
use crate::Call;

fn hex(algorithm: Algorithm, bytes: &[u8]) -> String {
    let mut checksum = Checksum::new(algorithm);
    checksum.update(bytes);
    checksum.finish().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The check values of the catalogue of parametrised CRC algorithms (reveng).
#[test]
fn crcs_have_their_check_values() {
    let of = |algorithm| hex(algorithm, b"123456789");
    assert_eq!(of(Algorithm::Crc32), "cbf43926");
    assert_eq!(of(Algorithm::Crc32C), "e3069283");
    assert_eq!(of(Algorithm::Crc64Nvme), "ae8b14860a799888");
}

/// FIPS 180 and RFC 1321 have the digests of `abc`.
#[test]
fn digests_have_their_published_values() {
    let of = |algorithm| hex(algorithm, b"abc");
    assert_eq!(of(Algorithm::Md5), "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(of(Algorithm::Sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(of(Algorithm::Sha256), sha256);
    let sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                  2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
    assert_eq!(of(Algorithm::Sha512), sha512);
}

/// What xxHash's own `xxhsum` prints of nothing and of `abc`.
#[test]
fn xx_hashes_have_their_documented_values() {
    assert_eq!(hex(Algorithm::XxHash64, b""), "ef46db3751d8e999");
    assert_eq!(hex(Algorithm::XxHash64, b"abc"), "44bc2cf5ad770999");
    assert_eq!(hex(Algorithm::XxHash3, b""), "2d06800538d394c2");
    assert_eq!(hex(Algorithm::XxHash3, b"abc"), "78af5f94892f3950");
    assert_eq!(hex(Algorithm::XxHash128, b""), "99aa06d3014798d86001c324468d497f");
    assert_eq!(hex(Algorithm::XxHash128, b"abc"), "06b05ab6733a618578af5f94892f3950");
}

/// The trailer of S3's documentation of signed trailers: 65 KiB of `a`.
#[test]
fn headers_have_base64_of_the_big_end_first() {
    assert_eq!(Checksum::of(Algorithm::Crc32C, "a".repeat(65 * 1024).as_bytes()), "sOO8/Q==");
    assert_eq!(Checksum::of(Algorithm::Crc32, b"hello"), "NhCmhg==");
}

#[test]
fn names_lead_back_and_sizes_are_right() {
    for algorithm in Algorithm::ALL {
        assert_eq!(Algorithm::from_name(&algorithm.name().to_lowercase()), Some(algorithm));
        assert_eq!(Checksum::new(algorithm).finish().len(), algorithm.size());
        let header = format!("x-amz-checksum-{}", algorithm.name().to_lowercase());
        assert_eq!(algorithm.header().as_str(), header);
    }
}

/// Every algorithm that a model names is known.
#[test]
fn no_model_names_another() {
    let s3 = Catalog::embedded().service("s3").expect("a known service");
    let get = s3.operation("GetObject").expect("a known operation");
    assert_eq!(get.checksum_response_algorithms.len(), Algorithm::ALL.len());
    for name in &get.checksum_response_algorithms {
        assert!(Algorithm::from_name(name).is_some(), "{name}");
    }
}

fn s3(operation: &str) -> Call {
    let service = Catalog::embedded().service("s3").expect("a known service");
    let operation = service.operation(operation).expect("a known operation");
    Call { service, operation, protocol: Protocol::RestXml }
}

fn check(
    operation: &str,
    headers: &[(&str, &str)],
    trailers: &[(&str, &str)],
) -> Result<(), ChecksumError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(name.parse::<HeaderName>().expect("a name"), value.parse().expect("a value"));
    }
    let announced = map.get("x-amz-trailer").map(|value| value.to_str().expect("text").to_owned());
    let announced: Vec<String> = announced.into_iter().collect();
    let mut check = s3(operation).body_check(&map, &announced)?;
    check.update(b"hel");
    check.update(b"lo");
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    check.finish(&trailers.iter().map(owned).collect::<Vec<_>>())
}

#[test]
fn right_checksums_pass() {
    for algorithm in Algorithm::ALL {
        let (header, value) = (algorithm.header(), Checksum::of(algorithm, b"hello"));
        let (header, value) = (header.as_str(), value.as_str());
        assert_eq!(check("PutObject", &[(header, value)], &[]), Ok(()));
        let announced = [("x-amz-trailer", header)];
        assert_eq!(check("PutObject", &announced, &[(header, value)]), Ok(()));
    }
    let md5 = [("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")];
    assert_eq!(check("PutObject", &md5, &[]), Ok(()));
    assert_eq!(check("PutObject", &[], &[]), Ok(()));
    assert_eq!(check("GetObject", &[("x-amz-checksum-crc32", "wrong")], &[]), Ok(()));
}

/// An operation, the headers of its request, and the code and words of the error.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

/// The codes and words of S3.
#[test]
fn wrong_checksums_have_their_errors() {
    const CRC: &str = "x-amz-checksum-crc32";
    const SDK: &str = "x-amz-sdk-checksum-algorithm";
    let wrong = "AAAAAA==";
    let cases: [Case; 8] = [
        (
            "PutObject",
            &[(CRC, "AAAAAA==")],
            "BadDigest",
            "The CRC32 you specified did not match the calculated checksum.",
        ),
        (
            "PutObject",
            &[(CRC, "~")],
            "InvalidRequest",
            "Value for x-amz-checksum-crc32 header is invalid.",
        ),
        (
            "PutObject",
            &[(CRC, "AAAA")],
            "InvalidRequest",
            "Value for x-amz-checksum-crc32 header is invalid.",
        ),
        (
            "PutObject",
            &[(CRC, "NhCmhg=="), ("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00=")],
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ),
        (
            "PutObject",
            &[(SDK, "CRC32")],
            "InvalidRequest",
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
        ),
        (
            "DeleteObjects",
            &[],
            "InvalidRequest",
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
        ),
        (
            "PutObject",
            &[("content-md5", "000")],
            "InvalidDigest",
            "The Content-MD5 you specified was invalid.",
        ),
        (
            "PutObject",
            &[("x-amz-trailer", CRC)],
            "MalformedTrailerError",
            "The request contained trailing data that was not well-formed or did not conform to our published schema.",
        ),
    ];
    for (operation, headers, code, message) in cases {
        let error = check(operation, headers, &[]).expect_err(message).service_error();
        assert_eq!((error.code.as_ref(), error.message.as_deref()), (code, Some(message)));
        assert_eq!(error.status, 400);
    }
    let trailer = check("PutObject", &[("x-amz-trailer", CRC)], &[(CRC, wrong)]);
    assert_eq!(trailer, Err(ChecksumError::Mismatch(Algorithm::Crc32)));
}

#[test]
fn a_wrong_md5_is_told_with_both_digests() {
    let wrong = [("content-md5", "XrY7u+Ae7tCTyyK7j1rNww==")];
    let error = check("PutObject", &wrong, &[]).expect_err("wrong").service_error();
    let answer = s3("PutObject").serialize_error(&error, "id");
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    for part in [
        "<Code>BadDigest</Code>",
        "<ExpectedDigest>5eb63bbbe01eeed093cb22bb8f5acdc3</ExpectedDigest>",
        "<CalculatedDigest>XUFAKrxLKna5cZ2REBfFkg==</CalculatedDigest>",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

fn request(operation: &str, members: &[(&'static str, &str)]) -> Request<Bytes> {
    let mut fields = Fields::default();
    for (name, value) in members {
        fields.insert(*name, Document::from(*value));
    }
    s3(operation).serialize_request(&Document::Object(fields)).expect("a request")
}

#[test]
fn clients_add_what_the_model_requires() {
    let bucket = ("Bucket", "b");
    let header = |request: &Request<Bytes>, name: &str| {
        request.headers().get(name).map(|value| value.to_str().expect("text").to_owned())
    };
    let policy = ("Policy", "hello");
    let added = request("PutBucketPolicy", &[bucket, policy]);
    assert_eq!(header(&added, "x-amz-checksum-crc32").as_deref(), Some("NhCmhg=="));
    assert_eq!(header(&added, "x-amz-sdk-checksum-algorithm").as_deref(), Some("CRC32"));
    assert_eq!(header(&added, "content-md5"), None);
    let named = request("PutBucketPolicy", &[bucket, policy, ("ChecksumAlgorithm", "SHA1")]);
    let sha1 = "qvTGHdzF6KLavt4PO0gs2a6pQ00=";
    assert_eq!(header(&named, "x-amz-checksum-sha1").as_deref(), Some(sha1));
    assert_eq!(header(&named, "x-amz-checksum-crc32"), None);
    let own = request("PutBucketPolicy", &[bucket, policy, ("ContentMD5", "own")]);
    assert_eq!(header(&own, "x-amz-checksum-crc32"), None);
    let optional = request("PutObject", &[bucket, ("Key", "k")]);
    assert_eq!(header(&optional, "x-amz-checksum-crc32"), None);
    let asked = [bucket, ("Key", "k"), ("ChecksumAlgorithm", "CRC64NVME")];
    let asked = request("PutObject", &asked);
    assert_eq!(header(&asked, "x-amz-checksum-crc64nvme").as_deref(), Some("AAAAAAAAAAA="));
}

proptest! {
    #[test]
    fn no_cut_changes_a_checksum(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        at in any::<prop::sample::Index>(),
    ) {
        let at = at.index(bytes.len() + 1);
        for algorithm in Algorithm::ALL {
            let mut checksum = Checksum::new(algorithm);
            checksum.update(&bytes[..at]);
            checksum.update(&bytes[at..]);
            let found = crate::codec::scalar::format_blob(&checksum.finish());
            prop_assert_eq!(found, Checksum::of(algorithm, &bytes));
        }
    }
}
