//! Values that follow from others, computed anew: digests, entity tags, lengths.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use standin_model::Document;
use standin_protocol::checksum::{Algorithm, Checksum};
use standin_tape::template::TemplateError;
use standin_tape::{Exchange, Expression, Function, Outcome, Place, template};

/// What an expression makes of the values that places have in one run.
///
/// The error is the one of `values`, or [`TemplateError::Form`] where a value has no bytes.
pub fn recompute(
    expression: &Expression,
    values: &dyn Fn(&Place) -> Result<Document, TemplateError>,
) -> Result<Document, TemplateError> {
    Ok(match evaluate(expression, values)? {
        Computed::Digest(bytes) => hex(&bytes).into(),
        Computed::Value(document) => document,
    })
}

/// The template that stands at a place of its exchange.
pub fn template_at<'e>(exchange: &'e Exchange, place: &Place) -> Option<Found<'e>> {
    let (half, way) = halves(place.way());
    let answer = match &exchange.outcome {
        Outcome::Inferred => None,
        Outcome::Answered { answer, .. } => Some(answer),
    };
    match (half, answer) {
        ("input", _) => descend(&exchange.input, way).map(Found::Document),
        ("output", Some(standin_model::Answer::Output(output))) => {
            descend(output, way).map(Found::Document)
        }
        ("error", Some(standin_model::Answer::Error(error))) if way == "message" => {
            error.message.as_deref().map(Found::Text)
        }
        ("error", Some(standin_model::Answer::Error(error))) => {
            fields(error.members.iter(), way).map(Found::Document)
        }
        _ => None,
    }
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found<'e> {
    /// A value of an input, an output or an error's members.
    Document(&'e Document),
    /// An error's message.
    Text(&'e str),
}

impl Found<'_> {
    /// The template as a document of its own.
    pub fn to_document(self) -> Document {
        match self {
            Self::Document(document) => document.clone(),
            Self::Text(text) => text.into(),
        }
    }
}

enum Computed {
    Digest(Vec<u8>),
    Value(Document),
}

fn evaluate(
    expression: &Expression,
    values: &dyn Fn(&Place) -> Result<Document, TemplateError>,
) -> Result<Computed, TemplateError> {
    let (function, arguments) = match expression {
        Expression::Place(place) => return values(place).map(Computed::Value),
        Expression::Apply(function, arguments) => (*function, arguments),
    };
    if function == Function::MultipartETag {
        let parts = arguments.iter().map(|argument| bytes(argument, values));
        let parts: Vec<Vec<u8>> = parts.collect::<Result<_, _>>()?;
        return Ok(Computed::Value(multipart_etag(&parts).into()));
    }
    let Some(argument) = arguments.first() else {
        return Err(TemplateError::Form(expression.to_string()));
    };
    if function == Function::Base64 {
        let bytes = match evaluate(argument, values)? {
            Computed::Digest(bytes) => bytes,
            Computed::Value(value) => bytes_of(value, argument)?,
        };
        return Ok(Computed::Value(STANDARD.encode(bytes).into()));
    }
    let bytes = bytes(argument, values)?;
    Ok(match (function, algorithm(function)) {
        (_, Some(algorithm)) => Computed::Digest(digest(algorithm, &bytes)),
        (Function::ETag, _) => Computed::Value(etag(&bytes).into()),
        _ => Computed::Value(i64::try_from(bytes.len()).unwrap_or(i64::MAX).into()),
    })
}

fn bytes(
    argument: &Expression,
    values: &dyn Fn(&Place) -> Result<Document, TemplateError>,
) -> Result<Vec<u8>, TemplateError> {
    match evaluate(argument, values)? {
        Computed::Digest(bytes) => Ok(hex(&bytes).into_bytes()),
        Computed::Value(value) => bytes_of(value, argument),
    }
}

fn bytes_of(value: Document, argument: &Expression) -> Result<Vec<u8>, TemplateError> {
    match value {
        Document::String(text) => Ok(text.into_bytes()),
        Document::Blob(bytes) => Ok((*bytes).into()),
        _ => Err(TemplateError::Form(argument.to_string())),
    }
}

fn algorithm(function: Function) -> Option<Algorithm> {
    Some(match function {
        Function::Md5 => Algorithm::Md5,
        Function::Sha1 => Algorithm::Sha1,
        Function::Sha256 => Algorithm::Sha256,
        Function::Crc32 => Algorithm::Crc32,
        Function::Crc32c => Algorithm::Crc32C,
        Function::Crc64Nvme => Algorithm::Crc64Nvme,
        _ => return None,
    })
}

/// The digest of bytes.
pub(crate) fn digest(algorithm: Algorithm, bytes: &[u8]) -> Vec<u8> {
    let mut checksum = Checksum::new(algorithm);
    checksum.update(bytes);
    checksum.finish()
}

/// S3's entity tag of an object that was put whole.
pub(crate) fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", hex(&digest(Algorithm::Md5, bytes)))
}

