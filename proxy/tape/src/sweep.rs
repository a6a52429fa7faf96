//! The last look before anything is written: no live secret, and nothing that looks like one.

mod allowances;
mod mask;
mod needles;
mod patterns;

use std::fmt;
use std::io::{self, Read};
use std::ops::Range;

use bytes::Bytes;
use standin_model::{Answer, Document};

use crate::{ExchangeId, Outcome, Recording, Redacted, Written};
pub use allowances::{Allowances, BadAllowances};
pub use mask::Mask;
use needles::Needles;

/// Unpacked content is searched to this size; what is larger is refused.
const UNPACK_LIMIT: u64 = 64 * 1024 * 1024;

/// The same for content that is unpacked in parts, which costs time alone.
const UNPACK_STREAM_LIMIT: u64 = 16 << 30;

/// How much of a large content is searched at once, and how much of that once more with the next.
const WINDOW: usize = 1 << 20;
const OVERLAP: usize = 16 << 10;

/// How gzip begins.
const PACKED: [u8; 3] = [0x1f, 0x8b, 8];

/// Looks for secrets in what would be written.
#[derive(Clone, Default)]
pub struct Sweep {
    live: Needles,
    redacted: Needles,
    allowances: Allowances,
    reach: Reach,
}

/// What is looked for beside known secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reach {
    /// Credentials, addresses, and what is random.
    #[default]
    All,
    /// Credentials.
    Credentials,
}

/// A secret stands in what would be written. It doesn't say the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} in {place}")]
pub struct SecretFound {
    /// What sort of secret.
    pub kind: SecretKind,
    /// Where: a line of the text and its exchange, or a blob.
    pub place: String,
    /// The line of the text, from 1.
    pub line: Option<usize>,
}

/// A sort of secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretKind {
    /// A secret of the running process, in whatever encoding.
    Live,
    /// A value that was redacted elsewhere in the run, in whatever encoding.
    Redacted,
    /// An access key id.
    AccessKeyId,
    /// A secret access key by its name.
    SecretKey,
    /// A session token of STS.
    SessionToken,
    /// A private key in PEM form.
    PrivateKey,
    /// A JSON web token.
    WebToken,
    /// A URL with a signature in it.
    SignedUrl,
    /// Forty characters of base64 that nobody chose, as a secret access key is.
    RandomToken,
    /// A mail address outside the domains for examples.
    MailAddress,
    /// An address of version 4 on the public internet.
    PublicAddress,
    /// Packed content that is too large to look into.
    Unsearchable,
}

impl SecretKind {
    /// The name in the output of `standin scan`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Redacted => "redacted",
            Self::AccessKeyId => "access-key-id",
            Self::SecretKey => "secret-key",
            Self::SessionToken => "session-token",
            Self::PrivateKey => "private-key",
            Self::WebToken => "web-token",
            Self::SignedUrl => "signed-url",
            Self::RandomToken => "random-token",
            Self::MailAddress => "mail-address",
            Self::PublicAddress => "public-address",
            Self::Unsearchable => "unsearchable",
        }
    }
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "a secret of this run",
            Self::Redacted => "a value that is redacted elsewhere",
            Self::AccessKeyId => "an access key id",
            Self::SecretKey => "a secret access key",
            Self::SessionToken => "a session token",
            Self::PrivateKey => "a private key",
            Self::WebToken => "a JSON web token",
            Self::SignedUrl => "a signed URL",
            Self::RandomToken => "what could be a secret access key",
            Self::MailAddress => "a mail address",
            Self::PublicAddress => "a public IP address",
            Self::Unsearchable => "packed content too large to search",
        })
    }
}

impl Sweep {
    /// Looks for what looks like a secret, or tells of persons and places.
    pub fn patterns() -> Self {
        Self::default()
    }

    /// Looks for what looks like a credential alone: for files that are no recordings.
    pub fn credentials() -> Self {
        Self { reach: Reach::Credentials, ..Self::default() }
    }

