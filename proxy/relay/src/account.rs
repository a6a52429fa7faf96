//! Whose credentials they are, asked before anything else is.

use standin_model::{Answer, Document};
use standin_sigv4::Credentials;

use crate::own_call::{CallError, Caller, named};

/// Credentials that are not of the account that a run is for.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Nobody said which account the run is for, and AWS is to be asked.
    #[error("the credentials are of account {0}; if this run is for it, pass --account {0}")]
    Unnamed(String),
    /// They are of another.
    #[error("the credentials are of account {0}, and --account says {1}")]
    Other(String, String),
    /// STS could not be asked.
    #[error("can't ask STS whose credentials these are: {0}")]
    Unasked(#[from] CallError),
    /// STS refused to say.
    #[error("STS did not say whose credentials these are: {0}")]
    Refused(String),
}

/// Whether the account must be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// It must.
    Required,
    /// It may.
    Optional,
}

/// The account that the credentials are of, which must be the one that was named; none where nobody asks.
pub(crate) async fn check(
    caller: &Caller,
    credentials: &Credentials,
    region: &str,
    (named, naming): (Option<&str>, Naming),
) -> Result<Option<String>, AccountError> {
    if named.is_none() && naming == Naming::Optional {
        return Ok(None);
    }
    let found = ask(caller, credentials, region).await?;
    match named {
        None => Err(AccountError::Unnamed(found)),
        Some(named) if named != found => Err(AccountError::Other(found, named.to_owned())),
        Some(_) => Ok(Some(found)),
    }
}

async fn ask(
    caller: &Caller,
    credentials: &Credentials,
    region: &str,
) -> Result<String, AccountError> {
    let call = named("sts", "GetCallerIdentity")?;
    match caller.call(call, &Document::empty(), region, Some(credentials)).await? {
        Answer::Output(output) => {
            let account = output.get("Account").and_then(Document::as_str);
            let silent = || AccountError::Refused("its answer has no account".to_owned());
            account.map(str::to_owned).ok_or_else(silent)
        }
        Answer::Error(error) => Err(AccountError::Refused(error.to_string())),
    }
}
