//! Values that follow from other values of the same run: digests, entity tags, lengths.
//!
//! In a recording such a value is the form `{"$derived": "md5(SendMessage#1.input.MessageBody)"}`. Who replays or
//! checks computes it anew from what this run sent.

use std::fmt;
use std::str::FromStr;

use standin_model::{Document, Fields};

use crate::ExchangeId;

/// The key of the form.
const FORM: &str = "$derived";

/// Functions inside functions beyond this are refused.
const DEPTH_LIMIT: usize = 8;

/// How a value follows from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Expression {
    /// The value at a place.
    Place(Place),
    /// What a function makes of values; only the multipart entity tag takes more than one.
    Apply(Function, Vec<Expression>),
}

/// Where a value stands: `SendMessage#1.input.MessageBody`, as variables are defined.
///
/// One that holds a bracket, a comma or a space as text can't stand in an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(String);

/// What is computed.
///
/// A digest alone reads as lower-case hexadecimal digits (CRCs in their full width, highest byte first);
/// `base64` of a digest is base64 of its bytes, `base64` of any other value is base64 of its bytes or UTF-8 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// MD5, as in SQS's `MD5OfMessageBody`.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// CRC-32 (ISO-HDLC).
    Crc32,
    /// CRC-32C (Castagnoli).
    Crc32c,
    /// CRC-64/NVME.
    Crc64Nvme,
    /// S3's entity tag of an object that was put whole: the MD5 in quotation marks.
    ETag,
    /// S3's entity tag of an object that was put in parts: the MD5 of the parts' MD5s, `-` and the number of
    /// parts, in quotation marks.
    MultipartETag,
    /// Base64 with padding.
    Base64,
    /// The length in bytes, as a number.
    Len,
}

/// Text is not an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` derives no value: {reason}")]
pub struct BadExpression {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Expression {
    /// What a function makes of one value.
    pub fn of(function: Function, argument: Self) -> Self {
        Self::Apply(function, vec![argument])
    }

    /// The form that stands for the value in a document.
    pub fn document(&self) -> Document {
        let form: Fields = [(FORM.into(), self.to_string().into())].into_iter().collect();
        Document::Object(form)
    }

    /// The expression of a form; `None` if the document is not one.
    pub fn in_document(document: &Document) -> Option<Result<Self, BadExpression>> {
        let text = document.as_object().filter(|fields| fields.len() == 1)?.get(FORM)?;
        Some(text.as_str().unwrap_or_default().parse())
    }

    /// The places of all values that this follows from, from left to right.
    pub fn places(&self) -> Vec<&Place> {
        match self {
            Self::Place(place) => vec![place],
            Self::Apply(_, arguments) => arguments.iter().flat_map(Self::places).collect(),
        }
    }
}

impl Place {
    /// The exchange.
    pub fn exchange(&self) -> ExchangeId {
        let id = self.0.split('.').next().unwrap_or_default();
        id.parse().expect("a place begins with an exchange's id")
    }

    /// The way inside the exchange (`input.MessageBody`).
    pub fn way(&self) -> &str {
        self.0.split_once('.').map_or("", |(_, way)| way)
    }

