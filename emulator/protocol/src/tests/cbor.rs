//! Smithy's tests of CBOR decoders: good items and bad ones.

use serde_json::Value;
use standin_model::{Document, Number};

use super::ledger::{Suite, conformance, fail_on};
use crate::codec::cbor::parse_untyped;

#[test]
fn good_items_are_read() {
    run("decode-success-tests", |case, found| {
        let expected = &case["expect"];
        match found {
            // Only timestamps are tagged in the protocol; no other tag may pass for what it holds.
            found if has_tag(expected) => {
                if found.is_err() {
                    Ok(())
                } else {
                    Err(format!("{found:?}"))
                }
            }
            Ok(found) if is_same(&found, expected) => Ok(()),
            found => Err(format!("{found:?}, expected {expected}")),
        }
    });
}

#[test]
fn bad_items_are_refused() {
    run("decode-error-tests", |_, found| match found {
        Ok(found) => Err(format!("{found:?}")),
        Err(_) => Ok(()),
    });
}

fn run(name: &str, check: fn(&Value, Result<Document, crate::ParseError>) -> Result<(), String>) {
    let Some(root) = conformance() else { return };
    let file = std::fs::read(root.join("cbor").join(format!("{name}.json"))).expect("a file");
    let cases: Vec<Value> = serde_json::from_slice(&file).expect("JSON");
    let mut suite = Suite::new(&format!("cbor {name}"), "");
    for case in &cases {
        let input = hex(case["input"].as_str().expect("hex"));
        let description = case["description"].as_str().expect("a description");
        suite.record(description, check(case, parse_untyped(&input)));
    }
    fail_on(&suite.finish(0));
}

fn hex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(byte).collect()
}

fn has_tag(expected: &Value) -> bool {
    match expected {
        Value::Object(map) => {
            let real = map.get("tag").is_some_and(|tag| tag["id"] != 1);
            real || map.values().any(has_tag)
        }
        Value::Array(items) => items.iter().any(has_tag),
        _ => false,
    }
}

fn is_same(found: &Document, expected: &Value) -> bool {
    let (kind, value) = expected.as_object().and_then(|map| map.iter().next()).expect("a value");
    match (kind.as_str(), found) {
        ("uint" | "negint", Document::Number(Number::Integer(number))) => {
            value.as_i64() == Some(*number)
        }
        ("uint" | "negint", Document::Number(Number::Text(text))) => {
            value.as_number().is_some_and(|value| value.as_str() == &**text)
        }
        ("bool", Document::Boolean(found)) => value.as_bool() == Some(*found),
        ("null" | "undefined", Document::Null) => true,
        ("string", Document::String(text)) => value.as_str() == Some(text),
        ("bytestring", Document::Blob(bytes)) => {
            let expected = value.as_array().expect("bytes").iter().map(Value::as_u64);
            expected.eq(bytes.iter().map(|&byte| Some(u64::from(byte))))
        }
        ("float32", Document::Number(Number::Float(found))) => {
            let bits = u32::try_from(value.as_u64().expect("bits")).expect("32 bits");
            found.to_bits() == f64::from(f32::from_bits(bits)).to_bits()
        }
        ("float64", Document::Number(Number::Float(found))) => {
            found.to_bits() == value.as_u64().expect("bits")
        }
        ("list", Document::List(items)) => {
            let expected = value.as_array().expect("items");
            items.len() == expected.len() && items.iter().zip(expected).all(|(a, b)| is_same(a, b))
        }
        ("map", Document::Object(fields)) => {
            let expected = value.as_object().expect("entries");
            let same = |(key, value)| fields.get(key).is_some_and(|found| is_same(found, value));
            fields.len() == expected.len()
                && expected.iter().map(|(k, v)| (k.as_str(), v)).all(same)
        }
        ("tag", Document::Timestamp(timestamp)) => {
            let seconds = &value["value"];
            seconds["uint"].as_i64() == Some(timestamp.seconds())
        }
        _ => false,
    }
}
