//! The YAML of Ruby's VCR and of Python's vcrpy.
//!
//! Scalars are written as JSON's, in quotes: each is a scalar of YAML too, of the same value.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use super::render::Rendered;

pub(super) fn write_ruby(exchanges: &[Rendered]) -> String {
    let mut text = "---\nhttp_interactions:\n".to_owned();
    for exchange in exchanges {
        let Rendered { request, response, .. } = exchange;
        let status = response.status();
        let _ = write!(
            text,
            "- request:\n    method: {}\n    uri: {}\n    body:\n{}    headers:\n{}  response:\n    status:\n      \
             code: {}\n      message: {}\n    headers:\n{}    body:\n{}    http_version: \"1.1\"\n  recorded_at: {}\n",
            request.method().as_str().to_ascii_lowercase(),
            quoted(&request.uri().to_string()),
            ruby_body(request.body()),
            headers(request.headers(), 6),
            status.as_u16(),
            quoted(status.canonical_reason().unwrap_or_default()),
            headers(response.headers(), 6),
            ruby_body(response.body()),
            quoted(&exchange.time.format(standin_model::TimestampFormat::Rfc822)),
        );
    }
    text.push_str("recorded_with: VCR 6.0.0\n");
    text
}

pub(super) fn write_python(exchanges: &[Rendered]) -> String {
    let mut text = "interactions:\n".to_owned();
    for Rendered { request, response, .. } in exchanges {
        let status = response.status();
        let _ = write!(
            text,
            "- request:\n    body: {}\n    headers:\n{}    method: {}\n    uri: {}\n  response:\n    body:\n      \
             string: {}\n    headers:\n{}    status:\n      code: {}\n      message: {}\n",
            if request.body().is_empty() { "null".to_owned() } else { bytes(request.body()) },
            headers(request.headers(), 6),
            request.method(),
            quoted(&request.uri().to_string()),
            bytes(response.body()),
            headers(response.headers(), 6),
            status.as_u16(),
            quoted(status.canonical_reason().unwrap_or_default()),
        );
    }
    text.push_str("version: 1\n");
    text
}

fn ruby_body(body: &[u8]) -> String {
    let encoding = if std::str::from_utf8(body).is_ok() { "UTF-8" } else { "ASCII-8BIT" };
    let written = bytes(body).replace("!!binary", "!binary");
    format!("      encoding: {encoding}\n      string: {written}\n")
}

fn headers(headers: &HeaderMap, indent: usize) -> String {
    if headers.is_empty() {
        return format!("{:indent$}{{}}\n", "");
    }
    let mut text = String::new();
    for name in headers.keys() {
        let _ = writeln!(text, "{:indent$}{name}:", "");
        for value in headers.get_all(name) {
            let value = String::from_utf8_lossy(value.as_bytes());
            let _ = writeln!(text, "{:indent$}- {}", "", quoted(&value));
        }
    }
    text
}

fn bytes(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => quoted(text),
        Err(_) => format!("!!binary \"{}\"", STANDARD.encode(bytes)),
    }
}

/// Text in double quotes: as JSON has it, and with what YAML calls unprintable escaped besides.
fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    for c in serde_json::Value::from(text).to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(written, "\\u{:04X}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written
}
