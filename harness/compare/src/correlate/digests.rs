//! Digests of what was sent so far, so that values that follow from it are known.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_protocol::checksum::Algorithm;
use standin_tape::{Expression, Function, Place};

use crate::derived::{digest, hex, multipart_etag_of};

/// Which digests a recording may hold: only those are computed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Forms(u16);

/// How a digest is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Hex(Algorithm),
    Base64(Algorithm),
    /// Base64 of the value itself.
    Encoded,
}

const FORMS: [Form; 11] = [
    Form::Hex(Algorithm::Md5),
    Form::Base64(Algorithm::Md5),
    Form::Hex(Algorithm::Sha1),
    Form::Base64(Algorithm::Sha1),
    Form::Hex(Algorithm::Sha256),
    Form::Base64(Algorithm::Sha256),
    Form::Base64(Algorithm::Sha512),
    Form::Base64(Algorithm::Crc32),
    Form::Base64(Algorithm::Crc32C),
    Form::Base64(Algorithm::Crc64Nvme),
    Form::Encoded,
];

/// Shorter values are not looked for in base64: four characters are base64 by chance.
const SHORTEST_ENCODED: usize = 9;
/// Longer values are not looked for in base64.
const LONGEST_ENCODED: usize = 64 * 1024;

/// Where a value stood that others may follow from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Its place, if one can be named.
    pub(super) place: Option<Place>,
    /// It differs from run to run.
    pub(super) varies: bool,
}

/// A value that follows from others.
#[derive(Clone, Debug)]
pub(super) struct Derived {
    /// How; `None` where the way has no name or the source no place.
    pub(super) expression: Option<Expression>,
    /// A source differs from run to run.
    pub(super) varies: bool,
}

/// The digests of the values that were sent.
#[derive(Default)]
pub(super) struct Digests {
    forms: Forms,
    sources: Vec<Source>,
    by_text: HashMap<String, (Form, usize)>,
    /// The sources by the leaf that they are.
    by_leaf: HashMap<usize, usize>,
    /// Entity tags of parts.
    composed: HashMap<String, Derived>,
}

impl Forms {
    /// Notes the digests that a text may be.
    pub(super) fn note(&mut self, text: &str) {
        for (bit, form) in FORMS.into_iter().enumerate() {
            if form.may_be(bare(text)) {
                self.0 |= 1 << bit;
            }
        }
    }

    fn wanted(self) -> impl Iterator<Item = Form> {
        FORMS
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.0 & (1 << bit) != 0)
            .map(|(_, form)| form)
    }

    fn want_none(self) -> bool {
        self.0 == 0
    }
}

impl Form {
    fn may_be(self, text: &str) -> bool {
        match self {
            Self::Hex(algorithm) => {
                let hex = |text: &str| {
                    text.len() == algorithm.size() * 2
                        && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
                };
                // A tag of parts is made of their MD5s.
                hex(text) || text.split_once('-').is_some_and(|(tag, _)| hex(tag))
            }
            Self::Base64(algorithm) => {
                text.len() == algorithm.size().div_ceil(3) * 4 && is_base64(text)
            }
            Self::Encoded => {
                text.len() >= SHORTEST_ENCODED.div_ceil(3) * 4
                    && text.len() <= LONGEST_ENCODED
                    && text.len().is_multiple_of(4)
                    && is_base64(text)
            }
        }
    }

    fn expression(self, place: &Place) -> Option<Expression> {
        let of = |function, inner| Expression::of(function, inner);
        let source = Expression::Place(place.clone());
        Some(match self {
            Self::Hex(algorithm) => of(function(algorithm)?, source),
            Self::Base64(algorithm) => of(Function::Base64, of(function(algorithm)?, source)),
            Self::Encoded => of(Function::Base64, source),
        })
    }
}

impl Digests {
    pub(super) fn new(forms: Forms) -> Self {
        Self { forms, ..Self::default() }
    }

    /// Whether no value of the recording can be a digest.
    pub(super) fn are_not_wanted(&self) -> bool {
        self.forms.want_none()
    }

    /// Adds a value that was sent. The last of equal ones is the source.
    pub(super) fn add(&mut self, bytes: &[u8], source: Source) {
        if self.forms.want_none() {
            return;
        }
        let at = self.sources.len();
        self.sources.push(source);
        let mut known: Option<(Algorithm, Vec<u8>)> = None;
        for form in self.forms.wanted() {
            let text = match form {
                Form::Encoded if (SHORTEST_ENCODED..=LONGEST_ENCODED).contains(&bytes.len()) => {
                    STANDARD.encode(bytes)
                }
                Form::Encoded => continue,
                Form::Hex(algorithm) | Form::Base64(algorithm) => {
                    let digest = match &known {
                        Some((same, digest)) if *same == algorithm => digest.clone(),
                        _ => digest(algorithm, bytes),
                    };
                    let text = match form {
                        Form::Hex(_) => hex(&digest),
                        _ => STANDARD.encode(&digest),
                    };
                    known = Some((algorithm, digest));
                    text
                }
            };
            self.by_text.insert(text, (form, at));
        }
    }

