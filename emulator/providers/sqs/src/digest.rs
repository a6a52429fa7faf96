//! The MD5 sums that SQS answers, by which clients check what was received.

use md5::{Digest, Md5};

use crate::message::{AttributeValue, Value};

/// The MD5 of a text.
pub(crate) fn text(text: &str) -> [u8; 16] {
    Md5::digest(text).into()
}

/// The SHA-256 of a text in hexadecimal digits.
pub(crate) fn sha256(text: &str) -> String {
    hex(&sha2::Sha256::digest(text))
}

/// The MD5 of message attributes, which must be in the order of their names.
pub(crate) fn attributes<'a>(
    attributes: impl IntoIterator<Item = (&'a str, &'a AttributeValue)>,
) -> [u8; 16] {
    let mut digest = Md5::new();
    for (name, attribute) in attributes {
        sized(&mut digest, name.as_bytes());
        sized(&mut digest, attribute.data_type.as_bytes());
        match &attribute.value {
            Value::Text(text) => {
                digest.update([1]);
                sized(&mut digest, text.as_bytes());
            }
            Value::Binary(bytes) => {
                digest.update([2]);
                sized(&mut digest, bytes);
            }
        }
    }
    digest.finalize().into()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        push_hex(&mut text, *byte);
    }
    text
}

/// Bytes as a UUID is written.
pub(crate) fn uuid(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        push_hex(&mut text, *byte);
    }
    text
}

fn push_hex(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

fn sized(digest: &mut Md5, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("a message is far smaller than 4 GiB");
    digest.update(length.to_be_bytes());
    digest.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> AttributeValue {
        AttributeValue { data_type: "String".to_owned(), value: Value::Text(text.to_owned()) }
    }

    /// Recorded from AWS: `test_receive_message_message_attribute_names_filters` and
    /// `test_send_message_with_binary_attributes` of the snapshots.
    #[test]
    fn attributes_give_the_sums_that_aws_gives() {
        let (kenobi, there, me) = (string("Kenobi"), string("There"), string("Me"));
        let all = [("General", &kenobi), ("Hello", &there), ("Help.Me", &me)];
        assert_eq!(hex(&attributes(all)), "4c360f3fdafd970e05fae2f149d997f5");
        assert_eq!(hex(&attributes(all[..2].iter().copied())), "fca026605781cb4126a1e9044df24232");
        let bytes = bytes::Bytes::from_static(
            b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
        );
        let binary = AttributeValue { data_type: "Binary".to_owned(), value: Value::Binary(bytes) };
        assert_eq!(hex(&attributes([("attr1", &binary)])), "8cbe4db156db8a94db8b801b7addb984");
    }

    #[test]
    fn texts_and_ids_are_written_as_aws_writes_them() {
        assert_eq!(hex(&text("message")), "78e731027d8fd50ed642340b7c9a63b3");
        assert_eq!(uuid(&text("message")), "78e73102-7d8f-d50e-d642-340b7c9a63b3");
    }
}
