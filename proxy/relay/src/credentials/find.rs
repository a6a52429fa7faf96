//! Where credentials are to be had, in the order in which AWS's clients look.

use std::collections::BTreeMap;
use std::path::PathBuf;

use standin_sigv4::Credentials;

use super::role::{Role, WebIdentity};
use super::shared::{Profile, Shared};
use super::sign_on::SignOn;
use super::source::Source;
use super::{CredentialsError, endpoint, set};

/// What the search looks at.
pub(crate) struct Search<'a> {
    pub(crate) environment: &'a BTreeMap<String, String>,
    pub(crate) shared: &'a Shared,
}

/// The session name of roles for which none is given.
const SESSION: &str = "standin";

impl Search<'_> {
    /// The name of the profile, and whether it was asked for by name.
    pub(crate) fn profile_name(&self) -> (&str, bool) {
        let named = set(self.environment, "AWS_PROFILE")
            .or_else(|| set(self.environment, "AWS_DEFAULT_PROFILE"));
        (named.unwrap_or("default"), named.is_some())
    }

    /// The profile; a named one must be there.
    pub(crate) fn profile(&self) -> Result<Option<Profile>, CredentialsError> {
        let (name, named) = self.profile_name();
        match self.shared.profile(name) {
            None if named => Err(CredentialsError::NoProfile(name.to_owned())),
            profile => Ok(profile),
        }
    }

    /// The source: a profile that is asked for by name, the keys of the environment, the default profile, a web
    /// identity, the container's, the instance's.
    pub(crate) fn source(&self) -> Result<Option<Source>, CredentialsError> {
        let profile = self.profile()?;
        let (_, named) = self.profile_name();
        if !named && let Some(keys) = self.environment_keys()? {
            return Ok(Some(Source::Keys(keys)));
        }
        let of_profile = match &profile {
            Some(profile) => self.of_profile(profile, &mut Vec::new())?,
            None => None,
        };
        match of_profile {
            Some(source) => return Ok(Some(source)),
            None if named => {
                return Err(CredentialsError::Unsupported(self.profile_name().0.to_owned()));
            }
            None => {}
        }
        if let Some(token) = set(self.environment, "AWS_WEB_IDENTITY_TOKEN_FILE") {
            let role = set(self.environment, "AWS_ROLE_ARN")
                .ok_or(CredentialsError::Half("AWS_WEB_IDENTITY_TOKEN_FILE"))?;
            let session = set(self.environment, "AWS_ROLE_SESSION_NAME").unwrap_or(SESSION);
            return Ok(Some(Source::WebIdentity(WebIdentity {
                role: role.to_owned(),
                session: session.to_owned(),
                token: PathBuf::from(token),
            })));
        }
        Ok(match endpoint::Container::of(self.environment)? {
            Some(container) => Some(Source::Container(container)),
            None => endpoint::Instance::of(self.environment).map(Source::Instance),
        })
    }

    fn environment_keys(&self) -> Result<Option<Credentials>, CredentialsError> {
        let get = |name| set(self.environment, name);
        keys(
            get("AWS_ACCESS_KEY_ID"),
            get("AWS_SECRET_ACCESS_KEY"),
            get("AWS_SESSION_TOKEN"),
            "the environment",
        )
    }

    /// What a profile says; `seen` are the profiles whose source it is.
    fn of_profile(
        &self,
        profile: &Profile,
        seen: &mut Vec<String>,
    ) -> Result<Option<Source>, CredentialsError> {
        // A profile that is its own source means its keys.
        let again = seen.contains(&profile.name);
        if let (Some(role), false) = (profile.get("role_arn"), again) {
            seen.push(profile.name.clone());
            return self.role(profile, role, seen).map(Some);
        }
        let own = keys(
            profile.get("aws_access_key_id"),
            profile.get("aws_secret_access_key"),
            profile.get("aws_session_token"),
            "the profile",
        )?;
        if let Some(keys) = own {
            return Ok(Some(Source::Keys(keys)));
        }
        if again {
            return Err(CredentialsError::Loop(profile.name.clone()));
        }
        if let Some(command) = profile.get("credential_process") {
            return Ok(Some(Source::Process(command.to_owned())));
        }
        SignOn::of(profile, self.shared).map(|found| found.map(Source::SignOn))
    }

    fn role(
        &self,
        profile: &Profile,
        role: &str,
        seen: &mut Vec<String>,
    ) -> Result<Source, CredentialsError> {
        if profile.get("mfa_serial").is_some() {
            return Err(CredentialsError::Mfa(profile.name.clone()));
        }
        let session = profile.get("role_session_name").unwrap_or(SESSION).to_owned();
        if let Some(token) = profile.get("web_identity_token_file") {
            let token = PathBuf::from(token);
            return Ok(Source::WebIdentity(WebIdentity { role: role.to_owned(), session, token }));
        }
        let source = match (profile.get("source_profile"), profile.get("credential_source")) {
            (Some(name), _) => {
                let absent = || CredentialsError::NoProfile(name.to_owned());
                let source = self.shared.profile(name).ok_or_else(absent)?;
                let found = self.of_profile(&source, seen)?;
                found.ok_or_else(|| CredentialsError::Unsupported(name.to_owned()))?
            }
            (None, Some(kind)) => self.named_source(kind, &profile.name)?,
            (None, None) => {
                return Err(CredentialsError::Setting(profile.name.clone(), "source_profile"));
            }
        };
        Ok(Source::Role(Box::new(Role {
            role: role.to_owned(),
            session,
            external_id: profile.get("external_id").map(str::to_owned),
            seconds: profile.get("duration_seconds").and_then(|seconds| seconds.parse().ok()),
            source,
        })))
    }

    /// What `credential_source` says.
    fn named_source(&self, kind: &str, profile: &str) -> Result<Source, CredentialsError> {
        let found = match kind {
            "Environment" => self.environment_keys()?.map(Source::Keys),
            "EcsContainer" => endpoint::Container::of(self.environment)?.map(Source::Container),
            "Ec2InstanceMetadata" => endpoint::Instance::of(self.environment).map(Source::Instance),
            _ => None,
        };
        found.ok_or_else(|| CredentialsError::Nowhere(profile.to_owned(), kind.to_owned()))
    }
}

fn keys(
    key: Option<&str>,
    secret: Option<&str>,
    token: Option<&str>,
    place: &'static str,
) -> Result<Option<Credentials>, CredentialsError> {
    match (key, secret) {
        (Some(key), Some(secret)) => {
            Ok(Some(Credentials::from_keys(key, secret, token.map(str::to_owned))))
        }
        (None, None) => Ok(None),
        _ => Err(CredentialsError::Half(place)),
    }
}