    /// Looks for live secrets too, in every usual encoding. Values shorter than eight bytes are not looked
    /// for: they would be found everywhere.
    pub fn with_secrets<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        Self { live: Needles::of(secrets), ..Self::default() }
    }

    /// Lets values through that look like secrets and were reviewed. No live secret is let through.
    #[must_use]
    pub fn allowing(self, allowances: Allowances) -> Self {
        Self { allowances, ..self }
    }

    /// Looks for what was redacted too, but for what is allowed so far.
    #[must_use]
    pub fn with_redacted(self, redacted: &Redacted) -> Self {
        let values = redacted.values().filter(|value| !self.allowances.allows(value.as_bytes()));
        Self { redacted: Needles::of(values), ..self }
    }

    /// Looks through the files of a recording.
    pub fn check_written(&self, written: &Written) -> Result<(), SecretFound> {
        self.check_text(&written.text)?;
        for (digest, content) in &written.blobs {
            self.check_bytes(content, digest.as_str())?;
        }
        Ok(())
    }

    /// Looks through text; a find says the line.
    pub fn check_text(&self, text: &str) -> Result<(), SecretFound> {
        self.finds_in_text(text).into_iter().next().map_or(Ok(()), Err)
    }

    /// All that is found in text, in its order.
    pub fn finds_in_text(&self, text: &str) -> Vec<SecretFound> {
        let mut lines = Lines { text, at: 0, line: 1 };
        let finds = self.finds(text.as_bytes()).into_iter();
        let find = |(kind, range): (SecretKind, Range<usize>)| {
            let line = lines.number(range.start);
            SecretFound { kind, place: place(text, line, range.start), line: Some(line) }
        };
        finds.map(find).collect()
    }

    /// Looks through bytes, unpacked too if they are packed with gzip.
    pub fn check_bytes(&self, content: &[u8], place: &str) -> Result<(), SecretFound> {
        let found = |kind| SecretFound { kind, place: place.to_owned(), line: None };
        if let Some((kind, _)) = self.find(content) {
            return Err(found(kind));
        }
        let Some(unpacked) = unpack(content) else { return Ok(()) };
        let unpacked = unpacked.map_err(|()| found(SecretKind::Unsearchable))?;
        match self.find(&unpacked) {
            Some((kind, _)) => Err(found(kind)),
            None => Ok(()),
        }
    }

    /// Looks through a content of any size, unpacked too if it is packed with gzip, in parts that overlap by more than
    /// a secret is long.
    pub fn check_reader(
        &self,
        open: impl Fn() -> io::Result<Box<dyn Read>>,
        place: &str,
    ) -> io::Result<Result<(), SecretFound>> {
        let found = |kind| SecretFound { kind, place: place.to_owned(), line: None };
        if let Some(kind) = self.find_in(open()?, u64::MAX)? {
            return Ok(Err(found(kind)));
        }
        let mut start = Vec::new();
        open()?.take(3).read_to_end(&mut start)?;
        if start != PACKED {
            return Ok(Ok(()));
        }
        let unpacked = flate2::read::MultiGzDecoder::new(open()?);
        Ok(match self.find_in(Tolerant(unpacked), UNPACK_STREAM_LIMIT)? {
            Some(kind) => Err(found(kind)),
            None => Ok(()),
        })
    }

    /// Looks through what a reader gives; what is longer than the limit can't be searched.
    fn find_in(&self, reader: impl Read, limit: u64) -> io::Result<Option<SecretKind>> {
        let mut reader = reader.take(limit);
        let mut window = Vec::with_capacity(WINDOW + OVERLAP);
        loop {
            let read = (&mut reader).take(WINDOW as u64).read_to_end(&mut window)?;
            if let Some((kind, _)) = self.find(&window) {
                return Ok(Some(kind));
            }
            if read < WINDOW {
                return Ok((reader.limit() == 0).then_some(SecretKind::Unsearchable));
            }
            window.drain(..window.len().saturating_sub(OVERLAP));
        }
    }

    /// Looks through the blobs of documents, which the text holds in another form.
    pub fn check_documents(&self, recording: &Recording) -> Result<(), SecretFound> {
        for exchange in &recording.exchanges {
            let place = exchange.id.to_string();
            let mut blobs = Vec::new();
            gather_blobs(&exchange.input, &mut blobs);
            let raw = &exchange.wire.raw;
            raw.request.iter().chain(&raw.response).for_each(|body| gather_blobs(body, &mut blobs));
            match &exchange.outcome {
                Outcome::Answered { answer: Answer::Output(output), .. } => {
                    gather_blobs(output, &mut blobs);
                }
                Outcome::Answered { answer: Answer::Error(error), .. } => {
                    error.members.iter().for_each(|(_, value)| gather_blobs(value, &mut blobs));
                }
                Outcome::Inferred => {}
            }
            for blob in blobs {
                self.check_bytes(blob, &place)?;
            }
        }
        Ok(())
    }

    fn find(&self, content: &[u8]) -> Option<(SecretKind, usize)> {
        let first = self.finds(content).into_iter().next();
        first.map(|(kind, range)| (kind, range.start))
    }

    /// What is found, by its place.
    fn finds(&self, content: &[u8]) -> Vec<(SecretKind, Range<usize>)> {
        let mut finds = Vec::new();
        for (kind, needles) in
            [(SecretKind::Live, &self.live), (SecretKind::Redacted, &self.redacted)]
        {
            let mut from = 0;
            while let Some(range) = needles.find(content, from) {
                from = range.end;
                finds.push((kind, range));
            }
        }
        let mut found = |kind, range: Range<usize>| {
            if !self.allowances.allows(&content[range.clone()]) {
                finds.push((kind, range));
            }
        };
        patterns::credentials(content, &mut found);
        if self.reach == Reach::All {
            patterns::traces(content, &mut found);
        }
        finds.sort_by_key(|(kind, range)| (range.start, *kind));
        finds
    }
}

