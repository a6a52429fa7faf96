//! Published vectors as inputs: the requests, answers and bodies that others wrote.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::message;

/// An input for a target, by its name.
pub type Vector = (&'static str, Vec<u8>);

/// What is found below a folder of vectors (`../shared/conformance`); nothing where it is not there.
pub fn read(root: &Path) -> Vec<Vector> {
    let folders = ["input", "output", "legacy/input", "legacy/output"];
    let suites =
        folders.into_iter().flat_map(|name| files(&root.join("botocore-protocols").join(name)));
    let mut vectors: Vec<Vector> = suites.flat_map(|file| suite(&file)).collect();
    vectors.extend(files(&root.join("cbor")).iter().flat_map(|file| cbor(file)));
    for signed in files(&root.join("sigv4/aws4_testsuite")) {
        let authorizations = files(&signed).into_iter();
        let texts =
            authorizations.filter(|path| path.extension().is_some_and(|end| end == "authz"));
        vectors.extend(texts.filter_map(|path| fs::read(path).ok()).map(|text| {
            ("signature", [b"\0\0/\nauthorization:", text.trim_ascii(), b"\n\n"].concat())
        }));
    }
    vectors
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn json(path: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// The cases of a file of botocore's protocol tests.
fn suite(path: &Path) -> Vec<Vector> {
    let suites = json(path);
    let described = suites.as_ref().and_then(Value::as_array).into_iter().flatten();
    let mut vectors = Vec::new();
    for suite in described {
        let Some(target) = suite["metadata"]["protocol"].as_str().and_then(target) else {
            continue;
        };
        for (choice, case) in
            (0..=u8::MAX).cycle().zip(suite["cases"].as_array().into_iter().flatten())
        {
            let parts = if case["serialized"].is_object() {
                &case["serialized"]
            } else {
                &case["response"]
            };
            vectors.push((target, input(choice, parts)));
        }
    }
    vectors
}

fn target(protocol: &str) -> Option<&'static str> {
    Some(match protocol {
        "query" => "query",
        "ec2" => "ec2",
        "json" => "json",
        "rest-json" => "rest_json",
        "rest-xml" => "rest_xml",
        "smithy-rpc-v2-cbor" => "cbor",
        _ => return None,
    })
}

fn input(choice: u8, parts: &Value) -> Vec<u8> {
    let mut headers = HeaderMap::new();
    for (name, value) in parts["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        if let (Ok(name), Some(value)) = (HeaderName::try_from(name), value) {
            headers.append(name, value);
        }
    }
    let body = Bytes::copy_from_slice(parts["body"].as_str().unwrap_or_default().as_bytes());
    let kind = u8::from(parts["status_code"].is_number());
    let uri = parts["uri"].as_str().unwrap_or("/");
    message::write(&[choice, kind], uri.as_bytes(), &headers, &body)
}

/// Hexadecimal text of CBOR, valid or not.
fn cbor(path: &Path) -> Vec<Vector> {
    let cases = json(path);
    let cases = cases.as_ref().and_then(Value::as_array).into_iter().flatten();
    let bodies = cases.filter_map(|case| hex(case["input"].as_str()?));
    let inputs = bodies.map(|body| message::write(&[0, 0], b"/", &HeaderMap::new(), &body));
    inputs.map(|input| ("cbor", input)).collect()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.map(byte).collect()
}
