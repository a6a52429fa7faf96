//! The signatures of the messages that a client sends in an event stream.
//!
//! Such a message wraps another as its payload, and has two headers: `:date`, a timestamp in milliseconds, and
//! `:chunk-signature`, the 32 bytes that are made here. Each signature goes on from the one before it, the first from
//! that of the request's head. The message that ends the stream has no payload and is signed like the others. Frames
//! are read and written elsewhere: this module sees a date and the payload's bytes.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use ring::hmac;

use crate::canonical::{hex, sha256_hex};
use crate::keys::derive_hmac;
use crate::verify::same;
use crate::{Scope, date};

/// Signs or verifies the messages of one event stream, one after the other.
#[derive(Clone, Debug)]
pub struct EventChain {
    credentials: Credentials,
    /// The scope of the last message, and its key: a stream that lasts into the next day gets another.
    scope: Scope,
    key: hmac::Key,
    /// The last signature, in hex.
    running: String,
}

/// A message whose signature can't be made, or doesn't hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The date lies before 1970 or after 9999, which the text that is signed has no form for.
    #[error("the date of a signed message is out of range")]
    Date,
    /// The message was signed with another key, changed afterwards, or does not stand where it stood.
    #[error("the signature of a message does not match")]
    Mismatch,
}

/// The end of the year 9999, in milliseconds since 1970.
const LAST: i64 = 253_402_300_799_999;

/// `:date` as a header's name is written, and the type of timestamps.
const DATE: &[u8; 7] = b"\x05:date\x08";

impl EventChain {
    /// A chain that begins with `seed`, the signature of the request's head in hex. The region and the service are
    /// those of the head's scope.
    pub fn new(credentials: &Credentials, region: &str, service: &str, seed: &str) -> Self {
        let scope =
            Scope { region: region.to_owned(), service: service.to_owned(), ..Scope::default() };
        let key = derive_hmac(credentials.secret_access_key(), &scope);
        Self { credentials: credentials.clone(), scope, key, running: seed.to_owned() }
    }

    /// Signs the next message: `date` is what its `:date` says, in milliseconds since 1970, `payload` the bytes
    /// that it wraps, none at the end of the stream. Gives what goes into `:chunk-signature`.
    pub fn sign(&mut self, date: i64, payload: &[u8]) -> Result<[u8; 32], EventError> {
        let signature = self.next(date, (&date_header(date), payload))?;
        self.running = hex(&signature);
        Ok(signature)
    }

    /// Checks the next message against the signature that it carries. After one that doesn't hold, the chain stays
    /// where it was.
    pub fn verify(
        &mut self,
        date: i64,
        payload: &[u8],
        signature: &[u8],
    ) -> Result<(), EventError> {
        let expected = self.next(date, (&date_header(date), payload))?;
        if !same(&expected, signature) {
            return Err(EventError::Mismatch);
        }
        self.running = hex(&expected);
        Ok(())
    }

    /// The signature of a message that comes after those before.
    fn next(
        &mut self,
        date: i64,
        (headers, payload): (&[u8], &[u8]),
    ) -> Result<[u8; 32], EventError> {
        let since = u64::try_from(date).ok().filter(|_| date <= LAST).ok_or(EventError::Date)?;
        let timestamp = date::format(SystemTime::UNIX_EPOCH + Duration::from_millis(since));
        let day = timestamp.get(..8).unwrap_or_default();
        if self.scope.date != day {
            day.clone_into(&mut self.scope.date);
            self.key = derive_hmac(self.credentials.secret_access_key(), &self.scope);
        }
        let Self { scope, running, .. } = self;
        let (headers, payload) = (sha256_hex(headers), sha256_hex(payload));
        let text = format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n{timestamp}\n{scope}\n{running}\n{headers}\n{payload}"
        );
        let tag = hmac::sign(&self.key, text.as_bytes());
        Ok(tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes"))
    }
}

/// The headers that are signed: `:date` alone, as it stands in the frame.
fn date_header(date: i64) -> Vec<u8> {
    [&DATE[..], &date.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests;