    /// The place as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Function {
    const ALL: [Self; 10] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha256,
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::ETag,
        Self::MultipartETag,
        Self::Base64,
        Self::Len,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Crc32 => "crc32",
            Self::Crc32c => "crc32c",
            Self::Crc64Nvme => "crc64nvme",
            Self::ETag => "etag",
            Self::MultipartETag => "multipart-etag",
            Self::Base64 => "base64",
            Self::Len => "len",
        }
    }

    /// The function with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(place) => f.write_str(&place.0),
            Self::Apply(function, arguments) => {
                write!(f, "{}(", function.name())?;
                for (index, argument) in arguments.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    argument.fmt(f)?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Place {
    type Err = BadExpression;

    fn from_str(text: &str) -> Result<Self, BadExpression> {
        let bad = |reason| BadExpression { text: text.to_owned(), reason };
        if text.contains(['(', ')', ',']) || text.contains(char::is_whitespace) {
            return Err(bad("a place holds no bracket, comma or space"));
        }
        let (id, way) = text.split_once('.').ok_or_else(|| bad("no place of an exchange"))?;
        id.parse::<ExchangeId>().map_err(|_| bad("no place of an exchange"))?;
        let half = way.split(['.', '[']).next().unwrap_or_default();
        if !matches!(half, "input" | "output" | "error") {
            return Err(bad("neither in `input`, `output` nor `error`"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Expression {
    type Err = BadExpression;

    fn from_str(text: &str) -> Result<Self, BadExpression> {
        parse(text, 0).map_err(|reason| BadExpression { text: text.to_owned(), reason })
    }
}

fn parse(text: &str, depth: usize) -> Result<Expression, &'static str> {
    let Some((name, rest)) = text.split_once('(') else {
        return text.parse().map(Expression::Place).map_err(|bad: BadExpression| bad.reason);
    };
    if depth == DEPTH_LIMIT {
        return Err("nested too deeply");
    }
    let function = Function::from_name(name).ok_or("an unknown function")?;
    let inside = rest.strip_suffix(')').ok_or("a bracket is not closed")?;
    let arguments = split(inside)?;
    if arguments.len() > 1 && function != Function::MultipartETag {
        return Err("one value was expected");
    }
    let arguments = arguments.into_iter().map(|argument| parse(argument, depth + 1));
    Ok(Expression::Apply(function, arguments.collect::<Result<_, _>>()?))
}

/// The arguments between commas that stand in no bracket.
fn split(text: &str) -> Result<Vec<&str>, &'static str> {
    let (mut parts, mut start, mut open) = (Vec::new(), 0, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' => open = open.checked_sub(1).ok_or("a bracket is not open")?,
            b',' if open == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
                if text[start..].starts_with(' ') {
                    start += 1;
                }
            }
            _ => {}
        }
    }
    if open > 0 {
        return Err("a bracket is not closed");
    }
    parts.push(&text[start..]);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn expressions_round_trip_in_documents() {
        for text in [
            "md5(SendMessage#1.input.MessageBody)",
            "base64(sha256(PutObject#2.input.Body))",
            "len(PutItem#1.input.Item.a.B)",
            "multipart-etag(UploadPart#1.input.Body, UploadPart#2.input.Body)",
        ] {
            let expression: Expression = text.parse().expect(text);
            assert_eq!(expression.to_string(), text);
            assert_eq!(Expression::in_document(&expression.document()), Some(Ok(expression)));
        }
        let tag: Expression =
            "multipart-etag(UploadPart#1.input.Body, UploadPart#2.input.Body)".parse().expect("ok");
        let second = tag.places()[1];
        assert_eq!(
            (second.exchange().to_string().as_str(), second.way()),
            ("UploadPart#2", "input.Body")
        );
    }

    #[test]
    fn bad_expressions_say_why() {
        let deep = format!("{}X#1.input{}", "base64(".repeat(20), ")".repeat(20));
        for (text, reason) in [
            ("md4(X#1.input.A)", "an unknown function"),
            ("md5(X#1.input.A", "a bracket is not closed"),
            ("md5(X#1.input.A))", "a bracket is not open"),
            ("md5(X#1.input.A, X#1.input.B)", "one value was expected"),
            ("md5(X.input.A)", "no place of an exchange"),
            ("md5()", "no place of an exchange"),
            ("md5(X#1.wire.host)", "neither in `input`, `output` nor `error`"),
            (&deep, "nested too deeply"),
        ] {
            assert_eq!(text.parse::<Expression>().expect_err(text).reason, reason, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(md5|len|base64|multipart-etag|[(), ]|X#1.input.A){0,12}") {
            if let Ok(expression) = text.parse::<Expression>() {
                prop_assert_eq!(expression.to_string().parse(), Ok(expression));
            }
        }
    }
}
