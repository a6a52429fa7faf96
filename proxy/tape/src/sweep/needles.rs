//! The forms that a secret may take in what is written, and a search for all of them at once.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::{hex, json};

/// Shorter values are not looked for: they would be found everywhere. All forms are at least as long.
pub(super) const SHORTEST: usize = 8;

/// How many bits the filter has, as a power of two.
const FILTER_BITS: u32 = 18;

/// The encodings of secrets.
///
/// A search looks at the eight bytes at each place: a filter of bits tells almost always that no form begins so. Its
/// time doesn't grow with the number of secrets.
#[derive(Clone, Default)]
pub(super) struct Needles {
    forms: Vec<Box<[u8]>>,
    /// The forms that begin with eight bytes.
    starts: HashMap<u64, Vec<usize>>,
    filter: Vec<u64>,
}

impl Needles {
    pub(super) fn of<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut forms = BTreeSet::new();
        for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
            let texts = texts(secret);
            for text in &texts {
                forms.extend(base64_forms(text.as_bytes()));
                let digits = hex::lower(text.as_bytes());
                forms.insert(digits.to_uppercase().into_bytes());
                forms.insert(digits.into_bytes());
            }
            forms.extend(texts.into_iter().map(String::into_bytes));
            forms.extend(spelled_out(secret).into_iter().map(String::into_bytes));
        }
        Self::indexed(forms.into_iter().map(Vec::into_boxed_slice).collect())
    }

    fn indexed(forms: Vec<Box<[u8]>>) -> Self {
        if forms.is_empty() {
            return Self::default();
        }
        let mut starts: HashMap<u64, Vec<usize>> = HashMap::new();
        let mut filter = vec![0; 1 << (FILTER_BITS - 6)];
        for (index, form) in forms.iter().enumerate() {
            let start = eight(form).expect("a form has eight bytes");
            starts.entry(start).or_default().push(index);
            let (word, bit) = place(start);
            filter[word] |= bit;
        }
        Self { forms, starts, filter }
    }

    /// The first form in the content at or after a place.
    pub(super) fn find(&self, content: &[u8], from: usize) -> Option<Range<usize>> {
        if self.forms.is_empty() {
            return None;
        }
        (from..content.len().saturating_sub(SHORTEST - 1)).find_map(|at| {
            let start = eight(&content[at..])?;
            let (word, bit) = place(start);
            if self.filter[word] & bit == 0 {
                return None;
            }
            let fits = self.starts.get(&start)?.iter().map(|index| &self.forms[*index]);
            let longest =
                fits.filter(|form| content[at..].starts_with(form)).max_by_key(|form| form.len());
            longest.map(|form| at..at + form.len())
        })
    }
}

fn eight(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|first| u64::from_le_bytes(*first))
}

/// The word and the bit of the filter for the beginning of a form.
fn place(start: u64) -> (usize, u64) {
    let hash = start.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - FILTER_BITS);
    let word = usize::try_from(hash >> 6).expect("fewer bits than an index has");
    (word, 1 << (hash & 63))
}

/// The secret as text: raw, URL-encoded once and twice, escaped for JSON (once and twice) and XML.
fn texts(secret: &str) -> BTreeSet<String> {
    let json_once = json_escaped(secret);
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut all = BTreeSet::from([
        secret.to_owned(),
        json_escaped(&json_once),
        json_escaped(&xml.replace('"', "&quot;")),
        json_escaped(&secret.replace('/', "\\/")),
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

/// The secret with every character of it escaped: for URLs, JSON and XML. In JSON's text a backslash stands twice.
fn spelled_out(secret: &str) -> Vec<String> {
    let spelled =
        |one: &dyn Fn(u32) -> String| secret.chars().map(|it| one(u32::from(it))).collect();
    let bytes = |upper: bool| {
        let digits = hex::lower(secret.as_bytes());
        let digits = if upper { digits.to_uppercase() } else { digits };
        digits
            .as_bytes()
            .chunks(2)
            .fold(String::new(), |text, two| text + "%" + std::str::from_utf8(two).expect("digits"))
    };
    vec![
        bytes(false),
        bytes(true),
        spelled(&|code| format!("\\u{code:04x}")),
        spelled(&|code| format!("\\u{code:04X}")),
        spelled(&|code| format!("\\\\u{code:04x}")),
        spelled(&|code| format!("\\\\u{code:04X}")),
        spelled(&|code| format!("&#{code};")),
        spelled(&|code| format!("&#x{code:x};")),
        spelled(&|code| format!("&#x{code:X};")),
    ]
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
