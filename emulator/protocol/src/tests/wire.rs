//! Bodies compared by what they mean, not by their bytes.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use quick_xml::events::Event;
use serde_json::Value;

/// Whether two bodies mean the same in the format that a media type names.
pub(super) fn same_body(media_type: &str, found: &[u8], expected: &[u8]) -> Result<(), String> {
    let same = match media_type {
        _ if found == expected => true,
        text if text.contains("json") => {
            let parse = |bytes| serde_json::from_slice::<Value>(bytes).ok();
            parse(found).is_some() && same_json(parse(found).as_ref(), parse(expected).as_ref())
        }
        text if text.contains("xml") => {
            Element::parse(found).is_some() && Element::parse(found) == Element::parse(expected)
        }
        text if text.contains("urlencoded") => form(found) == form(expected),
        text if text.contains("cbor") => {
            let parse = crate::codec::cbor::parse_untyped;
            parse(found).is_ok() && parse(found) == parse(expected)
        }
        _ => false,
    };
    if same {
        Ok(())
    } else {
        Err(format!("body {:?}, expected {:?}", show(found), show(expected)))
    }
}

/// A query string or form as sorted, decoded pairs.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let decode =
        |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut pairs: Vec<(String, String)> = text
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect();
    pairs.sort();
    pairs
}

fn form(bytes: &[u8]) -> Vec<(String, String)> {
    pairs(String::from_utf8_lossy(bytes).trim())
}

fn show(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// JSON equal but for the way of writing numbers.
fn same_json(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => a.as_f64() == b.as_f64(),
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(Some(a), Some(b)))
        }
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            a.len() == b.len() && a.iter().all(|(key, a)| same_json(Some(a), b.get(key)))
        }
        (a, b) => a == b,
    }
}

/// An XML element; text counts where it has no elements beside it.
#[derive(Debug, Default, PartialEq)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut reader = quick_xml::Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => {
                    let name = start.name().as_ref().to_owned();
                    let mut element = Self { name, ..Self::default() };
                    for attribute in start.attributes() {
                        let attribute = attribute.ok()?;
                        let name = attribute.key.as_ref().to_owned();
                        element.attributes.insert(name, attribute.value.into_owned());
                    }
                    open.push(element);
                }
                Event::End(_) => {
                    let mut done = open.pop()?;
                    if !done.children.is_empty() {
                        done.text.clear();
                    }
                    open.last_mut()?.children.push(done);
                }
                Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let text = match reference.resolve_char_ref().ok()? {
                        Some(character) => character.to_string(),
                        None => quick_xml::escape::resolve_xml_entity(&reference.xml10_content())?
                            .to_owned(),
                    };
                    open.last_mut()?.text.push_str(&text);
                }
                Event::Eof => return open.pop()?.children.pop(),
                _ => {}
            }
        }
    }
}
