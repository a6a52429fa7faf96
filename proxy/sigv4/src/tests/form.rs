//! Forms: AWS's published policy, however the form is cut, and conditions that are kept.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use ring::hmac;

use super::head;
use crate::{
    Credentials, Field, Form, FormDecoder, FormError, PolicyError, ScopeError, SignedForm, Signer,
    VerifyError, sign_form,
};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const BOUNDARY: &str = "9431149156168";

fn decoder(kind: &str) -> Result<Option<FormDecoder>, FormError> {
    FormDecoder::of(&head("POST", "/b", &[("content-type", kind)]).headers)
}

fn read(body: &[u8], part: usize) -> Result<Option<Form>, FormError> {
    let kind = format!("multipart/form-data; charset=x; boundary=\"{BOUNDARY}\"");
    let mut decoder = decoder(&kind).expect("a boundary").expect("a form");
    let mut parts = body.chunks(part);
    while let Some(part) = parts.next() {
        if let Some(mut form) = decoder.push(part)? {
            form.rest.extend(parts.flatten());
            return Ok(Some(form));
        }
    }
    Ok(None)
}

/// A form as clients write it.
fn written(fields: &[(&str, &str)], file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"");
        body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n").bytes());
    }
    let head = "content-disposition: form-data; filename=\"a.txt\"; name=file\r\nContent-Type: x/y";
    body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").bytes());
    body.extend(file);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    body
}

/// The example of "POST Object with SigV4" in S3's documentation, its policy as it stands there.
fn published() -> (String, Vec<(&'static str, String)>) {
    let policy = concat!(
        "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n  \"conditions\": [\r\n",
        "    {\"bucket\": \"sigv4examplebucket\"},\r\n",
        "    [\"starts-with\", \"$key\", \"user/user1/\"],\r\n    {\"acl\": \"public-read\"},\r\n",
        "    {\"success_action_redirect\": ",
        "\"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},\r\n",
        "    [\"starts-with\", \"$Content-Type\", \"image/\"],\r\n",
        "    {\"x-amz-meta-uuid\": \"14365123651274\"},\r\n",
        "    {\"x-amz-server-side-encryption\": \"AES256\"},\r\n",
        "    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],\r\n\r\n",
        "    {\"x-amz-credential\": \"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"},\r\n",
        "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},\r\n",
        "    {\"x-amz-date\": \"20151229T000000Z\" }\r\n  ]\r\n}"
    );
    let fields = vec![
        ("key", "user/user1/${filename}".to_owned()),
        ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request".to_owned()),
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("X-Amz-Date", "20151229T000000Z".to_owned()),
        ("Policy", STANDARD.encode(policy)),
        (
            "X-Amz-Signature",
            "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e".to_owned(),
        ),
    ];
    (policy.to_owned(), fields)
}