/// S3's entity tag of an object that was put in parts.
pub(crate) fn multipart_etag(parts: &[Vec<u8>]) -> String {
    let digests: Vec<u8> = parts.iter().flat_map(|part| digest(Algorithm::Md5, part)).collect();
    multipart_etag_of(&digests)
}

/// S3's entity tag of parts whose MD5s stand one after the other.
pub(crate) fn multipart_etag_of(digests: &[u8]) -> String {
    format!("\"{}-{}\"", hex(&digest(Algorithm::Md5, digests)), digests.len() / 16)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// `input.Body` in two: the half of the exchange, and the way in it.
fn halves(way: &str) -> (&str, &str) {
    let end = way.find(['.', '[']).unwrap_or(way.len());
    (&way[..end], way[end..].trim_start_matches('.'))
}

/// What a way leads to: `Messages[0].Body`. Keys may hold dots, so the longest that fits is taken.
fn descend<'d>(document: &'d Document, way: &str) -> Option<&'d Document> {
    if way.is_empty() || way == "." {
        return Some(document);
    }
    match document {
        Document::List(items) => {
            let (index, rest) = way.strip_prefix('[')?.split_once(']')?;
            descend(items.get(index.parse::<usize>().ok()?)?, rest.trim_start_matches('.'))
        }
        Document::Object(found) if template::form(document).is_none() => fields(found.iter(), way),
        _ => None,
    }
}

fn fields<'d>(
    found: impl Iterator<Item = (&'d standin_model::Key, &'d Document)>,
    way: &str,
) -> Option<&'d Document> {
    let mut fits: Vec<_> = found
        .filter_map(|(key, value)| Some((way.strip_prefix(&**key)?, value)))
        .filter(|(rest, _)| rest.is_empty() || rest.starts_with(['.', '[']))
        .collect();
    fits.sort_by_key(|(rest, _)| rest.len());
    fits.into_iter()
        .find_map(|(rest, value)| descend(value, rest.strip_prefix('.').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, value: impl Into<Document>) -> Document {
        let value = value.into();
        let expression: Expression = text.parse().expect(text);
        recompute(&expression, &|_| Ok(value.clone())).expect(text)
    }

    #[test]
    fn published_digests_come_out() {
        // Of "123456789" each CRC's catalogue says the check value; of "hello", RFC 1321 and FIPS 180 tools do.
        let cases: [(&str, &str, &str); 9] = [
            ("md5(X#1.input.A)", "hello", "5d41402abc4b2a76b9719d911017c592"),
            ("etag(X#1.input.A)", "hello", "\"5d41402abc4b2a76b9719d911017c592\""),
            ("sha1(X#1.input.A)", "hello", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
            (
                "sha256(X#1.input.A)",
                "hello",
                "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            ),
            ("crc32(X#1.input.A)", "123456789", "cbf43926"),
            ("crc32c(X#1.input.A)", "123456789", "e3069283"),
            ("crc64nvme(X#1.input.A)", "123456789", "ae8b14860a799888"),
            ("base64(crc32(X#1.input.A))", "123456789", "y/Q5Jg=="),
            ("base64(X#1.input.A)", "hello", "aGVsbG8="),
        ];
        for (expression, value, expected) in cases {
            assert_eq!(of(expression, value), expected.into(), "{expression}");
        }
        assert_eq!(of("len(X#1.input.A)", Document::blob("é")), 2_i64.into());
    }

    #[test]
    fn parts_have_the_tag_of_their_digests() {
        // The MD5 of the two MD5s of "hello", as `md5sum` and `xxd -r -p` give it.
        let tag = of("multipart-etag(X#1.input.A, X#2.input.A)", "hello");
        let digests = [digest(Algorithm::Md5, b"hello"), digest(Algorithm::Md5, b"hello")].concat();
        assert_eq!(tag, multipart_etag_of(&digests).into());
        assert!(tag.as_str().is_some_and(|tag| tag.ends_with("-2\"")));
    }

    #[test]
    fn a_value_without_bytes_is_an_error() {
        let expression: Expression = "md5(X#1.input.A)".parse().expect("valid");
        let found = recompute(&expression, &|_| Ok(Document::Boolean(true)));
        assert_eq!(found, Err(TemplateError::Form("X#1.input.A".to_owned())));
    }

    #[test]
    fn ways_lead_through_keys_with_dots() {
        let leaf: Document = "leaf".into();
        let inner = Document::Object([("a.b".into(), leaf.clone())].into_iter().collect());
        let list = Document::list(vec![Document::Null, inner]);
        let document = Document::Object(
            [("a".into(), Document::empty()), ("a.x".into(), list)].into_iter().collect(),
        );
        assert_eq!(descend(&document, "a.x[1].a.b"), Some(&leaf));
        assert_eq!(descend(&document, "a.x[2]"), None);
        assert_eq!(descend(&document, "a.y"), None);
    }
}