/// Counts lines up to places that come in order.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn number(&mut self, at: usize) -> usize {
        self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..at]).count();
        self.at = at;
        self.line
    }
}

/// A place in a recording's text as people know it: a recording that was refused is not there to be looked at.
fn place(text: &str, line: usize, at: usize) -> String {
    const ID: &str = "\n      \"id\": \"";
    let id = text[..at].rfind(ID).map(|start| &text[start + ID.len()..]);
    match id.and_then(|rest| rest.split('"').next()?.parse::<ExchangeId>().ok()) {
        Some(id) => format!("line {line} ({id})"),
        None => format!("line {line}"),
    }
}

impl fmt::Debug for Sweep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sweep { secrets: *** }")
    }
}

/// A reader for which a damaged tail ends the content.
struct Tolerant<R>(R);

impl<R: Read> Read for Tolerant<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.0.read(buffer).unwrap_or(0))
    }
}

/// The content of a gzip file as far as it goes; an error if it is too large to look at.
fn unpack(content: &[u8]) -> Option<Result<Vec<u8>, ()>> {
    if !content.starts_with(&PACKED) {
        return None;
    }
    let mut unpacked = Vec::new();
    let reader = flate2::read::MultiGzDecoder::new(content);
    // A damaged tail ends the content; what came before it is searched.
    let _ = reader.take(UNPACK_LIMIT + 1).read_to_end(&mut unpacked);
    let fits = u64::try_from(unpacked.len()).is_ok_and(|len| len <= UNPACK_LIMIT);
    Some(if fits { Ok(unpacked) } else { Err(()) })
}

fn gather_blobs<'d>(document: &'d Document, blobs: &mut Vec<&'d Bytes>) {
    match document {
        Document::Blob(bytes) => blobs.push(bytes),
        Document::List(items) => items.iter().for_each(|item| gather_blobs(item, blobs)),
        Document::Object(fields) => fields.iter().for_each(|(_, value)| gather_blobs(value, blobs)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
