//! AWS's own test suite: each case is verified, and signed again to the same signature.

use std::fs;
use std::path::{Path, PathBuf};

use http::HeaderName;
use http::request::Parts;

use super::head;
use super::oracle::{run, settings, signable};
use crate::{
    ContentHash, Credentials, Normalize, PathEncoding, Payload, QueryToken, Rules, Signature,
    Signer, VerifyError, verify_with,
};

pub(super) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The suite's paths are raw, and are encoded once here.
pub(super) const RULES: Rules = Rules {
    path: PathEncoding::Single,
    normalize: Normalize::Yes,
    content_hash: ContentHash::Implied,
    token: QueryToken::Signed,
};

#[test]
fn the_suite_verifies_and_signs_the_same() {
    let Some(root) = shared("conformance/sigv4/aws4_testsuite") else { return };
    let cases = cases(&root);
    for case in &cases {
        check(case);
    }
    assert_eq!(cases.len(), 34);
}

fn check(case: &Path) {
    let (mut parts, body) = read(&case.with_extension("sreq"));
    let authorization = fs::read_to_string(case.with_extension("authz")).expect("readable");
    parts.headers.insert("authorization", authorization.trim().parse().expect("a header"));
    let signature = Signature::of(&parts).expect("parsable").expect("signed");
    let name = case.display();
    let result = verify_with(RULES, (&parts, &body), &signature, SECRET);
    assert_eq!(result, Ok(()), "{name}");
    let wrong = verify_with(RULES, (&parts, &body), &signature, "wrong");
    assert_eq!(wrong, Err(VerifyError::Mismatch), "{name}");
    assert_eq!(sign_again(&mut parts, &body, &signature), signature.signature, "{name}");
}

/// Signs what the client signed, which is more than [`crate::sign`] does.
fn sign_again(parts: &mut Parts, body: &[u8], signature: &Signature) -> String {
    let signs = |name: &str| signature.signed_headers.iter().any(|signed| signed == name);
    let token =
        parts.headers.remove("x-amz-security-token").filter(|_| signs("x-amz-security-token"));
    let token = token.map(|value| value.to_str().expect("text").to_owned());
    let credentials = Credentials::from_keys(&signature.access_key_id, SECRET, token);
    let time = signature.time().expect("a valid time");
    let scope = &signature.scope;
    let signer =
        Signer { rules: RULES, ..Signer::new(&credentials, &scope.region, &scope.service, time) };
    let names: Vec<HeaderName> = parts.headers.keys().cloned().collect();
    let names: Vec<HeaderName> =
        names.into_iter().filter(|name| signs(name.as_str()) && name != "x-amz-date").collect();
    let body = signable(&Payload::Absent, body);
    run(parts, &names, body, (&signer, settings(RULES)))
}

/// Reads a raw request of the suite; a line that starts with a space continues a header.
pub(super) fn read(path: &Path) -> (Parts, Vec<u8>) {
    let text = fs::read_to_string(path).expect("readable").replace("\r\n", "\n");
    let (lines, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = lines.lines();
    let request = lines.next().expect("a request line").trim_end_matches(" HTTP/1.1");
    let (method, target) = request.split_once(' ').expect("method and target");
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        match line.split_once(':') {
            Some((name, value)) if !line.starts_with(' ') => {
                headers.push((name.into(), value.into()));
            }
            _ => {
                let last = headers.last_mut().expect("a header to continue");
                last.1 = format!("{} {}", last.1, line.trim());
            }
        }
    }
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    (head(method, &encode(target), &headers), body.as_bytes().to_vec())
}

/// Encodes what isn't unreserved, and keeps what parts the target.
fn encode(target: &str) -> String {
    target.bytes().fold(String::new(), |text, byte| match byte {
        b'-' | b'_' | b'.' | b'~' | b'/' | b'?' | b'=' | b'&' | b'%' => {
            text + &char::from(byte).to_string()
        }
        byte if byte.is_ascii_alphanumeric() => text + &char::from(byte).to_string(),
        byte => format!("{text}%{byte:02X}"),
    })
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(cases(&path));
        } else if path.extension().is_some_and(|end| end == "req") {
            found.push(path);
        }
    }
    found
}

/// Shared test data, if it is on this machine.
pub(super) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("STANDIN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = root.join(path);
    if path.exists() {
        return Some(path);
    }
    let text = format!("ignored: {} is not on this machine\n", path.display());
    std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).expect("standard error");
    None
}