fn form(fields: &[(&'static str, String)]) -> Form {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, &**text)).collect();
    read(&written(&fields, b"data"), 7).expect("readable").expect("a form")
}

#[test]
fn the_published_form_verifies() {
    let signed = SignedForm::of(&form(&published().1)).expect("readable").expect("signed");
    assert_eq!(signed.access_key_id, "AKIAIOSFODNN7EXAMPLE");
    assert_eq!(signed.verify(SECRET), Ok(()));
    assert_eq!(signed.verify("other"), Err(VerifyError::Mismatch));
}

#[test]
fn a_form_is_signed_anew_and_keeps_its_conditions() {
    let credentials = Credentials::from_keys("AKIDREAL", "real", Some("token".into()));
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let signer = Signer::new(&credentials, "eu-west-1", "s3", time);
    let mut form = form(&published().1);
    sign_form(&mut form, &signer).expect("a policy");
    let form = read(&form.encode(), 1000).expect("readable").expect("a form");
    let names: Vec<&str> = form.fields.iter().map(|field| &*field.name).collect();
    let signing = ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-security-token"];
    assert_eq!(names, [&["key"][..], &signing[..], &["policy", "x-amz-signature"]].concat());
    assert_eq!(form.text("X-AMZ-Credential"), Some("AKIDREAL/20231114/eu-west-1/s3/aws4_request"));
    assert_eq!(form.text("x-amz-security-token"), Some("token"));
    let signed = SignedForm::of(&form).expect("readable").expect("signed");
    assert_eq!(signed.verify("real"), Ok(()));
    let policy = STANDARD.decode(form.text("policy").expect("a policy")).expect("base64");
    let policy: serde_json::Value = serde_json::from_slice(&policy).expect("JSON");
    assert_eq!(policy["expiration"], "2015-12-30T12:00:00.000Z");
    let conditions = policy["conditions"].as_array().expect("a list");
    assert_eq!(conditions.len(), 8 + 4, "{conditions:?}");
    assert_eq!(conditions[1][1], "$key");
    assert_eq!(conditions[11]["x-amz-security-token"], "token");
    assert_eq!(conditions[9]["x-amz-credential"], *form.text("x-amz-credential").expect("one"));
    assert!(form.rest.ends_with(b"\r\n\r\ndata\r\n--9431149156168--\r\n"));
}

#[test]
fn a_form_of_version_2_is_signed_by_version_4() {
    let policy = STANDARD.encode(r#"{"conditions": [["starts-with", "$X-Amz-Date", ""]]}"#);
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"dummy");
    let signature = STANDARD.encode(hmac::sign(&key, policy.as_bytes()));
    let mut form = form(&[
        ("key", "k".to_owned()),
        ("AWSAccessKeyId", "AKID".to_owned()),
        ("policy", policy),
        ("signature", signature),
    ]);
    let signed = SignedForm::of(&form).expect("readable").expect("signed");
    assert_eq!((&*signed.access_key_id, &signed.scope), ("AKID", &None));
    assert_eq!(signed.verify("dummy"), Ok(()));
    assert_eq!(signed.verify("other"), Err(VerifyError::Mismatch));
    let credentials = Credentials::from_keys("AKIDREAL", "real", None);
    let signer = Signer::new(&credentials, "eu-west-1", "s3", SystemTime::UNIX_EPOCH);
    sign_form(&mut form, &signer).expect("a policy");
    assert_eq!(form.text("AWSAccessKeyId").or(form.text("signature")), None);
    let signed = SignedForm::of(&form).expect("readable").expect("signed");
    assert_eq!(signed.verify("real"), Ok(()));
    let policy = STANDARD.decode(form.text("policy").expect("a policy")).expect("base64");
    let policy: serde_json::Value = serde_json::from_slice(&policy).expect("JSON");
    assert_eq!(policy["conditions"].as_array().map(Vec::len), Some(3));
}

#[test]
fn what_is_no_form_or_a_broken_one_is_said() {
    assert!(decoder("application/json").expect("no form").is_none());
    assert!(decoder("text/plain; boundary=x").expect("no form").is_none());
    assert_eq!(decoder("multipart/form-data; x=y").expect_err("none"), FormError::Boundary);
    assert_eq!(read(b"--94311491561680\r\n", 3), Err(FormError::Delimiter));
    assert_eq!(read(b"preamble and more of it", 3), Err(FormError::Delimiter));
    let nameless = b"--9431149156168\r\nContent-Disposition: form-data\r\n\r\nx";
    assert_eq!(read(nameless, 3), Err(FormError::Name));
    let large = written(&[("key", &"k".repeat(70_000))], b"");
    assert_eq!(read(&large, 1000), Err(FormError::TooLarge));
    let cut = written(&[("key", "k")], b"");
    assert_eq!(read(&cut[..60], 1000), Ok(None));
    let bare = form(&[("key", "k".to_owned())]);
    assert_eq!(SignedForm::of(&bare), Ok(None));
    let field = |name: &str, text: &str| Field::new(name, text);
    let with = |fields: Vec<Field>| {
        let mut form = bare.clone();
        form.fields = fields;
        form
    };
    let lacks = with(vec![field("policy", "e30=")]);
    assert_eq!(SignedForm::of(&lacks), Err(ScopeError::Missing("x-amz-algorithm")));
    let other = with(vec![field("policy", "e30="), field("x-amz-algorithm", "AWS5")]);
    assert_eq!(SignedForm::of(&other), Err(ScopeError::Algorithm("AWS5".into())));
    let credentials = Credentials::from_keys("AKIDREAL", "real", None);
    let signer = Signer::new(&credentials, "eu-west-1", "s3", SystemTime::UNIX_EPOCH);
    for policy in ["e30=", "no base64", "bm8ganNvbg==", "W10="] {
        assert_eq!(sign_form(&mut with(vec![field("policy", policy)]), &signer), Err(PolicyError));
    }
}

proptest! {
    #[test]
    fn a_form_reads_alike_however_it_is_cut(
        fields in proptest::collection::vec(("[a-z-]{1,8}", "[ -~]{0,20}"), 0..4),
        file in proptest::collection::vec(any::<u8>(), 0..60),
        part in 1_usize..100,
    ) {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (&**a, &**b)).collect();
        prop_assume!(fields.iter().all(|(name, _)| *name != "file"));
        let body = written(&fields, &file);
        let form = read(&body, part).expect("readable").expect("a form");
        prop_assert_eq!(form.encode(), body);
        let read: Vec<_> = form.fields.iter().map(|it| (&*it.name, &*it.value)).collect();
        let sent: Vec<_> = fields.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        prop_assert_eq!(read, sent);
    }

    #[test]
    fn no_bytes_panic(
        lines in "(--9431149156168|\r\n|-|name=|\"|;|Content-Disposition:|file|[ -~]){0,40}",
        policy in "[ -~]{0,60}",
        part in 1_usize..30,
    ) {
        let _ = read(lines.as_bytes(), part);
        let _ = read(&[b"--9431149156168\r\n", lines.as_bytes()].concat(), part);
        let _ = decoder(&format!("multipart/form-data;{policy}"));
        let credentials = Credentials::from_keys("AKIDREAL", "real", None);
        let signer = Signer::new(&credentials, "eu-west-1", "s3", SystemTime::UNIX_EPOCH);
        let mut form = form(&[("policy", STANDARD.encode(&policy)), ("x-amz-algorithm", policy)]);
        let _ = SignedForm::of(&form);
        let _ = sign_form(&mut form, &signer);
    }
}
