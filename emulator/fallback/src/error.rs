//! What can go wrong with a backend.

use std::{io, sync::Arc};

use standin_core::ServiceError;
use standin_packages::InstallError;

/// A backend could not be started or reached.
///
/// Cloned, because all requests that wait for one start hear of its failure.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BackendError {
    /// Its package could not be installed.
    #[error("{0}")]
    Install(#[from] Arc<InstallError>),
    /// Its program could not be run.
    #[error("{program} can't be run: {source}")]
    Spawn {
        /// The program.
        program: String,
        /// Why.
        source: Arc<io::Error>,
    },
    /// It said why it does not start.
    #[error("{0}")]
    Refused(String),
    /// It ended, or said nothing for too long, before it was up; with the last lines it wrote.
    #[error("it did not come up: {0}")]
    NotUp(String),
    /// It ran, and answered nothing any more; it was killed.
    #[error("it hung and was killed: {0}")]
    Hung(String),
    /// The URL that was given for it can't be used.
    #[error("{0:?} is not an http URL of a host")]
    Url(String),
    /// It did not empty itself when asked to.
    #[error("{0} can't be emptied")]
    Reset(String),
}

impl BackendError {
    /// The error that a client gets for it: status 503, which clients try again.
    pub(crate) fn answer(&self, backend: &str) -> ServiceError {
        unavailable(format!("The backend {backend} is not available: {self}"))
    }
}

/// Status 503.
pub(crate) fn unavailable(message: String) -> ServiceError {
    ServiceError::fault("ServiceUnavailable", message).with_status(503)
}
