//! The real credentials: from the environment, a profile of the shared files, or a process.

mod process;
mod profile;

use std::collections::BTreeMap;
use std::path::PathBuf;

use standin_sigv4::Credentials;

pub(crate) use profile::Profile;

/// Credentials that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// A shared file can't be read.
    #[error("can't read {0}: {1}")]
    File(PathBuf, #[source] std::io::Error),
    /// The profile that is asked for is in neither file.
    #[error("profile `{0}` is in neither the shared configuration nor the credentials file")]
    NoProfile(String),
    /// A key without a secret, or the other way round.
    #[error("{0} has only a part of a key pair")]
    Half(&'static str),
    /// A profile that takes what we can't.
    #[error(
        "profile `{0}` has no keys of its own and no credential_process; run `aws configure export-credentials` for it"
    )]
    Unsupported(String),
    /// The credential process failed.
    #[error("credential_process failed: {0}")]
    Process(String),
}

/// Who signs, and the region that goes with it.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The credentials, if there are any.
    pub credentials: Option<Credentials>,
    /// The region that the environment or the profile names.
    pub region: Option<String>,
}

impl Identity {
    /// Looks where AWS's clients look, as far as one machine's files and environment go.
    pub async fn load(environment: &BTreeMap<String, String>) -> Result<Self, CredentialsError> {
        let profile = Profile::load(environment)?;
        let region = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .iter()
            .find_map(|name| set(environment, name))
            .or_else(|| profile.get("region"));
        let credentials = match from_environment(environment, &profile)? {
            Some(credentials) => Some(credentials),
            None => profile.credentials().await?,
        };
        Ok(Self { credentials, region: region.map(str::to_owned) })
    }
}

/// The keys of the environment, which a profile asked for by name goes before.
fn from_environment(
    environment: &BTreeMap<String, String>,
    profile: &Profile,
) -> Result<Option<Credentials>, CredentialsError> {
    if profile.is_named() {
        return Ok(None);
    }
    let key = set(environment, "AWS_ACCESS_KEY_ID");
    let secret = set(environment, "AWS_SECRET_ACCESS_KEY");
    let token = set(environment, "AWS_SESSION_TOKEN").map(str::to_owned);
    match (key, secret) {
        (Some(key), Some(secret)) => Ok(Some(Credentials::from_keys(key, secret, token))),
        (None, None) => Ok(None),
        _ => Err(CredentialsError::Half("the environment")),
    }
}

/// The value of a variable that is set to something.
pub(crate) fn set<'e>(environment: &'e BTreeMap<String, String>, name: &str) -> Option<&'e str> {
    environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
