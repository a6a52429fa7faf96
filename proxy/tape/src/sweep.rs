//! The last look before anything is written: no live secret, and nothing that looks like one.

mod needles;
mod patterns;

use std::fmt;
use std::io::{self, Read};

use bytes::Bytes;
use standin_model::{Answer, Document};

use crate::{Outcome, Recording, Written};
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
    needles: Needles,
    allowed: Vec<String>,
}

/// A secret stands in what would be written. It doesn't say the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} in {place}")]
pub struct SecretFound {
    /// What sort of secret.
    pub kind: SecretKind,
    /// Where: a line of the text, or a blob.
    pub place: String,
}

/// A sort of secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretKind {
    /// A secret of the running process, in whatever encoding.
    Live,
    /// An access key id.
    AccessKeyId,
    /// A secret access key by its name.
    SecretKey,
    /// A private key in PEM form.
    PrivateKey,
    /// A JSON web token.
    WebToken,
    /// A URL with a signature in it.
    SignedUrl,
    /// Packed content that is too large to look into.
    Unsearchable,
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "a secret of this run",
            Self::AccessKeyId => "an access key id",
            Self::SecretKey => "a secret access key",
            Self::PrivateKey => "a private key",
            Self::WebToken => "a JSON web token",
            Self::SignedUrl => "a signed URL",
            Self::Unsearchable => "packed content too large to search",
        })
    }
}

impl Sweep {
    /// Looks for what looks like a secret.
    pub fn patterns() -> Self {
        Self::default()
    }

    /// Looks for live secrets too, in every usual encoding. Values shorter than eight bytes are not looked
    /// for: they would be found everywhere.
    pub fn with_secrets<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| secret.len() >= 8);
        Self { needles: Needles::of(secrets), allowed: Vec::new() }
    }

    /// Lets a value through that looks like a secret and was reviewed.
    #[must_use]
    pub fn allowing(mut self, value: impl Into<String>) -> Self {
        self.allowed.push(value.into());
        self
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
        let Some((kind, at)) = self.find(text.as_bytes()) else { return Ok(()) };
        let line = text.as_bytes()[..at].split(|byte| *byte == b'\n').count();
        Err(SecretFound { kind, place: format!("line {line}") })
    }

    /// Looks through bytes, unpacked too if they are packed with gzip.
    pub fn check_bytes(&self, content: &[u8], place: &str) -> Result<(), SecretFound> {
        let found = |kind| SecretFound { kind, place: place.to_owned() };
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
        let found = |kind| SecretFound { kind, place: place.to_owned() };
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
        if let Some(at) = self.needles.find(content) {
            return Some((SecretKind::Live, at));
        }
        patterns::find(content, &self.allowed)
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
