//! One place that gives credentials, asked as often as they expire.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use standin_model::{Timestamp, TimestampFormat};
use standin_sigv4::Credentials;

use super::endpoint::{Container, Instance};
use super::role::{Role, WebIdentity};
use super::sign_on::SignOn;
use super::{CredentialsError, process};
use crate::Upstreams;
use crate::own_call::Caller;

/// A place that gives credentials.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// They are here.
    Keys(Credentials),
    /// A command prints them.
    Process(String),
    /// STS gives them to whom a source has.
    Role(Box<Role>),
    /// STS gives them for a token of somebody else's.
    WebIdentity(WebIdentity),
    /// The single sign-on's portal gives them for its token.
    SignOn(SignOn),
    /// The container's agent gives them.
    Container(Container),
    /// The instance's metadata have them.
    Instance(Instance),
}

/// How sources are asked.
#[derive(Clone)]
pub(crate) struct Network {
    /// STS and the portal of single sign-on.
    pub(crate) caller: Caller,
    /// Agents of this machine, which no option leads elsewhere.
    pub(crate) local: Upstreams,
    /// Where STS is asked.
    pub(crate) region: String,
}

/// A boxed future of credentials; none where the machine has no such place.
pub(crate) type Loading<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Credentials>, CredentialsError>> + Send + 'a>>;

impl Source {
    /// Asks for credentials.
    pub(crate) fn load<'a>(&'a self, network: &'a Network) -> Loading<'a> {
        Box::pin(async move {
            match self {
                Self::Keys(keys) => Ok(Some(keys.clone())),
                Self::Process(command) => process::run(command).await.map(Some),
                Self::Role(role) => role.load(network).await.map(Some),
                Self::WebIdentity(identity) => identity.load(network).await.map(Some),
                Self::SignOn(sign_on) => sign_on.load(network).await.map(Some),
                Self::Container(container) => container.load(&network.local).await.map(Some),
                Self::Instance(instance) => instance.load(&network.local).await,
            }
        })
    }
}

/// The JSON of processes, agents and metadata. No `Debug`: it is all secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Printed {
    pub(crate) version: Option<u32>,
    access_key_id: String,
    secret_access_key: String,
    #[serde(alias = "SessionToken")]
    token: Option<String>,
    expiration: Option<String>,
}

impl Printed {
    pub(crate) fn credentials(self, from: &'static str) -> Credentials {
        let expiry = self.expiration.as_deref().and_then(instant);
        Credentials::new(self.access_key_id, self.secret_access_key, self.token, expiry, from)
    }
}

/// An ISO 8601 time; one that can't be read is no end.
fn instant(text: &str) -> Option<SystemTime> {
    Timestamp::parse(text, TimestampFormat::Iso8601).ok().map(system_time)
}

/// A timestamp as the system has it; before 1970 it is 1970, which is over too.
pub(crate) fn system_time(stamp: Timestamp) -> SystemTime {
    let seconds = Duration::from_secs(u64::try_from(stamp.seconds()).unwrap_or_default());
    SystemTime::UNIX_EPOCH + seconds
}
