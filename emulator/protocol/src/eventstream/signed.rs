//! The signed messages in which clients wrap the events that they send.

use bytes::Bytes;
use standin_model::Timestamp;

use super::{FrameError, HeaderValue, Message};

const DATE: &str = ":date";
const SIGNATURE: &str = ":chunk-signature";

/// A message that carries another, its date and its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// When it was signed.
    pub date: Timestamp,
    /// Its signature, which goes on from that of the message before it.
    pub signature: Bytes,
    /// What it carries; nothing at the end of the stream.
    pub message: Option<Message>,
}

impl Signed {
    /// What is signed, if the message is of this form: it has a signature.
    pub fn of(message: &Message) -> Result<Option<Self>, FrameError> {
        let Some(signature) = message.header(SIGNATURE) else { return Ok(None) };
        let (HeaderValue::Blob(signature), Some(HeaderValue::Timestamp(date))) =
            (signature, message.header(DATE))
        else {
            return Err(FrameError::Signed);
        };
        let inner = match message.payload.as_ref() {
            [] => None,
            payload => match Message::decode(payload)? {
                Some((inner, length)) if length == payload.len() => Some(inner),
                _ => return Err(FrameError::Signed),
            },
        };
        Ok(Some(Self { date: *date, signature: signature.clone(), message: inner }))
    }

    /// The message that carries it.
    pub fn wrap(&self) -> Result<Message, FrameError> {
        let payload = self.message.as_ref().map(Message::encode).transpose()?.unwrap_or_default();
        let headers = vec![
            (DATE.to_owned(), HeaderValue::Timestamp(self.date)),
            (SIGNATURE.to_owned(), HeaderValue::Blob(self.signature.clone())),
        ];
        Ok(Message { headers, payload })
    }
}
