//! Server: whether a request's body is the one that its checksums are of.

use http::HeaderMap;

use super::{Algorithm, Checksum, ChecksumError};
use crate::Call;
use crate::codec::{Strictness, scalar};

/// The header that names the algorithm of a request's checksum.
const NAMED: &str = "x-amz-sdk-checksum-algorithm";
const CONTENT_MD5: &str = "content-md5";
const MD5_SIZE: usize = 16;

/// The checksums that a body must have, computed as it comes.
#[derive(Debug, Default)]
pub struct BodyCheck {
    checksum: Option<(Checksum, Expected)>,
    md5: Option<(Checksum, Vec<u8>)>,
}

#[derive(Debug)]
enum Expected {
    /// A header has said it.
    Value(Vec<u8>),
    /// A trailer will say it.
    Trailer,
}

impl Call {
    /// What must hold of the body of a request with these headers, if the operation's model speaks of checksums.
    ///
    /// `trailers` are the names of the trailers that the request announces, in lower case.
    pub fn body_check(
        &self,
        headers: &HeaderMap,
        trailers: &[String],
    ) -> Result<BodyCheck, ChecksumError> {
        let operation = self.operation;
        if !operation.checksum_required && operation.checksum_algorithm_member.is_none() {
            return Ok(BodyCheck::default());
        }
        let check = BodyCheck { checksum: expected(headers, trailers)?, md5: md5(headers)? };
        if check.checksum.is_none() && named(headers)?.is_some() {
            return Err(ChecksumError::Unfulfilled);
        }
        if operation.checksum_required && check.is_empty() {
            return Err(ChecksumError::Missing);
        }
        Ok(check)
    }
}

impl BodyCheck {
    /// Whether there is nothing to check.
    pub fn is_empty(&self) -> bool {
        self.checksum.is_none() && self.md5.is_none()
    }

    /// Goes on with further bytes of the body.
    pub fn update(&mut self, bytes: &[u8]) {
        let checksums = self.checksum.iter_mut().map(|(checksum, _)| checksum);
        for checksum in checksums.chain(self.md5.iter_mut().map(|(checksum, _)| checksum)) {
            checksum.update(bytes);
        }
    }

    /// Compares, the body being at its end; `trailers` are those that followed it.
    pub fn finish(self, trailers: &[(String, String)]) -> Result<(), ChecksumError> {
        if let Some((checksum, expected)) = self.md5 {
            let calculated = checksum.finish();
            if calculated != expected {
                return Err(ChecksumError::Md5Mismatch {
                    expected: expected.iter().map(|byte| format!("{byte:02x}")).collect(),
                    calculated: scalar::format_blob(&calculated),
                });
            }
        }
        let Some((checksum, expected)) = self.checksum else { return Ok(()) };
        let algorithm = checksum.algorithm();
        let expected = match expected {
            Expected::Value(value) => value,
            Expected::Trailer => trailer(algorithm, trailers)?,
        };
        match checksum.finish() == expected {
            true => Ok(()),
            false => Err(ChecksumError::Mismatch(algorithm)),
        }
    }
}

/// The one checksum that the headers give or announce.
fn expected(
    headers: &HeaderMap,
    trailers: &[String],
) -> Result<Option<(Checksum, Expected)>, ChecksumError> {
    let mut found = None;
    for algorithm in Algorithm::ALL {
        let header = algorithm.header();
        let announced = || trailers.iter().any(|name| *name == header.as_str());
        let expected = match headers.get(&header) {
            Some(value) => Expected::Value(parse(algorithm, value.to_str().ok())?),
            None if announced() => Expected::Trailer,
            None => continue,
        };
        if found.replace((Checksum::new(algorithm), expected)).is_some() {
            return Err(ChecksumError::Several);
        }
    }
    Ok(found)
}

fn trailer(algorithm: Algorithm, trailers: &[(String, String)]) -> Result<Vec<u8>, ChecksumError> {
    let header = algorithm.header();
    let (_, value) = trailers
        .iter()
        .find(|(name, _)| *name == header.as_str())
        .ok_or(ChecksumError::NoTrailer)?;
    parse(algorithm, Some(value))
}

fn parse(algorithm: Algorithm, text: Option<&str>) -> Result<Vec<u8>, ChecksumError> {
    let bytes = text.and_then(|text| scalar::parse_blob(text, Strictness::Strict));
    let bytes = bytes.filter(|bytes| bytes.len() == algorithm.size());
    bytes.map(Into::into).ok_or(ChecksumError::Malformed(algorithm))
}

fn md5(headers: &HeaderMap) -> Result<Option<(Checksum, Vec<u8>)>, ChecksumError> {
    let Some(value) = headers.get(CONTENT_MD5) else { return Ok(None) };
    let text = String::from_utf8_lossy(value.as_bytes());
    let bytes =
        scalar::parse_blob(&text, Strictness::Strict).filter(|bytes| bytes.len() == MD5_SIZE);
    match bytes {
        Some(bytes) => Ok(Some((Checksum::new(Algorithm::Md5), bytes.into()))),
        None => Err(ChecksumError::MalformedMd5 { value: text.into_owned() }),
    }
}

fn named(headers: &HeaderMap) -> Result<Option<Algorithm>, ChecksumError> {
    let Some(value) = headers.get(NAMED) else { return Ok(None) };
    let algorithm = value.to_str().ok().and_then(Algorithm::from_name);
    algorithm.map(Some).ok_or(ChecksumError::Unsupported)
}
