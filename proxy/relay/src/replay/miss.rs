//! Requests that the recording has not got, explained.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Response};
use standin_model::{Document, ServiceError};
use standin_protocol::Call;
use standin_tape::{Exceptions, ExchangeId, Mask, Scrubber, Sweep};

use super::matching::Difference;
use super::prepared::Operation;

/// The request id of answers that no recording gave.
pub(crate) const REQUEST_ID: &str = "00000000-0000-0000-0000-000000000000";
const DIFFERENCES: usize = 8;

/// A request that the recording has no answer to. As text it says why, over several lines.
#[derive(Clone, Debug)]
pub struct Miss {
    /// What was asked for.
    pub call: Call,
    /// Why there is no answer.
    pub reason: Reason,
}

/// Why a recording has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The operation is not in it; these are.
    Unknown(Vec<(&'static str, &'static str)>),
    /// The same request was answered as often as it was recorded; the last time with this exchange.
    Again(ExchangeId),
    /// Nothing is quite like it.
    Nearest {
        /// The exchange that is the most like it.
        exchange: ExchangeId,
        /// Where it is another; nowhere if it only came too early or too late.
        differences: Vec<Difference>,
        /// What comes before that exchange, and was not asked for yet.
        unmet: Vec<ExchangeId>,
        /// A change that was made, and that the exchange was recorded before.
        passed: Option<ExchangeId>,
    },
    /// The request can't be read.
    Unreadable(String),
    /// The recorded answer can't be written.
    Unwritable(String),
}

impl Miss {
    pub(super) fn new(call: Call, reason: Reason) -> Self {
        Self { call, reason }
    }

    /// The answer to a miss: 501 in the call's own protocol, with the operation in `x-standin-miss`.
    pub fn answer(&self) -> Response<Bytes> {
        let text = self.to_string();
        let first = text.lines().next().unwrap_or_default();
        let error = ServiceError::fault("StandinReplayMiss", first).with_status(501);
        let mut response = self.call.serialize_error(&error, REQUEST_ID);
        *response.status_mut() = http::StatusCode::NOT_IMPLEMENTED;
        let (service, operation) = (self.call.service.metadata.name, self.call.operation.name);
        if let Ok(value) = HeaderValue::from_str(&format!("{service}.{operation}")) {
            response.headers_mut().insert("x-standin-miss", value);
        }
        response
    }
}

/// What looks like a secret is masked.
impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text)?;
        f.write_str(&Mask::new(Sweep::patterns()).text(&text))
    }
}

impl Miss {
    fn write(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        let name = format!("{} {}", self.call.service.metadata.name, self.call.operation.name);
        match &self.reason {
            Reason::Unknown(known) => {
                write!(f, "{name} is not in the recording, which has {}", list(known))
            }
            Reason::Again(id) => {
                write!(f, "{name} is not in the recording once more: {id} was answered")
            }
            Reason::Unreadable(reason) => write!(f, "{name}: {reason}"),
            Reason::Unwritable(reason) => f.write_str(reason),
            Reason::Nearest { exchange, differences, unmet, passed } => {
                write!(f, "{name} is not in the recording; nearest is {exchange}")?;
                for Difference { path, recorded, actual } in differences.iter().take(DIFFERENCES) {
                    write!(f, "\n  {path}: recorded {recorded}, got {actual}")?;
                }
                if differences.len() > DIFFERENCES {
                    write!(f, "\n  and {} more", differences.len() - DIFFERENCES)?;
                }
                for id in unmet {
                    write!(f, "\n  it comes after {id}, which was not asked for yet")?;
                }
                if let Some(id) = passed {
                    write!(f, "\n  it was recorded before {id}, which was asked for already")?;
                }
                Ok(())
            }
        }
    }
}

/// An input without its secrets, as a recording would have it.
pub(super) fn scrubbed(call: Call, input: &Document) -> Document {
    Scrubber::new(Exceptions::default()).input(call.service, call.operation, input.clone())
}

fn list(known: &[Operation]) -> String {
    let mut names: Vec<String> =
        known.iter().map(|(service, operation)| format!("{service} {operation}")).collect();
    names.sort_unstable();
    names.join(", ")
}
