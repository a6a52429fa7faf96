//! An exchange: one request and its answer, decoded.

use std::fmt;
use std::str::FromStr;

use standin_model::{Answer, Document, Protocol};

use crate::Gap;

/// One request and its answer, with what a client can see on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// `Operation#n`, unique in its recording.
    pub id: ExchangeId,
    /// botocore's name of the service (`sqs`).
    pub service: String,
    /// The exchanges that must come before this one.
    pub after: Vec<ExchangeId>,
    /// The pause that the client made before the request.
    pub gap: Gap,
    /// The input, a template. The member that is a streamed body is in it, as a blob.
    pub input: Document,
    /// The answer, if there was one.
    pub outcome: Outcome,
    /// What a client can see apart from input and output.
    pub wire: Wire,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The exchange was not recorded: the recording supposes that it happened before.
    Inferred,
    /// The origin answered. Documents are templates; a streamed body is a blob in its member.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The output or error.
        answer: Answer,
    },
}

/// What a client can see or say apart from input and output.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    /// The protocol of the request.
    pub protocol: Protocol,
    /// The host that the client named, a template.
    pub host: Option<String>,
    /// How the request was signed.
    pub signing: Signing,
    /// Response headers of the allow-list that no output member carries, by lower-case name; templates.
    pub response_headers: Vec<(String, String)>,
    /// Bodies that input and output don't give back.
    pub raw: Raw,
}

/// Bodies as they stood on the wire, kept only where decoding and encoding again says something else.
///
/// Text is a template, anything else a blob. What scrubbing changed is not kept raw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Raw {
    /// The request's body.
    pub request: Option<Document>,
    /// The response's body.
    pub response: Option<Document>,
}

/// How a request was signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// In a header, as usual.
    #[default]
    Header,
    /// In its query: a presigned URL.
    Query,
    /// Not at all.
    None,
}

/// The name of an exchange in its recording: operation and ordinal, written `SendMessage#2`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExchangeId {
    /// The operation.
    pub operation: String,
    /// Which one of that operation, from 1.
    pub ordinal: u32,
}

/// Text is not of the form `Operation#n`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an exchange id (Operation#n)")]
pub struct BadExchangeId(pub String);

impl Exchange {
    /// The operation's name.
    pub fn operation(&self) -> &str {
        &self.id.operation
    }

    /// Whether the exchange was inferred, not recorded.
    pub fn is_inferred(&self) -> bool {
        self.outcome == Outcome::Inferred
    }

    /// The recorded answer.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Inferred => None,
            Outcome::Answered { answer, .. } => Some(answer),
        }
    }

    /// The recorded HTTP status.
    pub fn status(&self) -> Option<u16> {
        match self.outcome {
            Outcome::Inferred => None,
            Outcome::Answered { status, .. } => Some(status),
        }
    }
}

impl Raw {
    /// Whether nothing is kept raw.
    pub fn is_empty(&self) -> bool {
        self.request.is_none() && self.response.is_none()
    }
}

impl Wire {
    /// A wire with nothing to say but its protocol.
    pub fn plain(protocol: Protocol) -> Self {
        Self {
            protocol,
            host: None,
            signing: Signing::Header,
            response_headers: Vec::new(),
            raw: Raw::default(),
        }
    }
}

impl Signing {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::None => "none",
        }
    }

    /// The way with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Header, Self::Query, Self::None].into_iter().find(|way| way.name() == name)
    }
}

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.operation, self.ordinal)
    }
}

impl FromStr for ExchangeId {
    type Err = BadExchangeId;

    fn from_str(text: &str) -> Result<Self, BadExchangeId> {
        let bad = || BadExchangeId(text.to_owned());
        let (operation, ordinal) = text.split_once('#').ok_or_else(bad)?;
        let plain = !operation.is_empty() && operation.bytes().all(|b| b.is_ascii_alphanumeric());
        match ordinal.parse() {
            Ok(number) if plain && number > 0 && !ordinal.starts_with(['0', '+']) => {
                Ok(Self { operation: operation.to_owned(), ordinal: number })
            }
            _ => Err(bad()),
        }
    }
}
