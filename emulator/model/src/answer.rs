//! What a service answers: an output or an error, apart from any protocol.

use std::borrow::Cow;

use crate::{Document, Fields, Key};

/// The answer of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Success, with the output structure.
    Output(Document),
    /// An error of the service.
    Error(ServiceError),
}

/// An error as AWS answers it, apart from any protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceError {
    /// The error's shape name or, for errors outside the model, its code (`InvalidAction`).
    ///
    /// A serializer looks the shape up by this name and writes the code, status and members that the
    /// shape declares. A parser sets the shape's name where the code names one, else the code.
    pub code: Cow<'static, str>,
    /// The text for people; some errors have none.
    pub message: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// The sender is at fault, not the service.
    pub sender_fault: bool,
    /// Modelled members besides the message.
    pub members: Fields,
}

impl ServiceError {
    /// An error of the sender's making, status 400.
    pub fn sender(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: Some(message.into()),
            status: 400,
            sender_fault: true,
            members: Fields::default(),
        }
    }

    /// An error of the service's making, status 500.
    pub fn fault(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status: 500, sender_fault: false, ..Self::sender(code, message) }
    }

    /// The same error with another status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same error with a modelled member set.
    #[must_use]
    pub fn with_member(mut self, name: impl Into<Key>, value: Document) -> Self {
        self.members.insert(name, value);
        self
    }
}

impl std::fmt::Display for ServiceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.message {
            Some(message) => write!(f, "{}: {message}", self.code),
            None => f.write_str(&self.code),
        }
    }
}

impl std::error::Error for ServiceError {}
