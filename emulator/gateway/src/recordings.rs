//! The port to recordings, which may answer before providers do.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response};
use standin_core::Context;
use standin_protocol::Call;

/// What was recorded of an origin, to be answered again.
pub trait Recordings: std::fmt::Debug + Send + Sync {
    /// Whether anything was recorded of an operation; asked before a body is read.
    fn knows(&self, call: Call) -> bool;

    /// The recorded answer to a request; none where nothing was recorded that it could be.
    fn answer(&self, asked: Asked<'_>) -> Option<Recorded>;
}

/// A request that may have been recorded.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'r> {
    /// Its operation.
    pub call: Call,
    /// Who asks, where and when.
    pub context: &'r Context,
    /// Its head, with the URI that the operation's codec reads.
    pub head: &'r Parts,
    /// Its body, as it came.
    pub body: &'r Bytes,
}

/// An answer that was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// The answer.
    pub response: Response<Bytes>,
    /// Of which recording: `recorded:SERVICE/SCENARIO@DATE`.
    pub evidence: HeaderValue,
}

/// No recordings.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRecordings;

impl Recordings for NoRecordings {
    fn knows(&self, _: Call) -> bool {
        false
    }

    fn answer(&self, _: Asked<'_>) -> Option<Recorded> {
        None
    }
}
