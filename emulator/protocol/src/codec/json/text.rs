//! JSON text itself, without shapes.

use standin_model::{Document, Fields, Number, Timestamp, TimestampFormat};

use crate::codec::scalar;

/// JSON text that grows at its end; commas put themselves.
#[derive(Default)]
pub(crate) struct Text {
    pub(super) out: Vec<u8>,
}

impl Text {
    /// Text with room for a usual body.
    pub(crate) fn new() -> Self {
        Self { out: Vec::with_capacity(256) }
    }

    /// What has been written.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Opens an object.
    pub(crate) fn begin(&mut self) {
        self.out.push(b'{');
    }

    /// Closes an object.
    pub(crate) fn end(&mut self) {
        self.out.push(b'}');
    }

    /// Writes a field of text into the open object.
    pub(crate) fn text_field(&mut self, key: &str, value: &str) {
        self.key(key);
        self.string(value);
    }

    /// Writes fields without a model into the open object.
    pub(crate) fn untyped_fields(&mut self, fields: &Fields) {
        for (key, value) in fields.iter() {
            self.key(key);
            self.untyped(value);
        }
    }

    /// Writes a value of document type.
    pub(crate) fn untyped(&mut self, value: &Document) {
        match value {
            Document::Null => self.literal("null"),
            Document::Boolean(value) => self.literal(if *value { "true" } else { "false" }),
            Document::Number(number) => self.number(number),
            Document::String(text) => self.string(text),
            Document::Blob(bytes) => self.blob(bytes),
            Document::Timestamp(timestamp) => {
                self.timestamp(*timestamp, TimestampFormat::UnixTimestamp);
            }
            Document::List(items) => self.untyped_list(items),
            Document::Object(fields) => {
                self.out.push(b'{');
                for (key, value) in fields.iter() {
                    self.key(key);
                    self.untyped(value);
                }
                self.out.push(b'}');
            }
        }
    }

    fn untyped_list(&mut self, items: &[Document]) {
        self.out.push(b'[');
        for item in items {
            self.separate();
            self.untyped(item);
        }
        self.out.push(b']');
    }

    /// Writes one of JSON's names.
    pub(super) fn literal(&mut self, name: &str) {
        self.out.extend_from_slice(name.as_bytes());
    }

    /// Puts a comma, but for the first in its object or list.
    pub(super) fn separate(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[')) {
            self.out.push(b',');
        }
    }

    pub(super) fn key(&mut self, key: &str) {
        self.separate();
        self.string(key);
        self.out.push(b':');
    }

    pub(super) fn blob(&mut self, bytes: &[u8]) {
        self.out.push(b'"');
        scalar::append_blob(bytes, &mut self.out);
        self.out.push(b'"');
    }

    pub(super) fn number(&mut self, number: &Number) {
        match number {
            Number::Integer(value) => self.integer(*value),
            Number::Float(value) => match scalar::special_float(*value) {
                Some(name) => self.string(name),
                None => serde_json::to_writer(&mut self.out, value)
                    .expect("a finite float is written to memory"),
            },
            Number::Text(text) => self.out.extend_from_slice(text.as_bytes()),
        }
    }

    pub(super) fn integer(&mut self, value: i64) {
        serde_json::to_writer(&mut self.out, &value).expect("an integer is written to memory");
    }

    pub(super) fn timestamp(&mut self, timestamp: Timestamp, format: TimestampFormat) {
        let text = timestamp.format(format);
        match format {
            TimestampFormat::UnixTimestamp => self.out.extend_from_slice(text.as_bytes()),
            TimestampFormat::Iso8601 | TimestampFormat::Rfc822 => self.string(&text),
        }
    }

    /// Writes a string, copying the stretches that need no escape.
    pub(super) fn string(&mut self, text: &str) {
        self.out.push(b'"');
        let bytes = text.as_bytes();
        let mut start = 0;
        for (index, &byte) in bytes.iter().enumerate() {
            if byte >= 0x20 && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.out.extend_from_slice(&bytes[start..index]);
            self.escape(byte);
            start = index + 1;
        }
        self.out.extend_from_slice(&bytes[start..]);
        self.out.push(b'"');
    }

    pub(super) fn escape(&mut self, byte: u8) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x08 => b'b',
            0x0c => b'f',
            _ => {
                self.out.extend_from_slice(b"\\u00");
                self.out.push(HEX[usize::from(byte >> 4)]);
                self.out.push(HEX[usize::from(byte & 15)]);
                return;
            }
        };
        self.out.extend_from_slice(&[b'\\', short]);
    }
}
