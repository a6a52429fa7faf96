//! The token of a single sign-on, in the cache of the AWS CLI: read, and made anew as the CLI does it while the
//! login lasts.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use standin_model::{Answer, Document, Timestamp, TimestampFormat};

use super::source::{Network, system_time};
use crate::own_call::named;
use crate::session::random_text;

/// The cache's file. No `Debug`: it is secret.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
    pub(super) access_token: String,
    expires_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_expires_at: Option<String>,
    /// What else the CLI keeps there.
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

/// How long before its end the CLI makes a token anew (botocore's `SSOTokenProvider`).
const MARGIN: Duration = Duration::from_mins(15);

impl Token {
    /// Reads the file; none where there is no token in it.
    pub(super) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Whether it is still good.
    pub(super) fn is_good(&self, now: SystemTime) -> bool {
        instant(&self.expires_at).is_some_and(|end| end > now)
    }

    /// Whether it ends soon.
    pub(super) fn is_old(&self, now: SystemTime) -> bool {
        !self.is_good(now + MARGIN)
    }

    /// A new one for its refresh token, which is written into the file too: a refresh token is good once. None where
    /// it has none, or the portal gives none.
    pub(super) async fn renewed(
        &self,
        path: &Path,
        region: &str,
        network: &Network,
    ) -> Option<Self> {
        let now = (network.caller.clock)();
        let registration = self.registration_expires_at.as_deref();
        if registration.and_then(instant).is_some_and(|end| end <= now) {
            return None;
        }
        let fields = [
            ("clientId", self.client_id.clone()?),
            ("clientSecret", self.client_secret.clone()?),
            ("grantType", "refresh_token".to_owned()),
            ("refreshToken", self.refresh_token.clone()?),
        ];
        let fields = fields.map(|(name, value)| (name.into(), Document::String(value)));
        let input = Document::Object(fields.into_iter().collect());
        let call = named("sso-oidc", "CreateToken").ok()?;
        let Ok(Answer::Output(output)) = network.caller.call(call, &input, region, None).await
        else {
            return None;
        };
        let token = self.with(&output, now)?;
        // Where it can't be kept, it does for this run.
        let _ = token.write(path);
        Some(token)
    }

    fn with(&self, output: &Document, now: SystemTime) -> Option<Self> {
        let text = |name| output.get(name).and_then(Document::as_str).map(str::to_owned);
        let seconds = output.get("expiresIn").and_then(Document::as_integer)?;
        let end = now.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))?;
        let end = end.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
        let end = Timestamp::from_unix(i64::try_from(end).ok()?, 0).ok()?;
        Some(Self {
            access_token: text("accessToken")?,
            expires_at: end.format(TimestampFormat::Iso8601),
            refresh_token: text("refreshToken").or_else(|| self.refresh_token.clone()),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            registration_expires_at: self.registration_expires_at.clone(),
            rest: self.rest.clone(),
        })
    }

    /// Writes the file whole, for its owner alone.
    fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension(format!("{}.tmp", random_text(8)));
        let written = (|| {
            let mut options = File::options();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(&beside)?.write_all(&serde_json::to_vec(self)?)?;
            fs::rename(&beside, path)
        })();
        if written.is_err() {
            // The first error is the one that counts.
            let _ = fs::remove_file(&beside);
        }
        written
    }
}

/// A time of the cache; older CLIs wrote `UTC` for `Z`.
fn instant(text: &str) -> Option<SystemTime> {
    let text = text.replace("UTC", "Z");
    Timestamp::parse(&text, TimestampFormat::Iso8601).ok().map(system_time)
}
