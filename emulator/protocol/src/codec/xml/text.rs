//! XML text itself, without shapes.

use std::fmt::Write;

use standin_model::{Timestamp, XmlNamespace};

use crate::codec::iso8601::{self, Fraction};

/// The bytes that text can't hold as they are.
const MARKUP: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = byte != b'\n' as usize && byte != b'\t' as usize;
        byte += 1;
    }
    table[b'&' as usize] = true;
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'"' as usize] = true;
    table
};

/// The place of the first byte that text can't hold as it is; eight bytes are looked at at once.
fn markup(bytes: &[u8]) -> Option<usize> {
    let words = bytes.chunks_exact(8);
    let words = words.map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")));
    let plain = words.take_while(|word| !may_have_markup(*word)).count() * 8;
    let after = bytes[plain..].iter().position(|&byte| MARKUP[usize::from(byte)])?;
    Some(plain + after)
}

/// Whether one of eight bytes is a control character or markup.
const fn may_have_markup(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const fn each(byte: u8) -> u64 {
        ONES * byte as u64
    }
    // A byte that is less borrows from its highest bit; one that is zero is less than one.
    const fn less(word: u64, than: u8) -> u64 {
        word.wrapping_sub(each(than)) & !word & each(0x80)
    }
    // Two characters of markup each differ in one bit: the quote and the ampersand, the angle brackets.
    let quote = (word & !each(b'"' ^ b'&')) ^ each(b'"');
    let bracket = (word & !each(b'<' ^ b'>')) ^ each(b'<');
    less(word, b' ') | less(quote, 1) | less(bracket, 1) != 0
}

/// XML text that grows at its end.
#[derive(Default)]
pub(crate) struct Text {
    out: String,
}

impl Text {
    /// Text that begins with an XML declaration, as AWS's bodies do.
    pub(crate) fn declared() -> Self {
        let mut out = String::with_capacity(1024);
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Self { out }
    }

    /// What has been written.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Opens an element, to be ended by [`Text::close_tag`] or [`Text::empty_tag`].
    pub(crate) fn open_tag(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
    }

    /// Ends an opened tag.
    pub(crate) fn close_tag(&mut self) {
        self.out.push('>');
    }

    /// Declares a namespace within an opened tag.
    pub(crate) fn namespace(&mut self, namespace: Option<XmlNamespace>) {
        if let Some(namespace) = namespace {
            self.declare(namespace);
        }
    }

    fn declare(&mut self, namespace: XmlNamespace) {
        match namespace.prefix {
            Some(prefix) => self.attribute(&format!("xmlns:{prefix}"), namespace.uri),
            None => self.attribute("xmlns", namespace.uri),
        }
    }

    /// Writes an attribute within an opened tag.
    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        // A reader takes any white space of an attribute for a space, unless it is written by number.
        for part in value.split_inclusive(['\n', '\t']) {
            self.escaped(part.trim_end_matches(['\n', '\t']));
            if let Some(last) = part.bytes().last().filter(|byte| matches!(byte, b'\n' | b'\t')) {
                self.reference(last);
            }
        }
        self.out.push('"');
    }

    /// Opens an element without attributes.
    pub(crate) fn start(&mut self, name: &str) {
        self.open_tag(name);
        self.close_tag();
    }

    /// Opens an element with a default namespace.
    pub(crate) fn start_in(&mut self, name: &str, uri: Option<&'static str>) {
        self.open_tag(name);
        self.namespace(uri.map(|uri| XmlNamespace { uri, prefix: None }));
        self.close_tag();
    }

    /// Closes an element.
    pub(crate) fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Writes an element of text.
    pub(crate) fn element(&mut self, name: &str, text: &str) {
        self.start(name);
        self.escaped(text);
        self.end(name);
    }

    /// Writes a timestamp.
    pub(crate) fn timestamp(&mut self, timestamp: Timestamp, fraction: Fraction) {
        iso8601::append(timestamp, fraction, &mut self.out);
    }

    /// Writes a number.
    pub(crate) fn integer(&mut self, number: i64) {
        self.out.push_str(itoa::Buffer::new().format(number));
    }

    /// Writes text, copying the stretches that need no escape.
    pub(crate) fn escaped(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut start = 0;
        while let Some(offset) = markup(&bytes[start..]) {
            let index = start + offset;
            self.out.push_str(&text[start..index]);
            self.escape(bytes[index]);
            start = index + 1;
        }
        self.out.push_str(&text[start..]);
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'&' => self.out.push_str("&amp;"),
            b'<' => self.out.push_str("&lt;"),
            b'>' => self.out.push_str("&gt;"),
            b'"' => self.out.push_str("&quot;"),
            byte => self.reference(byte),
        }
    }

    /// A control character as AWS writes it, which XML 1.0 does not allow for most of them.
    fn reference(&mut self, byte: u8) {
        write!(self.out, "&#x{byte:X};").expect("text grows in memory");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_markup_is_found_wherever_it_stands(
            text in prop_oneof!["[a-z\u{80}-\u{ff}\t\n&<>\"!#=?%$'\u{0}-\u{1f}]{0,40}", "\\PC{0,40}"],
        ) {
            let bytes = text.as_bytes();
            let expected = bytes.iter().position(|&byte| MARKUP[usize::from(byte)]);
            prop_assert_eq!(markup(bytes), expected);
        }
    }
}
