//! Secrets are found in whatever form, and nothing else is.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::{Allowances, SecretKind, Sweep};
use crate::{hex, json};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzz\"9<&";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).expect("memory takes all");
    packer.finish().expect("memory takes all")
}

#[test]
fn a_live_secret_is_found_in_every_encoding() {
    let sweep = Sweep::with_secrets([SECRET]);
    let json = |text: &str| json::compact(&json::Json::from(text));
    let forms = [
        SECRET.to_owned(),
        json(SECRET),
        json(&json(SECRET)),
        "wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYzz%229%3C%26".to_owned(),
        "wJalrXUtnFEMI%252FK7MDENG%252BbPxRfiCYzz%25229%253C%2526".to_owned(),
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzz&quot;9&lt;&amp;".to_owned(),
        hex::lower(SECRET.as_bytes()),
        hex::lower(SECRET.as_bytes()).to_uppercase(),
        SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        SECRET.bytes().map(|byte| format!("\\u{byte:04x}")).collect(),
        json(&SECRET.bytes().map(|byte| format!("\\u{byte:04X}")).collect::<String>()),
        SECRET.bytes().map(|byte| format!("&#{byte};")).collect(),
        SECRET.bytes().map(|byte| format!("&#x{byte:X};")).collect(),
    ];
    for form in forms {
        let error = sweep.check_text(&format!("first\nand {form} there")).expect_err(&form);
        assert_eq!((error.kind, &*error.place), (SecretKind::Live, "line 2"), "{form}");
        assert!(!error.to_string().contains(SECRET));
    }
}

proptest! {
    #[test]
    fn base64_hides_nothing(before in "[ -~]{0,7}", after in "[ -~]{0,7}") {
        let sweep = Sweep::with_secrets([SECRET]);
        let inside = format!("{before}{SECRET}{after}");
        prop_assert!(sweep.check_text(&STANDARD.encode(&inside)).is_err());
        prop_assert!(sweep.check_bytes(&gzip(inside.as_bytes()), "blob").is_err());
    }

    #[test]
    fn any_bytes_are_searched(content in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Sweep::patterns().check_bytes(&content, "blob");
    }
}

#[test]
fn what_looks_like_a_secret_is_found() {
    let cases = [
        ("id AKIAIOSFODNN7ABCDEFG.", SecretKind::AccessKeyId),
        ("ASIAIOSFODNN7ABCDEFG", SecretKind::AccessKeyId),
        ("-----BEGIN RSA PRIVATE KEY-----\n", SecretKind::PrivateKey),
        ("-----BEGIN PRIVATE KEY-----\n", SecretKind::PrivateKey),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", SecretKind::WebToken),
        ("aws_secret_access_key = abcdefghij0123456789ABCDEFGHIJ0123456789", SecretKind::SecretKey),
        (
            "\"SecretAccessKey\": \"abcdefghij0123456789ABCDEFGHIJ012345/+89\"",
            SecretKind::SecretKey,
        ),
    ];
    for (text, kind) in cases {
        assert_eq!(Sweep::patterns().check_text(text).expect_err(text).kind, kind);
    }
    let cases = [
        (format!("FwoGZXIvYXdz{}", "aB3/".repeat(30)), SecretKind::SessionToken),
        ("of ann@corp.de.".to_owned(), SecretKind::MailAddress),
        ("from 18.185.12.7:443".to_owned(), SecretKind::PublicAddress),
        ("key: Zq8vN2mXr5LtK0pHs7WdYc3GfBa9JeUi4oT6nRxM".to_owned(), SecretKind::RandomToken),
    ];
    for (text, kind) in cases {
        assert_eq!(Sweep::patterns().check_text(&text).expect_err(&text).kind, kind);
        let credentials = Sweep::credentials().check_text(&text);
        assert_eq!(credentials.is_err(), kind == SecretKind::SessionToken);
    }
    let url = format!("https://b.s3.amazonaws.com/k?X-Amz-Signature={}", "0a".repeat(32));
    assert_eq!(Sweep::patterns().check_text(&url).expect_err("signed").kind, SecretKind::SignedUrl);
}

#[test]
fn what_only_resembles_a_secret_passes() {
    for text in [
        "AKIAIOSFODNN7EXAMPLE",
        "XAKIAIOSFODNN7ABCDEFG",
        "AKIAIOSFODNN7ABCDEFGH",
        "-----BEGIN CERTIFICATE-----",
        "eyJhbGciOiJIUzI1NiJ9",
        "ann@example.com, bob@mail.example.org, @home, a@b, git@host",
        "10.1.2.3 127.0.0.1 192.168.7.9 203.0.113.9 1.2.3.0 1.2.3.4.5 256.1.1.1 v1.2.3.4 n-1.2.3.4",
        "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        "ThisNameHasExactlyFortyLettersAndDigits42",
        "SecretAccessKey is wJalrXUtnFEMI",
        "secretAccessKey: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ] {
        assert_eq!(Sweep::patterns().check_text(text), Ok(()), "{text}");
    }
}

#[test]
fn a_reviewed_value_passes() {
    let list = "[{\"value\": \"AKIAIOSFODNN7ABCDEFG\", \"reason\": \"made up\"}]";
    let sweep = Sweep::patterns().allowing(Allowances::parse(list).expect("a list"));
    assert_eq!(sweep.check_text("AKIAIOSFODNN7ABCDEFG"), Ok(()));
    assert!(sweep.check_text("AKIAIOSFODNN7ABCDEFG AKIAIOSFODNN7ABCDEFH").is_err());
}

#[test]
fn a_short_secret_is_not_looked_for() {
    assert_eq!(Sweep::with_secrets(["test"]).check_text("a test"), Ok(()));
}
