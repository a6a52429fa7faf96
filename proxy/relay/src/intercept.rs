//! The second way in: the command's `HTTPS_PROXY`, whose connections to AWS end here.
//!
//! A connection to a host of AWS's is answered with a certificate of the user's own authority, and what is
//! asked in it goes the way of every request, its host for the truth. Connections to other hosts are
//! carried untouched where that is allowed.

mod alias;
mod hosts;
mod plain;
mod trust;
mod tunnel;

use std::sync::Arc;

use http::Extensions;
use http::uri::Authority as HostAndPort;
use standin_authority::{Authority, Store, StoreError};

use crate::Clock;

pub(crate) use alias::{Alias, Opened};
pub(crate) use hosts::{is_aws, is_customers};
pub(crate) use trust::{TrustFiles, settings};
pub(crate) use tunnel::{Life, Tunnels};

/// How the command's requests reach us.
#[derive(Clone, Debug, Default)]
pub enum Via {
    /// The command is told of an endpoint.
    #[default]
    Endpoint,
    /// The command is told of a proxy, and speaks to AWS's own host names through it; the authority that
    /// vouches for them is kept there.
    Proxy(Store),
    /// It is told of both: what does not look at the one uses the other.
    Both(Store),
}

/// What becomes of connections to hosts that aren't AWS's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// They are carried untouched, and unseen.
    Tunnel,
    /// They are refused.
    Refuse,
}

/// What intercepting takes.
#[derive(Debug)]
pub(crate) struct Interception {
    pub(crate) authority: Authority,
    pub(crate) others: Others,
    pub(crate) clock: Clock,
    /// What a person should know, if the authority is new.
    pub(crate) notice: Option<String>,
}

/// The host of AWS's that a request is for, where the way that it came in says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Intercepted {
    host: HostAndPort,
    /// Our URL that stands for the host; none where the client named the host itself.
    here: Option<Arc<str>>,
}

impl Via {
    /// The store of the authority, where one is needed.
    fn store(&self) -> Option<&Store> {
        match self {
            Self::Endpoint => None,
            Self::Proxy(store) | Self::Both(store) => Some(store),
        }
    }

    /// Whether the command is told of an endpoint.
    pub(crate) fn has_endpoint(&self) -> bool {
        !matches!(self, Self::Proxy(_))
    }
}

impl Interception {
    /// Opens the authority if the way in needs one.
    pub(crate) fn open(
        via: &Via,
        others: Others,
        clock: Clock,
    ) -> Result<Option<Arc<Self>>, StoreError> {
        let Some(store) = via.store() else { return Ok(None) };
        let opened = store.open(&hosts::domains(), clock())?;
        let notice = opened.is_new.then(|| {
            let path = store.certificate_path();
            format!("made a certificate authority of your own: {}", path.display())
        });
        Ok(Some(Arc::new(Self { authority: opened.authority, others, clock, notice })))
    }
}

impl Intercepted {
    /// A host that the client named inside an intercepted connection.
    pub(crate) fn named(host: HostAndPort) -> Self {
        Self { host, here: None }
    }

    /// A host that a URL of ours stands for.
    pub(crate) fn standing_for(host: HostAndPort, here: &str) -> Self {
        Self { host, here: Some(here.into()) }
    }

    /// What the way in said; none if the request came to our endpoint.
    pub(crate) fn get(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// The host that a request is for; none if it came to our endpoint.
    pub(crate) fn of(extensions: &Extensions) -> Option<&HostAndPort> {
        Self::get(extensions).map(|it| &it.host)
    }

    /// Our URL that stands for the host; none where the client named the host itself.
    pub(crate) fn here(&self) -> Option<&str> {
        self.here.as_deref()
    }

    /// Scheme and host as the client knows them.
    pub(crate) fn origin(&self) -> String {
        self.here().map_or_else(|| format!("https://{}", self.host), str::to_owned)
    }
}

/// The domains that an authority of ours vouches for.
pub fn domains() -> Vec<&'static str> {
    hosts::domains()
}
