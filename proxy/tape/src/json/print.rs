//! Prints JSON: pretty for files, compact for text inside text.

use std::fmt::Write;

use super::Json;

/// Pretty text with a final newline. One value in brackets, and forms, stay on their line.
pub(crate) fn pretty(value: &Json) -> String {
    let mut text = String::new();
    put(&mut text, value, 0);
    text.push('\n');
    text
}

/// Text without any space.
pub(crate) fn compact(value: &Json) -> String {
    let mut text = String::new();
    put_compact(&mut text, value);
    text
}

fn put(out: &mut String, value: &Json, depth: usize) {
    match value {
        Json::Array(items) if items.is_empty() => out.push_str("[]"),
        Json::Object(fields) if fields.is_empty() => out.push_str("{}"),
        Json::Array(items) if items.len() == 1 && items[0].is_scalar() => {
            out.push('[');
            put(out, &items[0], depth);
            out.push(']');
        }
        Json::Object(fields) if is_one_line(fields) => put_line(out, fields),
        Json::Array(items) => put_array(out, items, depth),
        Json::Object(fields) => put_object(out, fields, depth),
        scalar => put_compact(out, scalar),
    }
}

fn is_one_line(fields: &[(String, Json)]) -> bool {
    let is_form = fields[0].0.starts_with('$') && !fields[0].0.starts_with("$$");
    (is_form || fields.len() == 1) && fields.iter().all(|(_, value)| value.is_scalar())
}

fn put_line(out: &mut String, fields: &[(String, Json)]) {
    out.push_str("{ ");
    for (index, (key, value)) in fields.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        put_string(out, key);
        out.push_str(": ");
        put_compact(out, value);
    }
    out.push_str(" }");
}

fn put_array(out: &mut String, items: &[Json], depth: usize) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        new_line(out, index, depth + 1);
        put(out, item, depth + 1);
    }
    new_line(out, 0, depth);
    out.push(']');
}

fn put_object(out: &mut String, fields: &[(String, Json)], depth: usize) {
    out.push('{');
    for (index, (key, value)) in fields.iter().enumerate() {
        new_line(out, index, depth + 1);
        put_string(out, key);
        out.push_str(": ");
        put(out, value, depth + 1);
    }
    new_line(out, 0, depth);
    out.push('}');
}

fn new_line(out: &mut String, index: usize, depth: usize) {
    out.push_str(if index == 0 { "\n" } else { ",\n" });
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn put_compact(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Boolean(true) => out.push_str("true"),
        Json::Boolean(false) => out.push_str("false"),
        Json::Number(text) => out.push_str(text),
        Json::String(text) => put_string(out, text),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                put_compact(out, item);
            }
            out.push(']');
        }
        Json::Object(fields) => {
            out.push('{');
            for (index, (key, value)) in fields.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                put_string(out, key);
                out.push(':');
                put_compact(out, value);
            }
            out.push('}');
        }
    }
}

fn put_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // Invisible and line-like characters would spoil reviews and line-based tools.
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                write!(out, "\\u{:04x}", u32::from(character)).expect("a String takes all text");
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