    /// Adds a value of an answer, of which it will be told whether it differs from run to run.
    pub(super) fn add_at(&mut self, leaf: usize, bytes: &[u8], source: Source) {
        self.by_leaf.insert(leaf, self.sources.len());
        self.add(bytes, source);
    }

    /// Tells that the value of a leaf differs from run to run.
    pub(super) fn varies(&mut self, leaf: usize) {
        if let Some(at) = self.by_leaf.get(&leaf) {
            self.sources[*at].varies = true;
        }
    }

    /// What a text follows from, if it is a digest of what was sent.
    pub(super) fn find(&self, text: &str) -> Option<Derived> {
        if let Some(composed) = self.composed.get(text) {
            return Some(composed.clone());
        }
        let bare = bare(text);
        let (form, at) = *self.by_text.get(bare)?;
        let source = &self.sources[at];
        let expression = match (&source.place, bare.len() == text.len()) {
            (Some(place), true) => form.expression(place),
            (Some(place), false) if form == Form::Hex(Algorithm::Md5) => {
                Some(Expression::of(Function::ETag, Expression::Place(place.clone())))
            }
            _ => None,
        };
        Some(Derived { expression, varies: source.varies })
    }

    /// Learns the entity tag of an object that was put in parts, whose tags are known.
    pub(super) fn compose<'t>(&mut self, parts: impl Iterator<Item = &'t str>) {
        let (mut digests, mut places, mut varies) = (Vec::new(), Vec::new(), false);
        for part in parts {
            let Some((_, at)) = self.by_text.get(bare(part)) else { return };
            let source = &self.sources[*at];
            digests.extend(from_hex(bare(part)));
            places.extend(source.place.clone().map(Expression::Place));
            varies |= source.varies;
        }
        if digests.is_empty() || places.len() * 16 != digests.len() {
            return;
        }
        let expression = Some(Expression::Apply(Function::MultipartETag, places));
        let derived = Derived { expression, varies };
        self.composed.insert(multipart_etag_of(&digests), derived);
    }
}

/// Whether a text may be a digest at all.
pub(super) fn may_be_digest(text: &str) -> bool {
    let mut forms = Forms::default();
    forms.note(text);
    !forms.want_none()
}

/// A text without quotation marks around it.
fn bare(text: &str) -> &str {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

fn function(algorithm: Algorithm) -> Option<Function> {
    Some(match algorithm {
        Algorithm::Md5 => Function::Md5,
        Algorithm::Sha1 => Function::Sha1,
        Algorithm::Sha256 => Function::Sha256,
        Algorithm::Crc32 => Function::Crc32,
        Algorithm::Crc32C => Function::Crc32c,
        Algorithm::Crc64Nvme => Function::Crc64Nvme,
        _ => return None,
    })
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len() - body.len() <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

fn from_hex(text: &str) -> impl Iterator<Item = u8> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => 0,
    };
    text.as_bytes().chunks_exact(2).map(move |pair| digit(pair[0]) << 4 | digit(pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(place: &str) -> Source {
        Source { place: place.parse().ok(), varies: true }
    }

    fn forms(texts: &[&str]) -> Forms {
        let mut forms = Forms::default();
        for text in texts {
            forms.note(text);
        }
        forms
    }

    #[test]
    fn digests_are_found_in_each_form() {
        let cases = [
            ("5d41402abc4b2a76b9719d911017c592", "md5(X#1.input.A)"),
            ("\"5d41402abc4b2a76b9719d911017c592\"", "etag(X#1.input.A)"),
            ("XUFAKrxLKna5cZ2REBfFkg==", "base64(md5(X#1.input.A))"),
            ("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", "sha1(X#1.input.A)"),
            ("NhCmhg==", "base64(crc32(X#1.input.A))"),
        ];
        for (text, expected) in cases {
            let mut digests = Digests::new(forms(&[text]));
            digests.add(b"hello", source("X#1.input.A"));
            let found = digests.find(text).expect(text).expression.expect(text);
            assert_eq!(found.to_string(), expected);
        }
    }

    #[test]
    fn parts_make_a_tag() {
        let tag = "\"5d41402abc4b2a76b9719d911017c592\"";
        let mut digests = Digests::new(forms(&[tag]));
        digests.add(b"hello", source("UploadPart#1.input.Body"));
        digests.compose([tag, tag].into_iter());
        let both = multipart_etag_of(&digest(Algorithm::Md5, b"hello").repeat(2));
        let found = digests.find(&both).expect("composed").expression.expect("named");
        assert_eq!(
            found.to_string(),
            "multipart-etag(UploadPart#1.input.Body, UploadPart#1.input.Body)"
        );
        assert!(may_be_digest(&both));
    }

    #[test]
    fn nothing_is_computed_that_no_value_can_be() {
        let mut digests = Digests::new(forms(&["hello", "{}", "q"]));
        assert!(digests.are_not_wanted());
        digests.add(b"hello", source("X#1.input.A"));
        assert!(digests.by_text.is_empty());
    }
}
