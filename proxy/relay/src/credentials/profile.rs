//! One profile of the shared configuration and credentials files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use standin_sigv4::Credentials;

use super::{CredentialsError, process, set};

/// The settings of one profile, those of the credentials file first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    name: String,
    named: bool,
    settings: BTreeMap<String, String>,
}

impl Profile {
    /// Reads the profile that the environment names, else `default`.
    pub(crate) fn load(environment: &BTreeMap<String, String>) -> Result<Self, CredentialsError> {
        let named =
            set(environment, "AWS_PROFILE").or_else(|| set(environment, "AWS_DEFAULT_PROFILE"));
        let name = named.unwrap_or("default").to_owned();
        let config = read(environment, "AWS_CONFIG_FILE", "config")?;
        let credentials = read(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")?;
        let prefixed = format!("profile {name}");
        let sections = [
            section(&config, &prefixed),
            section(&config, &name).filter(|_| name == "default"),
            section(&credentials, &name),
        ];
        if named.is_some() && sections.iter().all(Option::is_none) {
            return Err(CredentialsError::NoProfile(name));
        }
        let settings = sections.into_iter().flatten().flatten().collect();
        Ok(Self { name, named: named.is_some(), settings })
    }

    /// Whether it was asked for by name.
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }

    /// A setting.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        set(&self.settings, name)
    }

    /// Its keys, or those that its process gives.
    pub(crate) async fn credentials(&self) -> Result<Option<Credentials>, CredentialsError> {
        let token = self.get("aws_session_token").map(str::to_owned);
        match (self.get("aws_access_key_id"), self.get("aws_secret_access_key")) {
            (Some(key), Some(secret)) => {
                return Ok(Some(Credentials::from_keys(key, secret, token)));
            }
            (None, None) => {}
            _ => return Err(CredentialsError::Half("the profile")),
        }
        match self.get("credential_process") {
            Some(command) => process::run(command).await.map(Some),
            None if self.named => Err(CredentialsError::Unsupported(self.name.clone())),
            None => Ok(None),
        }
    }
}

/// The text of a shared file; one that isn't there is empty.
fn read(
    environment: &BTreeMap<String, String>,
    variable: &str,
    name: &str,
) -> Result<String, CredentialsError> {
    let home = set(environment, "HOME").or_else(|| set(environment, "USERPROFILE"));
    let path = match (set(environment, variable), home) {
        (Some(path), _) => PathBuf::from(path),
        (None, Some(home)) => PathBuf::from(home).join(".aws").join(name),
        (None, None) => return Ok(String::new()),
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(CredentialsError::File(path, error)),
    }
}

/// The settings of a section; indented lines are nested settings, which we have no use for.
fn section(text: &str, name: &str) -> Option<BTreeMap<String, String>> {
    let mut found: Option<BTreeMap<String, String>> = None;
    let mut inside = false;
    for line in text.lines() {
        if let Some(header) = line.trim().strip_prefix('[') {
            let header = header.split(']').next().unwrap_or_default();
            inside = header.split_whitespace().eq(name.split_whitespace());
            if inside {
                found.get_or_insert_default();
            }
        } else if inside
            && !line.starts_with([' ', '\t', '#', ';'])
            && let Some((key, value)) = line.split_once('=')
        {
            let value = value.split(" #").next().unwrap_or_default().trim();
            found.get_or_insert_default().insert(key.trim().to_owned(), value.to_owned());
        }
    }
    found
}
