//! The shared configuration and credentials files, and the profiles in them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{CredentialsError, set};

/// The texts of both files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    config: String,
    credentials: String,
    /// The folder that caches stand in.
    folder: Option<PathBuf>,
}

/// The settings of one profile, those of the credentials file first.
#[derive(Clone, Default)]
pub(crate) struct Profile {
    /// Its name.
    pub(crate) name: String,
    settings: BTreeMap<String, String>,
}

impl Shared {
    /// Reads both files; one that isn't there is empty.
    pub(crate) fn read(environment: &BTreeMap<String, String>) -> Result<Self, CredentialsError> {
        let home = set(environment, "HOME").or_else(|| set(environment, "USERPROFILE"));
        let folder = home.map(|home| PathBuf::from(home).join(".aws"));
        let text = |variable, name: &str| {
            let named = set(environment, variable).map(PathBuf::from);
            named.or_else(|| Some(folder.as_ref()?.join(name))).map_or(Ok(String::new()), read)
        };
        Ok(Self {
            config: text("AWS_CONFIG_FILE", "config")?,
            credentials: text("AWS_SHARED_CREDENTIALS_FILE", "credentials")?,
            folder,
        })
    }

    /// A profile; none that is in neither file.
    pub(crate) fn profile(&self, name: &str) -> Option<Profile> {
        let sections = [
            section(&self.config, &format!("profile {name}")),
            section(&self.config, name).filter(|_| name == "default"),
            section(&self.credentials, name),
        ];
        if sections.iter().all(Option::is_none) {
            return None;
        }
        let settings = sections.into_iter().flatten().flatten().collect();
        Some(Profile { name: name.to_owned(), settings })
    }

    /// A setting of a single sign-on session.
    pub(crate) fn sso_session(&self, name: &str, setting: &str) -> Option<String> {
        section(&self.config, &format!("sso-session {name}"))?.remove(setting)
    }

    /// Where the AWS CLI keeps the token of a single sign-on, by the session's name or the start URL.
    pub(crate) fn sso_cache(&self, key: &str) -> Option<PathBuf> {
        use std::fmt::Write as _;
        let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
        let name = digest.as_ref().iter().fold(String::new(), |mut name, byte| {
            let _ = write!(name, "{byte:02x}");
            name
        });
        Some(self.folder.as_ref()?.join("sso").join("cache").join(format!("{name}.json")))
    }
}

impl Profile {
    /// A setting.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        set(&self.settings, name)
    }

    /// A setting that goes with another.
    pub(crate) fn need(&self, name: &'static str) -> Result<String, CredentialsError> {
        let missing = || CredentialsError::Setting(self.name.clone(), name);
        self.get(name).map(str::to_owned).ok_or_else(missing)
    }
}

/// Names only: the settings hold keys.
impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.settings.keys().collect();
        f.debug_struct("Profile").field("name", &self.name).field("settings", &names).finish()
    }
}

fn read(path: PathBuf) -> Result<String, CredentialsError> {
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
