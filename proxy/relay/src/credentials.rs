//! The real credentials: from the environment, a profile of the shared files, a process, a role, single
//! sign-on, a container's or an instance's agent; asked for anew before they expire.
//!
//! STS and the portal of single sign-on are called through our own protocols, so that this costs no crate:
//! ARCHITECTURE.md has what AWS's would.

mod endpoint;
mod find;
mod process;
mod provider;
mod role;
mod shared;
mod sign_on;
mod source;
mod token;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use standin_sigv4::Credentials;

use crate::own_call::Caller;
use crate::{Clock, Dialing, Overrides, Upstream, UpstreamError, Upstreams};
use find::Search;
pub(crate) use provider::Provider;
use shared::Shared;
use source::{Network, Source};

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
    /// A profile that says nothing of where credentials are.
    #[error("profile `{0}` has no keys, no credential_process, no role and no single sign-on")]
    Unsupported(String),
    /// A profile lacks a setting that goes with another.
    #[error("profile `{0}` has no {1}")]
    Setting(String, &'static str),
    /// Profiles that are each other's source.
    #[error("profile `{0}` is its own source_profile, and has no keys")]
    Loop(String),
    /// A profile whose `credential_source` is not here.
    #[error("profile `{0}`: there are no credentials in its credential_source, {1}")]
    Nowhere(String, String),
    /// A profile that asks a person for a code.
    #[error(
        "profile `{0}` asks for an MFA code: give the output of `aws configure export-credentials` \
         in the environment"
    )]
    Mfa(String),
    /// The token of a single sign-on is gone or old.
    #[error("the single sign-on of profile `{0}` is over: run `aws sso login --profile {0}`")]
    Login(String),
    /// A role is not given.
    #[error("no credentials of role {0}: {1}")]
    Role(String, String),
    /// An agent of the machine gives none.
    #[error("no credentials from {0}: {1}")]
    Agent(String, String),
    /// The client that asks can't be made.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// They expired in the middle of a run.
    #[error("the credentials have expired, and there are no new ones{0}")]
    Expired(String),
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
    /// Who gives new ones.
    source: Option<Source>,
}

const DEFAULT_REGION: &str = "us-east-1";

impl Identity {
    /// Looks where AWS's clients look.
    pub async fn load(
        environment: &BTreeMap<String, String>,
        dialing: &Dialing,
        clock: Clock,
    ) -> Result<Self, CredentialsError> {
        let shared = Shared::read(environment)?;
        let search = Search { environment, shared: &shared };
        let profile = search.profile()?;
        let region = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .iter()
            .find_map(|name| set(environment, name))
            .or_else(|| profile.as_ref()?.get("region"))
            .map(str::to_owned);
        let source = search.source()?;
        let credentials = match &source {
            Some(Source::Keys(keys)) => Some(keys.clone()),
            Some(source) => {
                let network = network(environment, (dialing, clock), region.as_deref())?;
                source.load(&network).await?
            }
            None => None,
        };
        Ok(Self { credentials, region, source })
    }

    /// The credentials for a run, new ones before they expire; `fallback` where there are none.
    pub(crate) fn provider(
        self,
        environment: &BTreeMap<String, String>,
        (dialing, clock): (&Dialing, Clock),
        fallback: Credentials,
    ) -> Result<Provider, CredentialsError> {
        let first = self.credentials.unwrap_or(fallback);
        let source = match self.source {
            None | Some(Source::Keys(_)) => None,
            Some(source) => {
                let region = self.region.as_deref();
                Some((source, network(environment, (dialing, clock), region)?))
            }
        };
        Ok(Provider::new(first, source, clock))
    }
}

/// How STS, the portal of single sign-on and the machine's agents are asked.
fn network(
    environment: &BTreeMap<String, String>,
    (dialing, clock): (&Dialing, Clock),
    region: Option<&str>,
) -> Result<Network, CredentialsError> {
    let ignored = set(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    let ignored = ignored.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let told = |service: &str, variable| {
        let url = set(environment, variable).or_else(|| set(environment, "AWS_ENDPOINT_URL"))?;
        Some(format!("{service}={url}")).filter(|_| !ignored)
    };
    let places = [
        ("sts", "AWS_ENDPOINT_URL_STS"),
        ("sso", "AWS_ENDPOINT_URL_SSO"),
        ("sso-oidc", "AWS_ENDPOINT_URL_SSO_OIDC"),
    ];
    let told: Vec<String> =
        places.iter().filter_map(|(service, variable)| told(service, variable)).collect();
    let overrides = Overrides::parse(&told)
        .map_err(|error| CredentialsError::Agent("AWS_ENDPOINT_URL".into(), error.to_string()))?;
    Ok(Network {
        caller: Caller {
            upstream: Upstream::Aws,
            overrides,
            upstreams: Upstreams::new(dialing)?,
            skew: Arc::default(),
            clock,
        },
        local: Upstreams::new(&Dialing::default())?,
        region: region.unwrap_or(DEFAULT_REGION).to_owned(),
    })
}

/// The value of a variable that is set to something.
pub(crate) fn set<'e>(environment: &'e BTreeMap<String, String>, name: &str) -> Option<&'e str> {
    environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
