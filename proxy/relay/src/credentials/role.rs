//! Roles: credentials that STS gives to those of another source, or for a token.

use std::path::PathBuf;

use standin_model::{Answer, Document, Number};
use standin_sigv4::Credentials;

use super::CredentialsError;
use super::source::{Network, Source, system_time};
use crate::own_call::named;

/// A role that the credentials of a source may assume.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    /// Its ARN.
    pub(crate) role: String,
    /// The session's name.
    pub(crate) session: String,
    /// What the role's owner asks for.
    pub(crate) external_id: Option<String>,
    /// How long the credentials are to last.
    pub(crate) seconds: Option<i64>,
    /// Whose credentials assume it.
    pub(crate) source: Source,
}

/// A role that a token is good for.
#[derive(Clone, Debug)]
pub(crate) struct WebIdentity {
    /// Its ARN.
    pub(crate) role: String,
    /// The session's name.
    pub(crate) session: String,
    /// The file that has the token, which changes while it is used.
    pub(crate) token: PathBuf,
}

impl Role {
    pub(crate) async fn load(&self, network: &Network) -> Result<Credentials, CredentialsError> {
        let nowhere = || CredentialsError::Role(self.role.clone(), "its source has none".into());
        let credentials = self.source.load(network).await?.ok_or_else(nowhere)?;
        let mut input = vec![
            ("RoleArn".into(), Document::String(self.role.clone())),
            ("RoleSessionName".into(), Document::String(self.session.clone())),
        ];
        let id = self.external_id.clone().map(Document::String);
        input.extend(id.map(|id| ("ExternalId".into(), id)));
        let seconds = self.seconds.map(|seconds| Document::Number(Number::Integer(seconds)));
        input.extend(seconds.map(|seconds| ("DurationSeconds".into(), seconds)));
        let input = Document::Object(input.into_iter().collect());
        ask(network, ("AssumeRole", &self.role), &input, Some(&credentials)).await
    }
}

impl WebIdentity {
    pub(crate) async fn load(&self, network: &Network) -> Result<Credentials, CredentialsError> {
        let token = std::fs::read_to_string(&self.token)
            .map_err(|error| CredentialsError::File(self.token.clone(), error))?;
        let fields = [
            ("RoleArn", self.role.as_str()),
            ("RoleSessionName", &self.session),
            ("WebIdentityToken", token.trim()),
        ];
        let fields =
            fields.into_iter().map(|(name, value)| (name.into(), Document::String(value.into())));
        let input = Document::Object(fields.collect());
        ask(network, ("AssumeRoleWithWebIdentity", &self.role), &input, None).await
    }
}

async fn ask(
    network: &Network,
    (operation, role): (&str, &str),
    input: &Document,
    credentials: Option<&Credentials>,
) -> Result<Credentials, CredentialsError> {
    let failed = |reason: String| CredentialsError::Role(role.to_owned(), reason);
    let call = named("sts", operation).map_err(|error| failed(error.to_string()))?;
    let answer = network.caller.call(call, input, &network.region, credentials).await;
    match answer.map_err(|error| failed(error.to_string()))? {
        Answer::Error(error) => Err(failed(error.to_string())),
        Answer::Output(output) => {
            let incomplete = || failed("the answer has no credentials".to_owned());
            read(output.get("Credentials").ok_or_else(incomplete)?).ok_or_else(incomplete)
        }
    }
}

/// The credentials that STS's structure is.
fn read(structure: &Document) -> Option<Credentials> {
    let text = |name| structure.get(name).and_then(Document::as_str).map(str::to_owned);
    let expiry = match structure.get("Expiration") {
        Some(Document::Timestamp(stamp)) => Some(system_time(*stamp)),
        _ => None,
    };
    let (key, secret) = (text("AccessKeyId")?, text("SecretAccessKey")?);
    Some(Credentials::new(key, secret, text("SessionToken"), expiry, "role"))
}
