//! The forms that a secret may take in what is written.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::{hex, json};

/// The encodings of live secrets.
#[derive(Clone, Default)]
pub(super) struct Needles(Vec<Vec<u8>>);

impl Needles {
    pub(super) fn of<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut forms = BTreeSet::new();
        for secret in secrets {
            let texts = texts(secret);
            for text in &texts {
                forms.extend(base64_forms(text.as_bytes()));
                let digits = hex::lower(text.as_bytes());
                forms.insert(digits.to_uppercase().into_bytes());
                forms.insert(digits.into_bytes());
            }
            forms.extend(texts.into_iter().map(String::into_bytes));
        }
        Self(forms.into_iter().collect())
    }

    /// Where the first form stands that is in the content.
    pub(super) fn find(&self, content: &[u8]) -> Option<usize> {
        self.0.iter().find_map(|needle| memchr::memmem::find(content, needle))
    }
}

/// The secret as text: raw, URL-encoded once and twice, escaped for JSON (once and twice) and XML.
fn texts(secret: &str) -> BTreeSet<String> {
    let json_once = json_escaped(secret);
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut all = BTreeSet::from([
        secret.to_owned(),
        json_escaped(&json_once),
        json_escaped(&xml.replace('"', "&quot;")),
        secret.replace('/', "\\/"),
        xml,
        json_once,
    ]);
    for keep in ["-_.~", "-_.~/", "-_.*"] {
        for digits in [b"0123456789ABCDEF", b"0123456789abcdef"] {
            let once = url_encoded(secret, keep, digits);
            all.insert(url_encoded(&once, keep, digits));
            all.insert(once.replace("%20", "+"));
            all.insert(once);
        }
    }
    all
}

fn json_escaped(text: &str) -> String {
    let quoted = json::compact(&json::Json::from(text));
    quoted[1..quoted.len() - 1].to_owned()
}

fn url_encoded(text: &str, keep: &str, digits: &[u8; 16]) -> String {
    let digit = |value: u8| char::from(digits[usize::from(value)]);
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || keep.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

/// The part of base64 text that doesn't depend on what stands around the secret, at each alignment.
fn base64_forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let mut padded = vec![0; before];
        padded.extend_from_slice(secret);
        // Characters that mix with neighbours are left out: some of the first, some of the last.
        let first = [0, 2, 3][before];
        let last = padded.len() * 8 / 6;
        for encoded in [STANDARD.encode(&padded), URL_SAFE.encode(&padded)] {
            forms.push(encoded.as_bytes()[first..last].to_vec());
        }
    }
    forms
}
