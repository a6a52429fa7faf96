//! Single sign-on: credentials for the token that `aws sso login` left in its cache.

use std::path::PathBuf;

use standin_model::{Answer, Document, Timestamp};
use standin_sigv4::Credentials;

use super::CredentialsError;
use super::shared::{Profile, Shared};
use super::source::{Network, system_time};
use super::token::Token;
use crate::own_call::named;

/// A role of an account in a single sign-on.
#[derive(Clone, Debug)]
pub(crate) struct SignOn {
    /// The profile that names it, for messages.
    profile: String,
    /// The portal's region.
    region: String,
    account: String,
    role: String,
    /// The file with the token.
    cache: PathBuf,
}

impl SignOn {
    /// What a profile says of it; none where it says nothing.
    pub(crate) fn of(profile: &Profile, shared: &Shared) -> Result<Option<Self>, CredentialsError> {
        if profile.get("sso_account_id").is_none() {
            return Ok(None);
        }
        let missing = |name| CredentialsError::Setting(profile.name.clone(), name);
        let (region, key) = match profile.get("sso_session") {
            Some(session) => {
                let region = shared.sso_session(session, "sso_region");
                (region.ok_or_else(|| missing("sso_region"))?, session.to_owned())
            }
            None => (profile.need("sso_region")?, profile.need("sso_start_url")?),
        };
        Ok(Some(Self {
            profile: profile.name.clone(),
            region,
            account: profile.need("sso_account_id")?,
            role: profile.need("sso_role_name")?,
            cache: shared.sso_cache(&key).ok_or_else(|| missing("home folder"))?,
        }))
    }

    pub(crate) async fn load(&self, network: &Network) -> Result<Credentials, CredentialsError> {
        let login = || CredentialsError::Login(self.profile.clone());
        let mut token = Token::read(&self.cache).ok_or_else(login)?;
        let now = (network.caller.clock)();
        if token.is_old(now)
            && let Some(renewed) = token.renewed(&self.cache, &self.region, network).await
        {
            token = renewed;
        }
        if !token.is_good(now) {
            return Err(login());
        }
        let fields = [
            ("accessToken", token.access_token.as_str()),
            ("accountId", &self.account),
            ("roleName", &self.role),
        ];
        let fields = fields.map(|(name, value)| (name.into(), Document::String(value.to_owned())));
        let input = Document::Object(fields.into_iter().collect());
        let failed = |reason: String| CredentialsError::Role(self.role.clone(), reason);
        let call = named("sso", "GetRoleCredentials").map_err(|error| failed(error.to_string()))?;
        let answer = network.caller.call(call, &input, &self.region, None).await;
        match answer.map_err(|error| failed(error.to_string()))? {
            Answer::Error(error) if error.status == 401 => Err(login()),
            Answer::Error(error) => Err(failed(error.to_string())),
            Answer::Output(output) => {
                let found = output.get("roleCredentials").and_then(credentials);
                found.ok_or_else(|| failed("the answer has no credentials".to_owned()))
            }
        }
    }
}

fn credentials(structure: &Document) -> Option<Credentials> {
    let text = |name| structure.get(name).and_then(Document::as_str).map(str::to_owned);
    let end = structure.get("expiration").and_then(Document::as_integer);
    let end = end.and_then(|millis| Timestamp::from_millis(millis).ok()).map(system_time);
    let (key, secret) = (text("accessKeyId")?, text("secretAccessKey")?);
    Some(Credentials::new(key, secret, text("sessionToken"), end, "sso"))
}
